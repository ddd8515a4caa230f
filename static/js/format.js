// @ts-check
// Figures as the server writes them (hypervisor_site/formats.py), in the language of the page.
const lang = document.documentElement.lang || "en-GB";
const whole = new Intl.NumberFormat(lang, { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const clockFormat = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hour12: false });
const words = /** @type {HTMLElement | null} */ (document.getElementById("looks"))?.dataset ?? {};
export const NOTHING = "–";
const GIB = 1024 ** 3;

/** @param {number} value */
export function number(value) {
  const rounded = Math.round(value * 10) / 10;
  return rounded >= 100 || Number.isInteger(rounded) ? whole.format(value) : tenth.format(value);
}

/** @param {number} value @param {string[]} units @param {number} step */
function scaled(value, units, step) {
  let index = 0;
  let amount = value;
  for (; amount >= step && index < units.length - 1; index += 1) amount /= step;
  return `${number(amount)}\u00a0${units[index]}`;
}

/** @param {string} moment ISO time */
function since(moment) {
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(moment)) / 1000));
  if (seconds >= 86400) return `${Math.floor(seconds / 86400)}\u00a0${words.d}`;
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)}\u00a0${words.h}`;
  if (seconds >= 60) return `${Math.floor(seconds / 60)}\u00a0${words.min}`;
  return `${seconds}\u00a0${words.s}`;
}

/** @param {number | Date} moment */
export const clock = (moment) => clockFormat.format(moment);

/** @type {Record<string, (value: any) => string>} */
const FORMATS = {
  text: String,
  percent: (value) => `${Math.round(value)}%`,
  gib: (value) => scaled(value, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"], 1024),
  "gib-number": (value) => number(value / GIB),
  rate: (value) => scaled(value, ["B/s", "kB/s", "MB/s", "GB/s"], 1000),
  bitrate: (value) => scaled(value * 8, ["b/s", "kb/s", "Mb/s", "Gb/s"], 1000),
  up: since,
  time: (value) => clock(new Date(value)),
};

/** @param {unknown} value @param {string} [name] */
export function format(value, name = "text") {
  if (value === null || value === undefined || value === "") return NOTHING;
  return (FORMATS[name] ?? FORMATS.text)(value);
}
