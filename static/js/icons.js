// @ts-check
// Icons of the sprite, as the server draws them.
const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name @param {number} [size] @returns {SVGSVGElement} */
export function sprite(name, size = 16) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", size === 16 ? "gh-icon" : `gh-icon gh-icon--${size}`);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${document.documentElement.dataset.sprite}#${name}`);
  svg.append(use);
  return svg;
}
