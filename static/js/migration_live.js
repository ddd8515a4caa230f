// @ts-check
// A migration while it runs: figures, bar and chart follow the socket; sliders say what they mean.
import { chart } from "./chart.js";
import { format, number } from "./format.js";
import { onBatch } from "./live.js";
import { refetch } from "./refetch.js";

/** @typedef {{t: number, total: number, processed: number, remaining: number, rate: number | null, dirty_rate: number | null, iteration: number | null, downtime_ms: number | null, throttle: number | null}} Sample */
/** @typedef {{at: number[], sent: (number | null)[], dirty: (number | null)[], start: number, limit: number | null}} Figures */

const lane = /** @type {HTMLElement | null} */ (document.querySelector("[data-migration]"));
const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-chart]"));
const words = lane?.dataset ?? {};
const MIB = 1024 ** 2;
const MOST = 400;
const clockFormat = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const seconds = (/** @type {number} */ at) => clockFormat.format(at);
const TONES = ["s1", "s3", "s6"];
/** @type {Figures} */
let figures = { at: [], sent: [], dirty: [], start: 0, limit: null };
/** @type {{update: (x: number[], ys: (number | null)[][], max?: number) => void} | null} */
let drawn = null;

/** @param {string} name @param {string} text */
function write(name, text) {
  const node = document.querySelector(`[data-figure="${name}"]`);
  if (node && node.textContent !== text) node.textContent = text;
}

/** @param {string | undefined} pattern @param {Record<string, string>} values */
const fill = (pattern, values) => (pattern ?? "").replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");

