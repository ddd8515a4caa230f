// @ts-check
// Native dialogs: opened by data-dialog, closed by data-close; data-confirm asks before a deed.
import { on } from "./dom.js";

on("click", "[data-dialog]", (opener, event) => {
  const dialog = document.getElementById(opener.dataset.dialog ?? "");
  if (!(dialog instanceof HTMLDialogElement)) return;
  event.preventDefault();
  if (!dialog.open) dialog.showModal();
});
on("click", "dialog [data-close]", (button, event) => {
  event.preventDefault();
  button.closest("dialog")?.close();
});
// A press on the backdrop lands on the dialog itself.
document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement) event.target.close();
});
// A dialog that arrives by htmx opens by itself and leaves when it closes.
document.addEventListener("htmx:load", (event) => {
  const part = event.target;
  if (!(part instanceof Element)) return;
  const dialog = part.matches("dialog[data-open-now]") ? part : part.querySelector("dialog[data-open-now]");
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  dialog.showModal();
  dialog.addEventListener("close", () => dialog.remove());
});

/** @typedef {{title: string, text?: string, verb?: string, tone?: string, word?: string}} Question */

/** Ask in the one dialog of the page. @param {Question} question @returns {Promise<{yes: boolean, typed: string}>} */
export function ask(question) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("confirm"));
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
  const go = /** @type {HTMLButtonElement} */ (find("[data-go]"));
  const typed = /** @type {HTMLInputElement} */ (find("input"));
  find("#confirm-title").textContent = question.title;
  find("[data-text]").textContent = question.text ?? "";
  find("[data-typing]").hidden = !question.word;
  find("[data-word]").textContent = question.word ?? "";
  go.textContent = question.verb || dialog.dataset.verb || "";
  go.className = `btn btn-${question.tone === "danger" ? "danger" : "primary"}`;
  typed.value = "";
  const check = () => { go.disabled = Boolean(question.word) && typed.value !== question.word; };
  typed.oninput = check;
  check();
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve({ yes: dialog.returnValue === "yes", typed: typed.value }), { once: true });
  });
}

/** @param {HTMLElement} element @returns {Promise<{yes: boolean, typed: string}>} */
const askFor = ({ dataset }) => ask({
  title: dataset.confirm ?? "", text: dataset.confirmText, verb: dataset.confirmVerb,
  tone: dataset.confirmTone, word: dataset.confirmType,
});

/** The server wants what was typed as its own proof. @param {HTMLFormElement | null} form @param {string} typed */
function keepTyped(form, typed) {
  const field = form?.querySelector("input[name='confirm']");
  if (field instanceof HTMLInputElement) field.value = typed;
}

/** @type {WeakSet<Element>} what was asked and agreed to */
const agreed = new WeakSet();

on("submit", "form", async (element, event) => {
  const form = /** @type {HTMLFormElement} */ (element);
  const submitter = /** @type {HTMLElement | null} */ (/** @type {SubmitEvent} */ (event).submitter);
  const asking = submitter?.dataset.confirm ? submitter : form.dataset.confirm ? form : null;
  if (!asking || agreed.delete(asking)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { yes, typed } = await askFor(asking);
  if (!yes) return;
  keepTyped(form, typed);
  agreed.add(asking);
  form.requestSubmit(submitter);
}, true);

// Elements that post by htmx on their own, without a form around them.
document.addEventListener("htmx:confirm", (event) => {
  const { elt, issueRequest } = /** @type {CustomEvent} */ (event).detail;
  if (!(elt instanceof HTMLElement) || !elt.dataset.confirm || elt instanceof HTMLFormElement) return;
  if (agreed.delete(elt)) return;
  event.preventDefault();
  askFor(elt).then(({ yes, typed }) => {
    if (!yes) return;
    keepTyped(elt.closest("form"), typed);
    issueRequest(true);
  });
});
