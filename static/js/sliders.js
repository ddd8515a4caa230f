// @ts-check
// A slider says what it stands at: <output for="ID" data-slider-out="mib" data-top="no limit">.

/** @param {HTMLInputElement} slider */
function say(slider) {
  const share = (Number(slider.value) - Number(slider.min)) / (Number(slider.max) - Number(slider.min));
  slider.style.setProperty("--gh-at", `${(100 * share).toFixed(1)}%`);
  const out = /** @type {HTMLElement | null} */ (document.querySelector(`output[for="${CSS.escape(slider.id)}"]`));
  if (!out) return;
  const isTop = out.dataset.top && slider.value === slider.max;
  out.textContent = isTop ? out.dataset.top ?? "" : `${slider.value}\u00a0${out.dataset.sliderOut === "ms" ? "ms" : "MiB/s"}`;
}

function sayAll() {
  /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll(".gh-slider")).forEach(say);
}

document.addEventListener("htmx:load", sayAll);
document.addEventListener("live:swapped", sayAll);
sayAll();
document.addEventListener("input", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.matches(".gh-slider")) say(event.target);
});
