// @ts-check
// Put the facts of one live item into one element:
// data-fact="address" text (data-format says how), data-meter="mem_used" data-meter-of="mem" (data-meter-whole until that is told), data-spark="cpu",
// and whatever shows a state (disc, word, pill).
import { ownParts } from "./dom.js";
import { format, NOTHING } from "./format.js";
import { drawJobState, drawState, wordOf } from "./looks.js";
import { setMeter } from "./meter.js";
import { push } from "./sparkline.js";

/** @typedef {import("./socket.js").Item} Item */

/** @type {WeakMap<Element, Record<string, any>>} what each element shows */
const known = new WeakMap();
const TINTED = ["state", "address", "name", "host", "job"];

/** @param {HTMLElement} element @param {Record<string, any>} facts */
function cells(element, facts) {
  ownParts(element, "[data-fact]").forEach((node) => {
    const cell = /** @type {HTMLElement} */ (node);
    const name = cell.dataset.fact ?? "";
    if (!(name in facts)) return;
    const text = format(facts[name], cell.dataset.format);
    const shown = text === NOTHING && cell.dataset.empty !== undefined ? cell.dataset.empty : text;
    if (cell.textContent !== shown) cell.textContent = shown;
    if (cell.dataset.hot) cell.classList.toggle("gh-hot", Number(facts[name]) >= Number(cell.dataset.hot));
  });
}

/** @param {HTMLElement} element @param {Record<string, any>} facts @param {Record<string, any>} all */
function figures(element, facts, all) {
  ownParts(element, "[data-meter]").forEach((node) => {
    const { meter = "", meterOf = "", meterWhole = "" } = /** @type {HTMLElement} */ (node).dataset;
    const svg = node.querySelector(".gh-meter");
    if (!(svg instanceof SVGElement) || !(meter in facts || meterOf in facts)) return;
    const whole = meterOf ? all[meterOf] ?? Number(meterWhole) : 100; // samples do not repeat the whole
    const value = all[meter];
    setMeter(svg, value === null || value === undefined || !whole ? null : (value / whole) * 100);
  });
  ownParts(element, "[data-spark]").forEach((node) => {
    const { spark = "" } = /** @type {HTMLElement} */ (node).dataset;
    const svg = node.querySelector(".gh-spark");
    if (svg instanceof SVGSVGElement && spark in facts) push(svg, facts[spark]);
  });
}

/** @param {HTMLElement} element @param {Record<string, any>} all */
function announce(element, all) {
  const place = document.getElementById("announcer");
  if (place && element.hasAttribute("data-announce")) place.textContent = `${all.name ?? ""}: ${wordOf(all.state)}`;
}

/** @param {HTMLElement} element */
function tint(element) {
  element.classList.remove("gh-tint");
  requestAnimationFrame(() => element.classList.add("gh-tint"));
  element.addEventListener("animationend", () => element.classList.remove("gh-tint"), { once: true });
}

/** @param {HTMLElement} element @param {Item} item @returns {string[]} the names of the facts that changed */
export function patch(element, item) {
  const first = !known.has(element);
  const before = known.get(element) ?? {};
  const { facts } = item;
  const all = { ...before, ...facts };
  known.set(element, all);
  const changed = Object.keys(facts).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(facts[name]));
  const drawn = ownParts(element, "[data-disc]")[0]?.getAttribute("data-disc");
  const moved = "state" in facts && (first ? drawn !== facts.state : changed.includes("state"));
  if (item.kind === "job" && "state" in facts) drawJobState(element, facts.state);
  else if ("state" in facts || "reason" in facts) drawState(element, all.state ?? drawn, all.reason ?? "");
  ownParts(element, "[data-select]").forEach((box) => {
    if ("state" in facts) box.setAttribute("data-state", facts.state);
  });
  cells(element, facts);
  figures(element, facts, all);
  if (moved) announce(element, all);
  if (moved || (!first && changed.some((name) => TINTED.includes(name)))) tint(element);
  return first && !moved ? [] : changed; // what the server drew a moment ago counts as known
}
