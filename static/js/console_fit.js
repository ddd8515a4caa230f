// @ts-check
// The bar gives up words, the less needed first, until the name of the machine can be read.

const LEVELS = 4; // owner, words of tools, words of kinds and hands, faces; see console.css
const ENOUGH = 220; // pixels of a long name

/** @param {HTMLElement} room */
export function wireBar(room) {
  const bar = /** @type {HTMLElement} */ (room.querySelector(".gh-console__bar"));
  const name = /** @type {HTMLElement} */ (bar.querySelector("h1"));
  const fits = () => bar.scrollWidth <= bar.clientWidth && name.clientWidth >= Math.min(name.scrollWidth, ENOUGH);
  const fit = () => {
    delete room.dataset.tight;
    if (matchMedia("(max-width: 767.98px)").matches) return; // where there is another bar
    for (let level = 1; level <= LEVELS && !fits(); level += 1) room.dataset.tight = String(level);
  };
  new ResizeObserver(fit).observe(bar);
  document.addEventListener("live:swapped", fit);
  document.fonts.ready.then(fit);
}
