// @ts-check
// Hosts: how long until the next try.

/** "24 s" or "2 min". @param {number} seconds */
function words(seconds) {
  const rounded = Math.max(0, Math.round(seconds));
  const format = (/** @type {number} */ value, /** @type {string} */ unit) =>
    new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "short" }).format(value);
  return rounded < 120 ? format(rounded, "second") : format(Math.round(rounded / 60), "minute");
}

function tick() {
  for (const place of document.querySelectorAll("[data-countdown]")) {
    if (!(place instanceof HTMLElement)) continue;
    const seconds = (Date.parse(place.dataset.countdown ?? "") - Date.now()) / 1000;
    if (Number.isFinite(seconds)) place.textContent = words(seconds);
  }
}

tick();
setInterval(tick, 1000);
document.addEventListener("htmx:load", tick);
