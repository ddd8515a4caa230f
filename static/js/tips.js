// @ts-check
// One tooltip for the page: data-tip says the words, data-tip-key the key. Shown on hover and on focus.
import { closest } from "./dom.js";

const GAP = 6;
const tip = document.createElement("div");
tip.className = "gh-tip";
tip.setAttribute("aria-hidden", "true");
tip.setAttribute("popover", "manual");
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** In the narrow sidebar and in a narrow console bar, labels are tooltips. @param {HTMLElement} element */
function words(element) {
  if (element.dataset.tip) return element.dataset.tip;
  const word = /** @type {HTMLElement | null} */ (element.querySelector(".gh-console__word"));
  if (word && word.offsetWidth <= 1) return word.textContent ?? "";
  const label = element.querySelector("span");
  return label && getComputedStyle(label).display === "none" ? element.dataset.tipRail ?? "" : "";
}

/** @param {HTMLElement} element */
function show(element) {
  const text = words(element);
  if (!text || !element.isConnected || element.getAttribute("aria-expanded") === "true") return;
  tip.replaceChildren(text);
  if (element.dataset.tipKey) {
    const key = document.createElement("kbd");
    key.textContent = element.dataset.tipKey;
    tip.append(key);
  }
  document.body.append(tip);
  tip.showPopover();
  const at = element.getBoundingClientRect();
  const size = tip.getBoundingClientRect();
  const left = Math.max(4, Math.min(innerWidth - size.width - 4, at.left + at.width / 2 - size.width / 2));
  const below = at.bottom + GAP + size.height < innerHeight;
  tip.style.left = `${left}px`;
  tip.style.top = `${below ? at.bottom + GAP : at.top - GAP - size.height}px`;
}

function hide() {
  clearTimeout(timer);
  tip.remove();
}

/** @param {Event} event @param {number} delay */
function later(event, delay) {
  hide();
  const element = closest(event.target, "[data-tip], [data-tip-rail], :has(> .gh-console__word)");
  if (element) timer = setTimeout(() => show(element), delay);
}

document.addEventListener("pointerover", (event) => { if (event.pointerType !== "touch") later(event, 350); });
document.addEventListener("focusin", (event) => {
  if (event.target instanceof Element && event.target.matches(":focus-visible")) later(event, 80);
});
for (const type of ["pointerdown", "focusout", "keydown", "scroll"]) document.addEventListener(type, hide, true);
