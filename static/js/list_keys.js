// @ts-check
// Keys of a list ([data-list]): J K move, X selects, Shift X a range, Enter opens, C console, "." the row's menu.
// On a machine's page: C console, S snapshot.
import { refreshSelection, selectRange } from "./bulk.js";
import { isPlain } from "./keys.js";

/** @returns {HTMLElement[]} */
const rows = () => [...document.querySelectorAll("[data-list] tbody tr")].filter((row) => row instanceof HTMLElement);
const current = () => /** @type {HTMLElement | null} */ (document.querySelector("[data-list] tr[data-cursor]"));

/** @param {number} step */
function move(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.findIndex((row) => row.hasAttribute("data-cursor"));
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))];
  current()?.removeAttribute("data-cursor");
  next.setAttribute("data-cursor", "");
  next.scrollIntoView({ block: "nearest" });
  /** @type {HTMLElement | null} */ (next.querySelector("[data-open]"))?.focus({ preventScroll: true });
  return true;
}

/** @param {boolean} isRange */
function select(isRange) {
  const box = current()?.querySelector("[data-select]");
  if (!(box instanceof HTMLInputElement)) return false;
  if (isRange) selectRange(box);
  else box.checked = !box.checked;
  refreshSelection();
  return true;
}

/** @param {string} selector @returns {boolean} */
function press(selector) {
  const scope = current() ?? document.querySelector("main");
  const element = /** @type {HTMLElement | null} */ (scope?.querySelector(selector));
  element?.click();
  return Boolean(element);
}

/** @param {KeyboardEvent} event @returns {boolean} */
function act(event) {
  switch (event.key) {
    case "j": case "ArrowDown": return move(1);
    case "k": case "ArrowUp": return move(-1);
    case "x": return select(false);
    case "X": return select(true);
    case "c": return press("[data-console]");
    case ".": return press("[data-bs-toggle='dropdown']");
    case "Enter": return document.activeElement === document.body && press("[data-open]");
    default: return false;
  }
}

/** On the page of one machine. @param {string} key @returns {boolean} */
function ahead(key) {
  if (key === "c") return press("[data-console]");
  if (key === "m") return press("[data-migrate]");
  return key === "s" && press("[data-snapshot]");
}

document.addEventListener("keydown", (event) => {
  if (!isPlain(event)) return;
  const inList = Boolean(document.querySelector("[data-list]"));
  const wanted = inList ? act(event) : ahead(event.key);
  if (wanted) event.preventDefault();
});
