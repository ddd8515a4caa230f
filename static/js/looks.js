// @ts-check
// States as the server draws them: app.html carries one template a look, so there is one home for glyphs and words.
import { ownParts } from "./dom.js";

/** @param {string} attribute @param {string} key */
const find = (attribute, key) => /** @type {HTMLTemplateElement | null} */ (
  document.querySelector(`#looks template[${attribute}="${CSS.escape(key)}"]`));

/** @param {string} state */
export const wordOf = (state) => find("data-look", state)?.dataset.word ?? state;

/** @param {string} reason */
export const reasonOf = (reason) => find("data-reason", reason)?.dataset.word ?? "";

/** @param {Element} disc @param {string} state */
function drawDisc(disc, state) {
  const drawn = find("data-look", state)?.content.firstElementChild?.cloneNode(true);
  if (!(drawn instanceof Element)) return;
  if (disc.classList.contains("gh-disc--lg")) drawn.classList.add("gh-disc--lg");
  disc.replaceWith(drawn);
}

/** @param {Element} word @param {string} state @param {string} reason */
function drawWord(word, state, reason) {
  const tone = find("data-look", state)?.dataset.wordTone;
  word.className = `gh-word${tone ? ` gh-word--${tone}` : ""}`;
  word.setAttribute("data-word", state);
  const [text, why] = word.children;
  text.textContent = wordOf(state);
  if (why) why.textContent = reasonOf(reason) && ` ${reasonOf(reason)}`;
}

/** Draw a state in everything inside `scope` that shows one. @param {Element} scope @param {string} state @param {string} reason */
export function drawState(scope, state, reason) {
  ownParts(scope, "[data-disc]").forEach((disc) => {
    if (disc.getAttribute("data-disc") !== state) drawDisc(disc, state);
  });
  ownParts(scope, "[data-word]").forEach((word) => drawWord(word, state, reason));
  ownParts(scope, "[data-pill]").forEach((pill) => {
    const tone = find("data-look", state)?.dataset.pillTone;
    pill.className = `gh-pill${tone ? ` gh-pill--${tone}` : ""}`;
    pill.setAttribute("data-pill", state);
  });
}

/** @param {Element} scope @param {string} state */
export function drawJobState(scope, state) {
  ownParts(scope, "[data-job-state]").forEach((element) => {
    if (element.getAttribute("data-job-state") === state) return;
    const drawn = find("data-job-look", state)?.content.firstElementChild?.cloneNode(true);
    if (drawn instanceof Element) element.replaceWith(drawn);
  });
}
