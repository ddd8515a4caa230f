// @ts-check
// The map of a host's processors: each thread takes the colour of its load, and says it in words.
import { format } from "./format.js";
import { onBatch } from "./live.js";
import { setMeter } from "./meter.js";

const STEPS = [5, 25, 50, 75]; // per cent from which a thread looks busier; hosts/processors.py too

/** @typedef {{loads: Record<string, number> | null, cells: Record<string, number>}} Figures */

/** @param {HTMLElement} thread @param {number} load */
function drawThread(thread, load) {
  const level = STEPS.filter((step) => load >= step).length;
  for (let one = 0; one <= STEPS.length; one += 1) thread.classList.toggle(`gh-thread--${one}`, one === level);
  const words = `${thread.dataset.name}: ${load}%${thread.dataset.who}`;
  thread.dataset.tip = words;
  thread.setAttribute("aria-label", words);
}

/** @param {HTMLElement} place @param {number} free bytes */
function drawMemory(place, free) {
  const total = Number(place.dataset.total);
  const figure = place.querySelector("[data-used]");
  const meter = place.querySelector(".gh-meter");
  place.hidden = false;
  if (figure) figure.textContent = format(total - free, "gib-number");
  if (meter instanceof SVGElement) setMeter(meter, ((total - free) / total) * 100);
}

/** @param {HTMLElement} map @param {Figures} figures */
function draw(map, figures) {
  map.toggleAttribute("data-none", figures.loads === null);
  for (const thread of map.querySelectorAll("[data-thread]")) {
    const load = figures.loads?.[thread.getAttribute("data-thread") ?? ""];
    if (thread instanceof HTMLElement && load !== undefined) drawThread(thread, load);
  }
  for (const place of map.querySelectorAll("[data-cell]")) {
    const free = figures.cells[place.getAttribute("data-cell") ?? ""];
    if (place instanceof HTMLElement && free !== undefined) drawMemory(place, free);
  }
}

onBatch((items) => {
  const map = document.getElementById("cpu-map");
  const item = items.find((one) => one.kind === "threads" && String(one.id) === map?.dataset.liveId);
  if (map && item) draw(map, /** @type {Figures} */ (item.facts));
});
