// @ts-check
// The page before a migration: when the check that it watches is over, its parts are fetched again.
import { onBatch } from "./live.js";
import { refetch } from "./refetch.js";
import "./sliders.js";

const OVER = ["succeeded", "failed", "cancelled", "undetermined"];

function fetchParts() {
  /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-live-kind='migration-check'][data-live-url]")).forEach(refetch);
}

/** @type {Set<number>} jobs that ended, also before the page knew their number */
const ended = new Set();

function look() {
  const shown = /** @type {HTMLElement | null} */ (document.querySelector("[data-check-job]"));
  if (shown && ended.delete(Number(shown.dataset.checkJob))) fetchParts();
}

onBatch((items) => {
  for (const { kind, id, facts } of items) if (kind === "job" && OVER.includes(facts.state)) ended.add(id);
  look();
});
document.addEventListener("htmx:load", look);
document.addEventListener("live:swapped", look);
