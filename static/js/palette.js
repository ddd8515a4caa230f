// @ts-check
// Search and commands (Ctrl K): machines, hosts and jobs from the server, places and commands from the page.
import { isField } from "./dom.js";
import { sprite } from "./icons.js";
import { openDialog } from "./keys.js";
import { isDark, setTheme } from "./theme.js";

/** @typedef {{title: string, sub?: string, url?: string, icon?: string, hint?: string, run?: () => void}} Entry */
/** @typedef {{title: string, items: Entry[]}} Group */

const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("palette"));
const field = /** @type {HTMLInputElement | null} */ (dialog?.querySelector("input") ?? null);
const list = document.getElementById("palette-list");
let asked = 0;

/** @type {Record<string, () => void>} */
const RUNS = {
  keys: () => openDialog("keys"),
  theme: () => {
    const form = document.querySelector("[data-theme-form]");
    if (form instanceof HTMLFormElement) setTheme(isDark() ? "light" : "dark", form.action);
  },
};

/** @returns {Group[]} what the page itself knows */
function own() {
  const commands = [...(dialog?.querySelector("template")?.content.querySelectorAll("a") ?? [])].map((link) => ({
    title: link.textContent?.trim() ?? "", icon: link.dataset.icon, hint: link.dataset.hint,
    url: link.getAttribute("href") ?? undefined, run: RUNS[link.dataset.run ?? ""],
  }));
  const places = [...document.querySelectorAll("#side .gh-nav a")].map((link) => ({
    title: link.querySelector("span")?.textContent?.trim() ?? "", url: link.getAttribute("href") ?? undefined,
    icon: link.querySelector("use")?.getAttribute("href")?.split("#")[1] ?? "list", hint: link.getAttribute("data-key")?.toUpperCase(),
  }));
  return [{ title: dialog?.dataset.do ?? "", items: commands }, { title: dialog?.dataset.places ?? "", items: places }];
}

/** @param {HTMLElement} place @param {string} text @param {string} query the found part is marked */
function mark(place, text, query) {
  const at = query ? text.toLowerCase().indexOf(query.toLowerCase()) : -1;
  if (at < 0) { place.textContent = text; return; }
  const found = document.createElement("mark");
  found.textContent = text.slice(at, at + query.length);
  place.append(text.slice(0, at), found, text.slice(at + query.length));
}

/** @param {Entry} entry @param {string} query */
function row(entry, query) {
  const link = document.createElement("a");
  link.className = "gh-palette__item";
  link.setAttribute("role", "option");
  link.id = `palette-${list?.querySelectorAll("[role='option']").length}-${Math.random().toString(36).slice(2, 7)}`;
  if (entry.url) link.href = entry.url;
  const name = document.createElement("b");
  mark(name, entry.title, query);
  link.append(sprite(entry.icon ?? "arrow-right"), name);
  if (entry.sub) link.append(Object.assign(document.createElement("span"), { textContent: entry.sub, className: "gh-ellipsis" }));
  if (entry.hint) {
    const keys = Object.assign(document.createElement("span"), { className: "gh-palette__keys" });
    keys.append(...entry.hint.split(" ").flatMap((key) => [Object.assign(document.createElement("kbd"), { textContent: key }), " "]));
    link.append(keys);
  }
  if (entry.run) link.addEventListener("click", (event) => { event.preventDefault(); dialog?.close(); entry.run?.(); });
  return link;
}

/** @param {Group[]} groups @param {string} query */
function draw(groups, query) {
  if (!list) return;
  list.replaceChildren(...groups.filter((group) => group.items.length).map((group) => {
    const section = document.createElement("section");
    section.append(Object.assign(document.createElement("h3"), { textContent: group.title }));
    section.append(...group.items.map((entry) => row(entry, query)));
    return section;
  }));
  if (!list.children.length) list.append(Object.assign(document.createElement("p"), { className: "gh-palette__empty", textContent: dialog?.dataset.nothing ?? "" }));
  choose(0);
}

/** @param {number} step 0 chooses the first */
function choose(step) {
  const options = /** @type {HTMLElement[]} */ ([...(list?.querySelectorAll("[role='option']") ?? [])]);
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = options[step === 0 ? 0 : (at + step + options.length) % options.length];
  options.forEach((option) => option.setAttribute("aria-selected", String(option === next)));
  next?.scrollIntoView({ block: "nearest" });
  field?.setAttribute("aria-activedescendant", next?.id ?? "");
}

async function search() {
  const text = field?.value.trim() ?? "";
  const query = text.replace(/^>\s*/, "");
  const local = own().map((group) => ({ ...group, items: group.items.filter((e) => e.title.toLowerCase().includes(query.toLowerCase())) }));
  const mine = (asked += 1);
  if (!query || text.startsWith(">") || !dialog?.dataset.search) { draw(local, query); return; }
  /** @type {Group[]} */
  let found = [];
  try {
    const answer = await fetch(`${dialog.dataset.search}?${new URLSearchParams({ q: query })}`, { headers: { Accept: "application/json" } });
    if (answer.ok) found = (await answer.json()).groups;
  } catch { /* away: what the page knows still works */ }
  if (mine === asked) draw([...found, ...local], query);
}

function open() {
  if (!dialog || !field || dialog.open) return;
  field.value = "";
  dialog.showModal();
  search();
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;
field?.addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(search, 80); });
field?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); choose(event.key === "ArrowDown" ? 1 : -1); }
  if (event.key === "Escape") { event.preventDefault(); dialog?.close(); } // a search field would only empty itself
  if (event.key !== "Enter") return;
  event.preventDefault();
  /** @type {HTMLElement | null | undefined} */ (list?.querySelector("[aria-selected='true']"))?.click();
});
dialog?.addEventListener("toggle", () => { if (dialog.open) { field?.focus(); search(); } });
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !(isField(event.target) && event.shiftKey)) {
    event.preventDefault();
    open();
  }
});
