// @ts-check
// Whose avatar stands at a machine: <span data-face="7" data-live-url="…"> is fetched again when hands change there.
import { onBatch } from "./live.js";
import { refetch } from "./refetch.js";

/** @param {string} selector */
const again = (selector) => document.querySelectorAll(selector).forEach((mark) => {
  if (mark instanceof HTMLElement) refetch(mark);
});

onBatch((items) => items.forEach(({ kind, id }) => { if (kind === "room") again(`[data-face="${id}"]`); }));
document.addEventListener("live:stale", () => again(".gh-tile [data-face]")); // rows are drawn anew anyway
