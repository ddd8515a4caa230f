// @ts-check
// Small helpers that several modules share.

/** @param {EventTarget | null} target @param {string} selector @returns {HTMLElement | null} */
export const closest = (target, selector) => (target instanceof Element ? target.closest(selector) : null);

/**
 * Run `handler` for events of `type` on elements that match, now and later.
 * @param {string} type @param {string} selector
 * @param {(element: HTMLElement, event: Event) => void} handler @param {boolean} [capture]
 */
export function on(type, selector, handler, capture = false) {
  document.addEventListener(type, (event) => {
    const element = closest(event.target, selector);
    if (element) handler(element, event);
  }, capture);
}

/** @param {EventTarget | null} target whether a single letter typed there is meant as text */
export const isField = (target) => target instanceof HTMLElement
  && (target.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
    && !/^(checkbox|radio|button|submit)$/.test(/** @type {HTMLInputElement} */ (target).type)));

/** POST form fields to one of our own addresses. @param {string} url @param {Record<string, string>} fields */
export function post(url, fields) {
  return fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "X-CSRFToken": document.documentElement.dataset.csrf ?? "", "X-Requested-With": "fetch" },
  });
}

/** @param {string} key @returns {string | null} null too where storage is forbidden */
export function recall(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

/** @param {string} key @param {string} value */
export function remember(key, value) {
  try { localStorage.setItem(key, value); } catch { /* private window: kept for this page only */ }
}

/** What belongs to a live element itself, not to another live element inside it (a row on a host's page).
 * @param {Element} scope @param {string} selector @returns {Element[]} */
export const ownParts = (scope, selector) =>
  [...scope.querySelectorAll(selector)].filter((node) => node.closest("[data-live-kind]") === scope);
