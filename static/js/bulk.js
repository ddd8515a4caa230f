// @ts-check
// Selection of rows: shift for a range, all on the page, all that match; the bar that acts on them.
import { closest, on } from "./dom.js";

/** @returns {HTMLInputElement[]} */
const boxes = () => [...document.querySelectorAll("[data-select]")].filter((box) => box instanceof HTMLInputElement);
const bar = () => /** @type {HTMLFormElement | null} */ (document.querySelector("[data-bulk]"));
const whole = () => /** @type {HTMLInputElement | null} */ (document.querySelector("[data-select-all]"));
/** @type {HTMLInputElement | null} */
let anchor = null;
let everything = false;

/** Verbs say on how many they fit; none at all blocks them. @param {HTMLElement} verb @param {HTMLInputElement[]} chosen */
function fit(verb, chosen) {
  const states = verb.dataset.fits?.split(" ");
  if (!states) return;
  const fitting = everything ? chosen.length : chosen.filter((box) => states.includes(box.dataset.state ?? "")).length;
  const count = verb.querySelector("[data-fits-count]");
  if (count) count.textContent = fitting && fitting < chosen.length ? `${fitting}/${chosen.length}` : "";
  if (fitting) verb.removeAttribute("aria-disabled");
  else verb.setAttribute("aria-disabled", "true");
}

/** @param {string} name @param {string} value */
function carry(name, value) {
  const form = bar();
  form?.querySelector(`input[type='hidden'][data-carried='${name}']`)?.remove();
  if (!form || !value) return;
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  field.dataset.carried = name;
  form.append(field);
}

export function refreshSelection() {
  const all = boxes();
  const chosen = all.filter((box) => box.checked);
  if (chosen.length < all.length) everything = false;
  const head = whole();
  if (head) {
    head.checked = all.length > 0 && chosen.length === all.length;
    head.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  const form = bar();
  if (!form) return;
  form.hidden = chosen.length === 0;
  const count = form.querySelector("[data-bulk-count]");
  if (count) count.textContent = everything ? form.dataset.total ?? "" : String(chosen.length);
  const more = form.querySelector("[data-bulk-all]");
  if (more instanceof HTMLElement) more.hidden = everything || Number(form.dataset.total ?? 0) <= chosen.length;
  carry("all", everything ? "1" : "");
  carry("query", everything ? location.search.slice(1) : "");
  /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-bulk-action]")).forEach((verb) => fit(verb, chosen));
}

/** @param {HTMLInputElement} box select from the last one to here */
export function selectRange(box) {
  const all = boxes();
  const [from, to] = [all.indexOf(anchor ?? box), all.indexOf(box)].sort((a, b) => a - b);
  all.slice(Math.max(0, from), to + 1).forEach((one) => { one.checked = true; });
  refreshSelection();
}

export function clearSelection() {
  boxes().forEach((box) => { box.checked = false; });
  everything = false;
  refreshSelection();
}

export const hasSelection = () => boxes().some((box) => box.checked);

document.addEventListener("click", (event) => {
  const box = closest(event.target, "[data-select]");
  if (!(box instanceof HTMLInputElement)) return;
  if (event.shiftKey && box.checked) selectRange(box);
  anchor = box;
});
document.addEventListener("change", (event) => {
  const head = closest(event.target, "[data-select-all]");
  if (head instanceof HTMLInputElement) boxes().forEach((box) => { box.checked = head.checked; });
  if (head || closest(event.target, "[data-select]")) refreshSelection();
});
on("click", "[data-bulk-all]", () => { everything = true; boxes().forEach((box) => { box.checked = true; }); refreshSelection(); });
on("click", "[data-bulk-clear]", clearSelection);
// Boxes belong to the form by their form attribute; those that do not are carried along.
on("submit", "[data-bulk]", (form) => {
  form.querySelectorAll("input[data-carried='ids']").forEach((field) => field.remove());
  boxes().filter((box) => box.checked && !box.form).forEach((box) => {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "ids", value: box.value });
    field.dataset.carried = "ids";
    form.append(field);
  });
}, true);
document.addEventListener("live:swapped", refreshSelection);
document.addEventListener("htmx:load", refreshSelection);
refreshSelection();
