// @ts-check
// Hosts: how long until the next try.

/** "24 s" or "2 min". @param {number} seconds */
function words(seconds) {
  const rounded = Math.max(0, Math.round(seconds));
  return rounded < 120 ? `${rounded} s` : `${Math.round(rounded / 60)} min`;
}

function tick() {
  for (const place of document.querySelectorAll("[data-countdown]")) {
    if (!(place instanceof HTMLElement)) continue;
    const seconds = (Date.parse(place.dataset.countdown ?? "") - Date.now()) / 1000;
    const sentence = place.dataset.countdownWords ?? "{}";
    if (Number.isFinite(seconds)) place.textContent = sentence.replace("{}", words(seconds));
  }
}

tick();
setInterval(tick, 1000);
document.addEventListener("htmx:load", tick);
document.addEventListener("live:swapped", tick);
