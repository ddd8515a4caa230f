// @ts-check
// How long a console has been recorded, counted beside the red mark.
import { clock } from "./player_clock.js";

function count() {
  document.querySelectorAll("[data-since]").forEach((mark) => {
    const since = Date.parse(/** @type {HTMLElement} */ (mark).dataset.since ?? "");
    const words = mark.querySelector("[data-clock]");
    if (words && since) words.textContent = clock(Math.max(0, (Date.now() - since) / 1000));
  });
}

count();
setInterval(count, 1000);
document.addEventListener("live:swapped", count);
