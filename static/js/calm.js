// @ts-check
// The first page of a person with few machines: a machine that comes or goes draws the page anew.
import "./screens.js";
import "./machines_dialogs.js";
import { onBatch } from "./live.js";

/** @typedef {{process?: (element: Element) => void}} Htmx */
const PAUSE = 500; // ms, in which several changes become one
let timer = 0;

async function renew() {
  timer = 0;
  const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  const old = document.getElementById("calm");
  if (!answer?.ok || !old) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("calm");
  if (!fresh) { location.reload(); return; } // there are many now: another page
  old.replaceWith(fresh);
  const { htmx } = /** @type {{htmx?: Htmx}} */ (/** @type {unknown} */ (window));
  htmx?.process?.(fresh);
  fresh.dispatchEvent(new CustomEvent("live:swapped", { bubbles: true }));
}

onBatch((items) => {
  const isOther = items.some(({ kind, id, facts }) => kind === "vm" && (facts.gone || !document.getElementById(`own-${id}`)));
  if (isOther && !timer) timer = window.setTimeout(renew, PAUSE);
});
