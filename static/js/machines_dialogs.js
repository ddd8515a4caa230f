// @ts-check
// Dialogs about machines: they leave when the server agreed, and disks go only with the name typed.

/** @param {HTMLElement} element */
const dialogOf = (element) => element.closest("dialog");

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr, requestConfig } = /** @type {CustomEvent} */ (event).detail;
  if (xhr.status === 204 && requestConfig.verb === "post") dialogOf(elt)?.close();
});

/** The verb of a dialog waits until the name is typed, where it deletes disks or skips the bin. @param {Element} dialog */
function checkTyped(dialog) {
  const field = dialog.querySelector("input[data-must]");
  const box = dialog.querySelector("input[name='with_disks']");
  const past = dialog.querySelector("input[name='for_good']");
  const verb = dialog.querySelector("button[data-must-button]");
  if (!(field instanceof HTMLInputElement) || !(box instanceof HTMLInputElement)) return;
  if (!(verb instanceof HTMLButtonElement) || verb.hasAttribute("data-refused")) return;
  const wanted = past instanceof HTMLInputElement ? past.checked : box.checked;
  const must = field.hasAttribute("data-must-always") || wanted;
  verb.disabled = must && field.value !== field.dataset.must;
}

document.addEventListener("input", (event) => {
  const dialog = event.target instanceof HTMLElement && dialogOf(event.target);
  if (dialog) checkTyped(dialog);
});
document.addEventListener("htmx:load", (event) => {
  if (event.target instanceof Element) checkTyped(event.target);
});
