// @ts-check
// Keys everywhere: "/" filter, "G" then a letter, "N" new machine, "[" sidebar, "?" the list of keys, 1-9 tabs.
// Single letters never fire in fields, and can be switched off (WCAG 2.1.4).
import { hasSelection, clearSelection } from "./bulk.js";
import { isField, on, recall, remember } from "./dom.js";
import { toggleSidebar } from "./sidebar.js";

const OFF = "gh-keys-off";
let prefix = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let forget;

/** @param {KeyboardEvent} event */
export const isPlain = (event) => !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey
  && !isField(event.target) && recall(OFF) !== "1" && !document.querySelector("dialog[open]");

/** @param {string} selector @returns {boolean} whether there was something to press */
function press(selector) {
  const element = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  element?.click();
  return Boolean(element);
}

/** @param {string} id */
export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

function focusFilter() {
  const field = document.querySelector("[data-filter]");
  if (!(field instanceof HTMLInputElement)) return false;
  field.focus();
  field.select();
  return true;
}

/** @param {string} key @returns {boolean} */
function single(key) {
  if (key === "/") return focusFilter() || press("[data-dialog='palette']");
  if (key === "?") { openDialog("keys"); return true; }
  if (key === "[") { toggleSidebar(); return true; }
  if (key === "n") return go("[data-hint='N']");
  if (/^[1-9]$/.test(key)) return press(`.gh-tabs a:nth-of-type(${key})`);
  return false;
}

/** Follow a command of the palette. @param {string} selector */
function go(selector) {
  const template = /** @type {HTMLTemplateElement | null} */ (document.querySelector("#palette template"));
  const link = template?.content.querySelector(selector);
  if (link instanceof HTMLAnchorElement) location.assign(link.href);
  return Boolean(link);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open], .dropdown-menu.show") && hasSelection()) clearSelection();
  if (!isPlain(event)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const done = prefix ? press(`[data-key="${CSS.escape(`${prefix} ${key}`)}"]`) : single(key);
  clearTimeout(forget);
  prefix = !prefix && key === "g" ? "g" : "";
  if (prefix) forget = setTimeout(() => { prefix = ""; }, 1200);
  if (done) event.preventDefault();
});

const box = document.querySelector("[data-keys-off]");
if (box instanceof HTMLInputElement) {
  box.checked = recall(OFF) === "1";
  on("change", "[data-keys-off]", () => remember(OFF, box.checked ? "1" : "0"));
}
