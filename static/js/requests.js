// @ts-check
// Requests by htmx: our CSRF token, a busy button, refusals as toasts.
import { on } from "./dom.js";
import { toast } from "./toasts.js";

document.addEventListener("htmx:configRequest", (event) => {
  const { detail } = /** @type {CustomEvent} */ (event);
  detail.headers["X-CSRFToken"] = document.documentElement.dataset.csrf;
});

const TWICE = 600; // milliseconds in which a second press is the second half of a double click
/** @type {WeakMap<Element, number>} */
const sent = new WeakMap();

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = /** @type {CustomEvent} */ (event).detail;
  const cause = requestConfig.triggeringEvent;
  const isPress = cause?.type === "click" || (cause?.type === "submit" && cause.submitter); // not a field that sends itself
  if (requestConfig.verb === "get" || !isPress || !(elt instanceof Element)) return;
  const now = performance.now();
  if (now - (sent.get(elt) ?? -TWICE) < TWICE) event.preventDefault();
  else sent.set(elt, now);
});

/** A refusal comes as a small fragment; anything else in its place is a fault of ours. @param {string} text */
function refusal(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  return /** @type {HTMLElement | null} */ (page.querySelector("[data-refusal]"));
}

document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = /** @type {CustomEvent} */ (event).detail;
  const words = refusal(xhr.responseText);
  const text = words?.textContent?.trim() || `${xhr.status} ${xhr.statusText}`;
  toast({ tone: "brick", text, link: words?.dataset.link, linkLabel: words?.dataset.linkLabel });
});
document.addEventListener("htmx:sendError", () => {
  const live = document.getElementById("live");
  toast({ tone: "brick", text: live?.dataset.noAnswer ?? "" });
});

// A form sent once stays sent: the button shows it until the page changes.
on("submit", "form[method='post']:not([data-theme-form])", (form, event) => {
  const { submitter } = /** @type {SubmitEvent} */ (event);
  if (event.defaultPrevented || form.matches("[hx-post], [hx-boost='true']") || submitter?.hasAttribute("hx-post")) return;
  if (submitter) setTimeout(() => { submitter.dataset.busy = ""; });
});
addEventListener("pageshow", () => document.querySelectorAll("[data-busy]").forEach((button) => {
  if (button instanceof HTMLElement && !button.dataset.busy) delete button.dataset.busy;
}));

on("click", "[data-back]", () => history.back());
// A blocked verb stays focusable, so that its reason can be read; it does nothing.
on("click", "[aria-disabled='true']", (_element, event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
