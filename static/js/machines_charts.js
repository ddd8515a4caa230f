// @ts-check
// Charts of the last 15 minutes. New figures are fetched while the page is visible.
import { chart } from "./chart.js";

const EVERY = 5000; // ms
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const NAMES = /** @type {const} */ (["cpu", "memory", "disk", "net"]);

/** @typedef {Record<string, (number | null)[]>} Figures */
/** @typedef {ReturnType<typeof chart>} Chart */

const card = document.querySelector("[data-metrics]");
const memory = card instanceof HTMLElement ? Number(card.dataset.memory) : 0;

const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });

/** @param {number} bytes per second @param {string[]} units */
function scaled(bytes, units) {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) { value /= 1000; unit += 1; }
  return `${number.format(value >= 100 ? Math.round(value) : value)}\u00a0${units[unit]}`;
}
const BYTES = ["B/s", "kB/s", "MB/s", "GB/s"];
const BITS = ["b/s", "kb/s", "Mb/s", "Gb/s"];

/** The figure above a chart. @type {Record<string, (value: number) => string>} */
const WORDS = {
  cpu: (value) => `${Math.round(value)}%`,
  memory: (value) => (memory < GIB ? `${Math.round(value / MIB)}\u00a0MiB` : `${number.format(value / GIB)}\u00a0GiB`),
  disk: (value) => scaled(value, BYTES),
  disk_read: (value) => scaled(value, BYTES),
  disk_write: (value) => scaled(value, BYTES),
  net: (value) => scaled(value * 8, BITS),
  net_in: (value) => scaled(value * 8, BITS),
  net_out: (value) => scaled(value * 8, BITS),
};

/** A round number at or above the largest value: 1, 2 or 5 times a power of ten. @param {number} value */
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}

/** @param {(number | null)[]} values @param {number} factor */
const times = (values, factor) => values.map((value) => (value === null ? null : value * factor));

/** @param {(number | null)[][]} columns */
const largest = (columns) => columns.flat().reduce((/** @type {number} */ most, value) => Math.max(most, value ?? 0), 0);

/** What one chart shows: columns, tones, its maximum and the unit of its axis. @param {string} name @param {Figures} figures */
function shown(name, figures) {
  if (name === "cpu") return { ys: [figures.cpu], tones: ["s1"], max: 100, unit: "%" };
  if (name === "memory") {
    const unit = memory >= GIB ? { size: GIB, word: " GiB" } : { size: MIB, word: " MiB" };
    return { ys: [times(figures.memory_used, 1 / unit.size)], tones: ["s1"], max: memory / unit.size, unit: unit.word };
  }
  const disk = name === "disk";
  const factor = disk ? 1 : 8;
  const columns = disk ? [figures.disk_read, figures.disk_write] : [figures.net_in, figures.net_out];
  const bytes = columns.map((column) => times(column, factor));
  const units = disk ? BYTES : BITS;
  const top = Math.max(ceiling(largest(bytes)), 1000);
  const step = Math.min(Math.floor(Math.log10(top) / 3), units.length - 1);
  const scale = 1000 ** step;
  return {
    ys: bytes.map((column) => times(column, 1 / scale)),
    tones: disk ? ["s2", "s3"] : ["s5", "s1"],
    max: top / scale,
    unit: ` ${units[step]}`,
  };
}

/** @type {Map<string, Chart>} */
const charts = new Map();

/** @param {string} name @param {Figures} figures */
function draw(name, figures) {
  const place = document.querySelector(`[data-chart='${name}']`);
  if (!(place instanceof HTMLElement)) return;
  const x = /** @type {number[]} */ (figures.at);
  const { ys, tones, max, unit } = shown(name, figures);
  const known = charts.get(name);
  if (known) {
    known.update(x, ys, max, unit);
    return;
  }
  const names = (place.dataset.names ?? "").split("|");
  charts.set(name, chart(place, { x, ys, names, tones, max, unit, axisWidth: name === "cpu" ? 40 : 62 }));
}

/** @param {Figures} figures */
function write(figures) {
  const last = (/** @type {string} */ name) => figures[name]?.at(-1) ?? null;
  const sum = (/** @type {string} */ a, /** @type {string} */ b) =>
    last(a) === null && last(b) === null ? null : (last(a) ?? 0) + (last(b) ?? 0);
  /** @type {Record<string, number | null>} */
  const now = {
    cpu: last("cpu"), memory: last("memory_used"),
    disk_read: last("disk_read"), disk_write: last("disk_write"), disk: sum("disk_read", "disk_write"),
    net_in: last("net_in"), net_out: last("net_out"), net: sum("net_in", "net_out"),
  };
  for (const [name, value] of Object.entries(now)) {
    const place = document.querySelector(`[data-now='${name}']`);
    if (place) place.textContent = value === null ? "–" : WORDS[name](value);
  }
}

async function refresh() {
  if (!(card instanceof HTMLElement) || document.hidden) return;
  const answer = await fetch(card.dataset.metrics ?? "", { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const figures = /** @type {Figures} */ (await answer.json());
  const empty = figures.at.length < 2;
  card.classList.toggle("gh-metrics--none", empty);
  const note = card.querySelector(".gh-metrics__none");
  if (note instanceof HTMLElement) note.hidden = !empty;
  if (!empty) for (const name of NAMES) draw(name, figures);
  write(figures);
}

if (card) {
  refresh();
  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);
}
