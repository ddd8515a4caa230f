// @ts-check
// The jobs in the top bar: how many go on, and the drawer with them. Fetched anew when one begins, moves on or ends.
import { onBatch } from "./live.js";
import { on } from "./dom.js";

const PAUSE = 300; // ms; several jobs that begin together are one fetch

/** @type {Map<number, string>} the last state heard of each job */
const states = new Map();
let timer = 0;

/** @param {string} url @returns {Promise<string | null>} */
async function get(url) {
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" } });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

const drawer = () => /** @type {HTMLDialogElement | null} */ (document.getElementById("jobs-drawer"));

async function renewPill() {
  const pill = document.getElementById("jobs-pill");
  const html = pill && (await get(pill.dataset.url ?? ""));
  if (!pill || !html) return;
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("jobs-pill");
  if (!fresh) return;
  pill.replaceChildren(...fresh.childNodes); // the link itself stays, with its focus
}

export async function renewDrawer() {
  const body = document.getElementById("jobs-drawer-body");
  const html = await get(drawer()?.dataset.url ?? "");
  if (!body) return;
  if (html === null) { body.textContent = body.dataset.failed ?? ""; return; }
  if (body.contains(document.activeElement) && drawer()?.open) body.closest("dialog")?.focus();
  body.innerHTML = html;
  const { htmx } = /** @type {{htmx?: {process: (element: Element) => void}}} */ (/** @type {unknown} */ (window));
  htmx?.process(body);
}

function renew() {
  timer = 0;
  renewPill();
  if (drawer()?.open) renewDrawer();
}

function soon() {
  if (!timer) timer = window.setTimeout(renew, PAUSE);
}

onBatch((items) => {
  for (const { kind, id, facts } of items) {
    if (kind !== "job" || states.get(id) === facts.state) continue;
    states.set(id, facts.state);
    soon();
  }
});
document.addEventListener("live:stale", soon);
on("click", "[data-dialog='jobs-drawer']", () => { renewDrawer(); });
