// @ts-check
// Push a value into a sparkline that the server drew (hypervisor_site/drawing.py draws the same).
const SVG = "http://www.w3.org/2000/svg";
const MIN_SLOTS = 24;
const MAX_POINTS = 48;
const AMBER = 85;

/** @param {(number | null)[]} values @param {number} width @param {number} height @param {number} max */
function paths(values, width, height, max) {
  const slots = Math.max(MIN_SLOTS, values.length);
  const step = width / (slots - 1);
  let line = "";
  let area = "";
  /** @type {[string, string][]} */
  let run = [];
  const close = () => {
    if (!run.length) return;
    const steps = run.map(([x, y]) => `${x} ${y}`).join("L");
    line += `M${steps}${run.length === 1 ? "h.01" : ""}`;
    area += `M${run[0][0]} ${height}L${steps}L${run[run.length - 1][0]} ${height}Z`;
    run = [];
  };
  values.forEach((value, i) => {
    if (value === null) { close(); return; }
    const y = height - 1 - (height - 2) * Math.min(1, Math.max(0, value / max));
    run.push([((slots - values.length + i) * step).toFixed(1), y.toFixed(1)]);
  });
  close();
  return { line, area };
}

/** @param {string} name @param {string} d */
function path(name, d) {
  const element = document.createElementNS(SVG, "path");
  element.setAttribute("class", `gh-spark__${name}`);
  element.setAttribute("d", d);
  return element;
}

/** @param {SVGSVGElement} svg @param {number | null} value */
export function push(svg, value) {
  const kept = svg.dataset.values ? svg.dataset.values.split(",").map((v) => (v === "" ? null : Number(v))) : [];
  const values = [...kept, value].slice(-MAX_POINTS);
  svg.dataset.values = values.map((v) => (v === null ? "" : String(Math.round(v * 10) / 10))).join(",");
  if (values.every((v) => v === null)) return;
  const max = Number(svg.dataset.max) || 100;
  const { line, area } = paths(values, svg.width.baseVal.value, svg.height.baseVal.value, max);
  svg.replaceChildren(path("area", area), path("line", line));
  if (!svg.dataset.tone) svg.classList.toggle("gh-spark--amber", value !== null && (value / max) * 100 >= AMBER);
}
