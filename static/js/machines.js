// @ts-check
// The list of machines: what is saved as a view is what the address says now.
import "./columns.js";
import "./machines_dialogs.js";
import { wirePeek } from "./peek.js";
import "./resort.js";

wirePeek("tr[data-live-id]", "[data-console]", (row) => row.querySelector("[data-face]") !== null
  && row.querySelector("[data-select][data-state='off']") === null);

document.addEventListener("click", (event) => {
  const opener = event.target instanceof Element && event.target.closest("[data-dialog='save-view']");
  const field = document.querySelector("[data-current-query]");
  if (opener && field instanceof HTMLInputElement) field.value = location.search.slice(1);
}, true);

// The filter dialog leaves empty choices out of the address.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.id !== "filters-form") return;
  for (const field of form.querySelectorAll("select")) field.disabled = field.value === "";
});
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("#filters-form select")) field.removeAttribute("disabled");
});
