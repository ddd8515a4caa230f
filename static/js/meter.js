// @ts-check
// Move a meter that the server drew; the thresholds are those of hypervisor_site/drawing.py.

/** @param {number} value @param {string | undefined} kind */
function tone(value, kind) {
  if (kind === "guest-memory") return value >= 95 ? "amber" : "";
  if (value >= 90) return "brick";
  return value >= 80 ? "amber" : "";
}

/** @param {SVGElement} svg @param {number | null} percent */
export function setMeter(svg, percent) {
  const shown = Math.min(100, Math.max(0, percent ?? 0));
  svg.querySelector("rect")?.setAttribute("width", `${shown.toFixed(1)}%`);
  const label = (svg.getAttribute("aria-label") ?? "").replace(/\s*(\d+%|–)$/, "");
  svg.setAttribute("aria-label", `${label} ${percent === null ? "–" : `${Math.round(shown)}%`}`.trim());
  if (["iris", "leaf"].includes(svg.dataset.kind ?? "")) return;
  for (const name of ["amber", "brick"]) svg.classList.toggle(`gh-meter--${name}`, tone(shown, svg.dataset.kind) === name);
}
