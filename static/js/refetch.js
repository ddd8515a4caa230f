// @ts-check
// Fetch an element, or all live elements of the page, again through the same permission; keep focus and selection.

/** @typedef {{process?: (element: Element) => void}} Htmx */
const htmx = () => /** @type {{htmx?: Htmx}} */ (/** @type {unknown} */ (window)).htmx;
const BUSY = ".dropdown-menu.show, input:not([type='checkbox']):focus, textarea:focus, select:focus, dialog[open], details[data-hold][open]";
const RETRY = 700;

/** @type {Map<string, "running" | "again">} by address */
const running = new Map();

/** @param {string} html @returns {Element | null} table rows parse only in a template */
function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

/** @param {HTMLElement} old @param {Element} fresh */
function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const places = "a, button, input, select, textarea, [tabindex]";
  const at = focused ? [...old.querySelectorAll(places)].indexOf(focused) : -1;
  const ticked = /** @type {HTMLInputElement | null} */ (old.querySelector("[data-select]"))?.checked;
  const box = /** @type {HTMLInputElement | null} */ (fresh.querySelector("[data-select]"));
  if (box && ticked) box.checked = true;
  if (old.hasAttribute("data-cursor")) fresh.setAttribute("data-cursor", "");
  if (old.classList.contains("gh-tint")) fresh.classList.add("gh-tint");
  old.replaceWith(fresh);
  htmx()?.process?.(fresh);
  fresh.dispatchEvent(new CustomEvent("live:swapped", { bubbles: true }));
  if (at >= 0) /** @type {HTMLElement | undefined} */ ([...fresh.querySelectorAll(places)][at])?.focus({ preventScroll: true });
}

/** Swap unless the person is in the middle of something there. @param {HTMLElement} old @param {Element} fresh */
function swap(old, fresh) {
  if (!old.isConnected) return;
  if (old.querySelector(BUSY)) setTimeout(() => { if (old.isConnected) refetch(old); }, RETRY);
  else replace(old, fresh);
}

/** @param {string} url @returns {Promise<{status: number, text: string} | null>} null when there is no answer */
async function get(url) {
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true", "X-Requested-With": "fetch" } });
    return { status: answer.status, text: answer.ok ? await answer.text() : "" };
  } catch {
    return null;
  }
}

/** @param {HTMLElement} element */
export async function refetch(element) {
  const url = element.dataset.liveUrl;
  if (!url) return;
  if (running.has(url)) { running.set(url, "again"); return; }
  running.set(url, "running");
  const answer = await get(url);
  const wasAsked = running.get(url) === "again";
  running.delete(url);
  const fresh = answer && parse(answer.text);
  if (fresh) swap(element, fresh);
  else if (answer?.status === 404 && element.matches("tr, li")) element.remove();
  const now = element.isConnected ? element : element.id && document.getElementById(element.id);
  if (wasAsked && now) refetch(now);
}

/** After a gap: one fetch of this page brings every live element that has an id up to date. */
export async function refetchPage() {
  const elements = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-live-id][id]"));
  if (!elements.length) return;
  try {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    elements.forEach((element) => {
      const fresh = page.getElementById(element.id);
      if (fresh && !element.querySelector("[data-live-id]")) swap(element, document.adoptNode(fresh));
    });
  } catch { /* still away: the next reconnect asks again */ }
}
