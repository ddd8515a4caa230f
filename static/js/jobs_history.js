// @ts-check
// The history page: when a job begins or ends the list is fetched anew, at most every second.
import { onBatch } from "./live.js";

const PAUSE = 1000; // ms
/** @type {Map<number, string>} */
const states = new Map();
let timer = 0;

async function renew() {
  timer = 0;
  const old = document.querySelector("[data-history]");
  if (!old || old.contains(document.activeElement) || document.querySelector("dialog[open]")) { later(); return; }
  const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-history]");
  if (!fresh) return;
  const opened = [...old.querySelectorAll("li:has(details[open])")].map(({ id }) => id);
  const kept = document.adoptNode(fresh);
  for (const id of opened) kept.querySelector(`#${CSS.escape(id)} details`)?.setAttribute("open", "");
  old.replaceWith(kept);
  const { htmx } = /** @type {{htmx?: {process: (element: Element) => void}}} */ (/** @type {unknown} */ (window));
  htmx?.process(kept);
}

function later() {
  if (!timer) timer = window.setTimeout(renew, PAUSE);
}

onBatch((items) => {
  for (const { kind, id, facts } of items) {
    if (kind !== "job" || states.get(id) === facts.state) continue;
    states.set(id, facts.state);
    later();
  }
});
document.addEventListener("live:stale", later);