/** @param {number} seconds */
function time(seconds) {
  const looks = /** @type {HTMLElement | null} */ (document.getElementById("looks"))?.dataset ?? {};
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)}\u00a0${looks.h} ${Math.floor((seconds % 3600) / 60)}\u00a0${looks.min}`;
  if (seconds >= 60) return `${Math.floor(seconds / 60)}\u00a0${looks.min} ${Math.floor(seconds % 60)}\u00a0${looks.s}`;
  return `${Math.max(1, Math.round(seconds))}\u00a0${looks.s}`;
}

/** @param {number} percent */
function bar(percent) {
  const svg = document.querySelector("[data-figure='bar']");
  svg?.querySelector(".gh-lane__fill")?.setAttribute("width", `${percent.toFixed(1)}%`);
  svg?.querySelector(".gh-lane__knob")?.setAttribute("x", `${Math.min(98, Math.max(0, percent - 1)).toFixed(1)}%`);
  svg?.setAttribute("aria-label", `${(svg.getAttribute("aria-label") ?? "").replace(/\s*\d+%$/, "")} ${Math.round(percent)}%`);
}

/** @param {Sample} now */
function pause(now) {
  const node = /** @type {HTMLElement | null} */ (document.querySelector("[data-figure='downtime_ms']"));
  if (!node) return;
  const expected = now.downtime_ms;
  node.textContent = expected === null ? "–" : `${number(expected)}\u00a0ms`;
  const limit = Number(node.dataset.limit);
  const tone = expected === null ? "" : expected > limit ? "brick" : expected > 0.8 * limit ? "amber" : "leaf";
  for (const name of ["brick", "amber", "leaf"]) node.classList.toggle(`gh-tone-${name}`, name === tone);
}

/** @param {Sample} now */
function show(now) {
  const rate = now.rate ?? 0;
  const dirty = now.dirty_rate ?? 0;
  const percent = now.total ? (100 * (now.total - now.remaining)) / now.total : 0;
  const left = rate > dirty && now.remaining ? now.remaining / (rate - dirty) : null;
  if (now.total) write("done", fill(words.wordsDone, { done: format(now.total - now.remaining, "gib"), all: format(now.total, "gib") }));
  write("round", now.iteration ? fill(words.wordsRound, { n: String(now.iteration) }) : "");
  write("percent", now.total ? `${Math.round(percent)}%` : "");
  write("now", rate ? fill(words.wordsNow, { rate: format(rate, "bitrate"), sent: format(now.processed, "gib") }) : "");
  write("time", left === null ? "" : fill(words.wordsLeft, { time: time(left) }));
  write("left", left === null ? "–" : time(left));
  write("remaining", format(now.remaining, "gib"));
  write("dirty_rate", now.dirty_rate === null ? "–" : `${format(dirty || 0.0001, "gib").replace(/^0[.,]0/, "0")}/s`);
  bar(percent);
  pause(now);
  const throttle = /** @type {HTMLElement | null} */ (document.querySelector("[data-figure='throttle']"));
  if (throttle?.textContent) throttle.textContent = fill(throttle.dataset.words, { n: String(now.throttle ?? 0) });
  const verdict = !rate || now.dirty_rate === null ? "" : rate > dirty ? "yes" : "no";
  document.querySelectorAll("[data-converges]").forEach((node) => { node.toggleAttribute("hidden", node.getAttribute("data-converges") !== verdict); });
}

/** @param {number} value */
const ceiling = (value) => {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return [1, 1.5, 2, 3, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value;
};

function draw() {
  if (!place || figures.at.length < 2) return;
  document.querySelector("[data-chart-none]")?.setAttribute("hidden", "");
  const known = [...figures.sent, ...figures.dirty].filter((value) => value !== null).map(Number);
  const most = Math.max(MIB, ...known);
  const limit = figures.limit && figures.limit < 3 * most ? figures.limit : null;
  const size = most >= 1024 * MIB ? 1024 * MIB : MIB;
  const scale = (/** @type {(number | null)[]} */ column) => column.map((value) => (value === null ? null : value / size));
  const columns = [scale(figures.sent), scale(figures.dirty), figures.at.map(() => (limit === null ? null : limit / size))];
  const max = ceiling((1.1 * Math.max(most, limit ?? 0)) / size);
  const unit = size === MIB ? " MiB/s" : " GiB/s";
  if (drawn) { drawn.update(figures.at, columns, max, unit); return; }
  drawn = chart(place, { x: figures.at, ys: columns, names: (place.dataset.names ?? "").split("|"), tones: TONES, dashed: [2], max, unit, height: 190, axisWidth: 74, time: seconds });
}

/** @param {Sample} now */
function push(now) {
  const at = figures.start + now.t;
  if (!figures.start || at <= (figures.at.at(-1) ?? 0)) return;
  figures.at.push(at);
  figures.sent.push(now.rate);
  figures.dirty.push(now.dirty_rate);
  for (const column of [figures.at, figures.sent, figures.dirty]) if (column.length > MOST) column.shift();
  draw();
}

async function load() {
  const answer = await fetch(words.figures ?? "", { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  figures = await answer.json();
  draw();
}

/** Fetch the parts again in which words stand. @param {string} [only] an id */
function fetchParts(only) {
  const parts = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-live-kind='migration'][data-live-url]"));
  parts.forEach((part) => { if (!only || part.id === only) refetch(part); });
}

/** What the page shows is from when it was drawn: compare, whatever was heard before. @param {Record<string, any>} facts */
function follow(facts) {
  const moved = facts.phase !== words.phase || facts.outcome !== words.outcome;
  if (moved) fetchParts();
  else if (String(facts.events) !== words.events) { fetchParts("migration-events"); fetchParts("migration-finish"); }
  Object.assign(words, { phase: facts.phase, outcome: facts.outcome, events: String(facts.events) });
}

if (lane) {
  const id = Number(lane.dataset.migration);
  load();
  onBatch((items) => {
    for (const { kind, id: which, facts } of items) {
      if (kind === "job" && String(which) === words.job && ["cancelled", "failed"].includes(facts.state)) fetchParts();
      if (kind !== "migration" || which !== id) continue;
      follow(facts);
      const now = /** @type {Sample | undefined} */ (facts.statistics);
      if (now && "total" in now && !facts.outcome) { show(now); if (!figures.start) load(); else push(now); }
      if (facts.outcome) { lane.dataset.over = ""; load(); }
    }
  });
  document.addEventListener("live:stale", load);
}
