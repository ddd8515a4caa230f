// @ts-check
// Rows keep their order while one looks. A chip tells how many would stand elsewhere by now; a click sorts again.
import { refreshSelection } from "./bulk.js";
import { onBatch } from "./live.js";

/** @typedef {string | number | null} Key */
/** @typedef {{state: Key, cpu: Key, memory: Key, up: Key, name: Key}} Keys */

/** The fact that each column is sorted by. @type {Record<string, string>} */
const FACTS = { state: "settled", cpu: "cpu", memory: "mem", up: "started", name: "name" };

const BUSY = ["running", "shutting_down"]; // states whose row shows how busy the processors are

/** @type {Map<string, Partial<Keys>>} what came since the list was drawn, by row */
let heard = new Map();
/** @type {Element | null} */
let drawn = null;
let before = 0;
/** @type {string[]} */
let ticked = [];

const table = () => /** @type {HTMLElement | null} */ (document.querySelector("table[data-sort]"));

/** @param {HTMLElement} row @param {string} field @returns {Key} */
function drawnKey(row, field) {
  if (field === "name") return row.querySelector("[data-fact='name']")?.textContent ?? null;
  const text = (row.dataset.order ?? "").split(" ")[["state", "cpu", "memory", "up"].indexOf(field)];
  if (!text || text === "-") return null;
  return field === "cpu" || field === "memory" ? Number(text) : text;
}

/** What to compare: a state by its place, a moment in seconds. @param {Key} key @param {string} field @param {HTMLElement} list @returns {Key} */
function rank(key, field, list) {
  if (key === null) return null;
  if (field === "state") return (list.dataset.stateOrder ?? "").split(" ").indexOf(String(key));
  return field === "up" ? Math.round(Date.parse(String(key)) / 1000) : key;
}

/** @param {Key} a @param {Key} b @param {boolean} down whether `a` may stand before `b`; nothing known comes last */
function fits(a, b, down) {
  if (b === null) return true;
  if (a === null) return false;
  return down ? a >= b : a <= b;
}

/** How many have to move so that the rest stands right: all but the longest run in order. @param {Key[]} keys @param {boolean} down */
function misplaced(keys, down) {
  /** @type {number[]} */
  const longest = [];
  keys.forEach((key, at) => {
    let most = 0;
    for (let i = 0; i < at; i += 1) if (longest[i] > most && fits(keys[i], key, down)) most = longest[i];
    longest.push(most + 1);
  });
  return keys.length - longest.reduce((most, one) => Math.max(most, one), 0);
}

/** @param {HTMLElement} row @param {string} field @returns {Key} */
function keyOf(row, field) {
  const known = heard.get(row.id) ?? {};
  if (field === "cpu" && !BUSY.includes(String(known.state ?? drawnKey(row, "state")))) return null;
  return field in known ? known[/** @type {keyof Keys} */ (field)] ?? null : drawnKey(row, field);
}

/** @param {HTMLElement} list */
function count(list) {
  const sort = list.dataset.sort ?? "";
  const field = sort.replace(/^-/, "");
  if (!(field in FACTS)) return 0;
  const rows = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("tbody tr[data-live-id]")]);
  const keys = rows.map((row) => rank(keyOf(row, field), field, list));
  // The longest up began first.
  return misplaced(keys, sort.startsWith("-") !== (field === "up"));
}

function tell() {
  const list = table();
  const chip = document.querySelector("[data-moved]");
  if (!list || !(chip instanceof HTMLElement)) return;
  if (list !== drawn) { drawn = list; heard = new Map(); before = count(list); }
  const moved = Math.max(0, count(list) - before);
  chip.hidden = moved === 0;
  const words = (moved === 1 ? chip.dataset.one : chip.dataset.many) ?? "";
  const text = words.replace("{}", String(moved));
  const place = chip.querySelector("[data-moved-words]");
  if (place && place.textContent !== text) place.textContent = text;
}

onBatch((items) => {
  const list = table();
  if (!list) return;
  for (const item of items) {
    const id = `vm-${item.id}`;
    if (item.kind !== "vm" || !document.getElementById(id)) continue;
    const known = heard.get(id) ?? {};
    for (const [field, fact] of Object.entries(FACTS)) if (fact in item.facts) known[/** @type {keyof Keys} */ (field)] = item.facts[fact];
    heard.set(id, known);
  }
  tell();
});

// What was ticked stays ticked when the rows come in another order.
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || !event.target.closest("[data-moved]")) return;
  ticked = [...document.querySelectorAll("[data-select]:checked")].map((box) => /** @type {HTMLInputElement} */ (box).value);
}, true);
document.addEventListener("htmx:load", () => {
  for (const id of table() ? ticked : []) {
    const box = document.querySelector(`[data-select][value="${CSS.escape(id)}"]`);
    if (box instanceof HTMLInputElement) box.checked = true;
  }
  if (ticked.length) refreshSelection();
  ticked = [];
  tell();
});
tell();
