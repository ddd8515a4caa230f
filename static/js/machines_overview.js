// @ts-check
// The first page: counts, jobs and activity are fetched anew when something changed, at most every 2 s.
import { onBatch } from "./live.js";

const PARTS = ["counts", "running-jobs", "activity"];
const PAUSE = 2000; // ms
let timer = 0;

async function renew() {
  timer = 0;
  const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of PARTS) {
    const fresh = page.getElementById(id);
    const old = document.getElementById(id);
    if (fresh && old && !old.contains(document.activeElement)) old.replaceWith(fresh);
  }
}

onBatch((items) => {
  const matters = items.some(({ facts }) => "state" in facts || facts.gone);
  if (matters && !timer && !document.hidden) timer = window.setTimeout(renew, PAUSE);
});
