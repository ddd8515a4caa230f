// @ts-check
// "Find" in what a terminal has shown: the latest place first, then earlier ones.
import { SearchAddon } from "../vendor/xterm-search/addon-search.mjs";
import { byId } from "./console_room.js";

/** @param {import("../vendor/xterm/xterm.mjs").Terminal} terminal */
export function wireFind(terminal) {
  const bar = byId("find"), button = byId("console-find"), note = byId("find-note");
  const field = /** @type {HTMLInputElement} */ (byId("find-text"));
  const search = new SearchAddon();
  terminal.loadAddon(search);

  /** @param {"findPrevious" | "findNext"} way */
  const find = (way) => {
    const isFound = !field.value || search[way](field.value);
    note.textContent = isFound ? "" : note.dataset.none ?? "";
  };
  /** @param {boolean} open */
  const show = (open) => {
    bar.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) field.select();
    else terminal.focus();
  };

  button.addEventListener("click", () => show(bar.hidden));
  byId("find-close").addEventListener("click", () => show(false));
  byId("find-later").addEventListener("click", () => find("findNext"));
  bar.addEventListener("submit", (event) => { event.preventDefault(); find("findPrevious"); });
  field.addEventListener("input", () => { terminal.clearSelection(); find("findPrevious"); });
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show(false);
    else if (event.key === "Enter" && event.shiftKey && event.target === field) { event.preventDefault(); find("findNext"); }
  });
  document.addEventListener("keydown", (event) => {
    if (!event.ctrlKey || !event.shiftKey || event.code !== "KeyF") return;
    event.preventDefault();
    event.stopPropagation(); // it is none for the guest
    show(true);
  }, { capture: true });
}
