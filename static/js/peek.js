// @ts-check
// A closer look at a screen after a moment, with its console and a restart.
import { ask } from "./dialogs.js";
import { on } from "./dom.js";
import { find } from "./screens.js";
import { toast } from "./toasts.js";

const DELAY = 400;
const GRACE = 150; // to get from what is small to the picture
const peek = document.getElementById("peek");
const frame = /** @type {HTMLElement | null} */ (peek?.querySelector("[data-screen]"));

/** @type {ReturnType<typeof setTimeout> | undefined} */
let wait;
/** @type {HTMLElement | null} */
let shown = null;

function close() {
  clearTimeout(wait);
  shown = null;
  if (peek) peek.hidden = true;
  if (frame) frame.dataset.screen = "";
}

/** Put the closer look over a tile, or beside what is small, inside the window. @param {HTMLElement} trigger */
function place(trigger) {
  if (!peek) return;
  const rect = trigger.getBoundingClientRect();
  const width = Math.min(rect.width < 60 ? 400 : 560, innerWidth - 24);
  const height = width * 0.625 + 46;
  peek.style.width = `${width}px`;
  const left = rect.width < 60 ? rect.left - width + 4 : rect.left + rect.width / 2 - width / 2;
  peek.style.left = `${Math.max(12, Math.min(innerWidth - width - 12, left))}px`;
  peek.style.top = `${Math.max(12, Math.min(innerHeight - height - 12, rect.top + rect.height / 2 - height / 2))}px`;
}

/** @param {HTMLElement} tile @param {HTMLElement} trigger */
function open(tile, trigger) {
  if (!peek || !frame || !tile.isConnected) return;
  shown = tile;
  const name = tile.querySelector(".gh-tile__name, .gh-name");
  const small = tile.querySelector(".gh-screen");
  frame.replaceChildren(...[...(small?.children ?? [])].filter((one) => !one.matches("noscript")).map((one) => one.cloneNode(true)));
  frame.dataset.screen = tile.dataset.liveId ?? "";
  frame.dataset.v = "";
  frame.dataset.at = "";
  delete frame.dataset.screenKnown;
  const title = peek.querySelector("[data-peek-name]");
  if (title) title.textContent = name?.textContent ?? "";
  peek.querySelector("[data-peek-console]")?.setAttribute("href", trigger.getAttribute("href") ?? "");
  place(trigger);
  peek.hidden = false;
  find();
}

/**
 * Show the screen of what `tile` stands for after a moment on its `trigger`.
 * @param {string} tile @param {string} trigger @param {(tile: HTMLElement) => boolean} [isWorth]
 */
export function wirePeek(tile, trigger, isWorth = () => true) {
  on("pointerover", trigger, (one, event) => {
    const whole = /** @type {HTMLElement | null} */ (one.closest(tile));
    if (!whole || whole === shown || !isWorth(whole) || /** @type {PointerEvent} */ (event).pointerType === "touch") return;
    clearTimeout(wait);
    wait = setTimeout(() => { if (one.matches(":hover")) open(whole, one); }, DELAY);
  });
  on("pointerout", trigger, (one, event) => {
    const to = /** @type {PointerEvent} */ (event).relatedTarget;
    if (to instanceof Node && one.contains(to)) return;
    clearTimeout(wait);
    setTimeout(() => { if (shown && !peek?.matches(":hover") && !one.matches(":hover")) close(); }, GRACE);
  });
}

peek?.addEventListener("pointerleave", close);
document.addEventListener("scroll", close, { capture: true, passive: true });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
frame?.addEventListener("click", () => {
  const link = peek?.querySelector("[data-peek-console]")?.getAttribute("href");
  if (link) location.assign(link);
});

on("click", "[data-peek-restart]", async (button) => {
  const { url: machines = "", question = "", text, verb } = button.dataset;
  const url = `${machines}${frame?.dataset.screen}/reboot/`;
  const name = peek?.querySelector("[data-peek-name]")?.textContent ?? "";
  close();
  const { yes } = await ask({ title: question.replace("{name}", () => name), text, verb });
  if (!yes) return;
  const answer = await fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": document.documentElement.dataset.csrf ?? "", "HX-Request": "true" },
  });
  const told = answer.headers.get("HX-Trigger");
  if (answer.ok && told) toast(JSON.parse(told).toast);
  else toast({ tone: "brick", text: new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-refusal]")?.textContent?.trim() || `${answer.status}` });
});
