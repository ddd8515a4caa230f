// @ts-check
// "Type text": a text goes into the guest as keystrokes of its layout, with progress and a way to stop.
import { loadLayout, missing, typeText, wireLayout } from "./console_layouts.js";
import { recall, remember } from "./dom.js";

/**
 * @typedef {import("./console_layouts.js").Screen} Screen
 * @typedef {import("./console_layouts.js").Table} Table
 */

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * @param {HTMLElement} room @param {HTMLElement} stage @param {() => Screen | null} current
 * @param {Record<string, string>} says
 */
export function wireTypingDialog(room, stage, current, says) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("type-text"));
  const text = /** @type {HTMLTextAreaElement} */ (byId("type-text-text"));
  const layout = /** @type {HTMLSelectElement} */ (byId("type-text-layout"));
  const bar = /** @type {HTMLProgressElement} */ (byId("type-text-bar"));
  const note = byId("type-text-note");
  const go = /** @type {HTMLButtonElement} */ (byId("type-text-go"));
  const memory = `gh-layout-${room.dataset.vm}`;
  let isTyping = false, isStopped = false;

  layout.value = recall(memory) ?? layout.value;

  /** @param {string} words @param {boolean} [isWrong] */
  const tell = (words, isWrong = false) => {
    note.textContent = words;
    note.classList.toggle("gh-tone-brick", isWrong);
  };

  async function type() {
    const whole = text.value.replaceAll("\r\n", "\n") + (/** @type {HTMLInputElement} */ (byId("type-text-enter")).checked ? "\n" : "");
    remember(memory, layout.value);
    let table;
    try { table = await loadLayout(layout.value); } catch { tell(says["layout-away"], true); return; }
    const unknown = missing(table, whole);
    if (unknown.length) { tell(says["layout-lacks"].replace("{signs}", unknown.join(" ")), true); return; }
    isTyping = true;
    isStopped = false;
    go.textContent = says.stop;
    const all = [...whole].length;
    bar.max = all;
    bar.hidden = false;
    const done = await typeText(current, table, whole, {
      progress: (count) => { bar.value = count; tell(`${count} / ${all}`); },
      stopped: () => isStopped,
    });
    isTyping = false;
    bar.hidden = true;
    go.textContent = says.type;
    if (done < all) { tell(says["typed-part"].replace("{done}", String(done)).replace("{all}", String(all)), true); return; }
    text.value = "";
    tell("");
    dialog.close();
    stage.querySelector("canvas")?.focus();
  }

  go.addEventListener("click", () => { if (isTyping) isStopped = true; else type(); });
  dialog.addEventListener("close", () => { isStopped = true; });
  byId("type-text-hide").addEventListener("change", (event) => {
    text.classList.toggle("gh-masked", /** @type {HTMLInputElement} */ (event.target).checked);
  });
}

/**
 * The layout menu: keys as places (the guest's layout makes the signs), or signs for a guest laid out otherwise.
 * @param {HTMLElement} room @param {HTMLElement} stage @param {() => Screen | null} current
 * @returns {() => Table | null} the layout that makes signs of what a phone's keyboard writes
 */
export function wireLayoutMenu(room, stage, current) {
  const memory = `gh-keys-${room.dataset.vm}`;
  const items = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-layout]"));
  /** @type {Table | null} */
  let table = null;
  /** @type {Table | null} */
  let likely = null;
  /** @param {string} name */
  async function choose(name) {
    table = name ? await loadLayout(name).catch(() => null) : null;
    items.forEach((item) => {
      const isChosen = item.dataset.layout === (table ? name : "");
      item.setAttribute("aria-checked", String(isChosen));
      if (isChosen) byId("console-layout").textContent = item.dataset.short ?? "";
    });
    remember(memory, table ? name : "");
  }
  items.forEach((item) => item.addEventListener("click", () => choose(item.dataset.layout ?? "")));
  wireLayout(stage, current, () => table);
  choose(recall(memory) ?? "");
  loadLayout(/** @type {HTMLSelectElement} */ (byId("type-text-layout")).value).then((found) => { likely = found; }, () => {});
  return () => table ?? likely;
}
