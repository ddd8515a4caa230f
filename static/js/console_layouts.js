// @ts-check
// Signs as strokes of a guest's keyboard: a guest reads places of keys, and its layout makes signs of them.

/**
 * @typedef {Record<string, string>} Table sign -> "s+KeyA" or, behind a dead key, "Backquote KeyE"
 * @typedef {{ sendKey: (keysym: number, code: string, down?: boolean) => void }} Screen
 */

const SHIFT = /** @type {[number, string]} */ ([0xffe1, "ShiftLeft"]);
const ALTGR = /** @type {[number, string]} */ ([0xfe03, "AltRight"]);
const STROKE_MS = 30; // a PS/2 keyboard holds 16 bytes, and a stroke with AltGr takes eight

/** @returns {Record<string, string>} where each layout's table is */
const urls = () => JSON.parse(document.getElementById("layout-urls")?.textContent ?? "{}");

/** @type {Map<string, Promise<Table>>} */
const loaded = new Map();

/** @param {string} name @returns {Promise<Table>} */
export function loadLayout(name) {
  const known = loaded.get(name);
  if (known) return known;
  const table = fetch(urls()[name]).then((answer) => {
    if (!answer.ok) throw new Error(`layout ${name}: ${answer.status}`);
    return answer.json();
  });
  table.catch(() => loaded.delete(name));
  loaded.set(name, table);
  return table;
}

/** X11: Latin-1 as it is, the rest by its code point. @param {string} sign */
export function keysymOf(sign) {
  const point = sign.codePointAt(0) ?? 0;
  if (sign === "\n") return 0xff0d;
  if (sign === "\t") return 0xff09;
  return point < 0x100 ? point : 0x01000000 + point;
}

/** @param {Screen} screen @param {string} stroke @param {number} keysym */
export function pressStroke(screen, stroke, keysym) {
  const [mods, code] = stroke.includes("+") ? stroke.split("+") : ["", stroke];
  const held = [...(mods.includes("s") ? [SHIFT] : []), ...(mods.includes("g") ? [ALTGR] : [])];
  held.forEach(([symbol, place]) => screen.sendKey(symbol, place, true));
  screen.sendKey(keysym, code, true);
  screen.sendKey(keysym, code, false);
  held.reverse().forEach(([symbol, place]) => screen.sendKey(symbol, place, false));
}

/** @param {Table} table @param {string} text @returns {string[]} the signs that the layout does not have */
export const missing = (table, text) => [...new Set([...text].filter((sign) => !(sign in table)))];

const pause = (/** @type {number} */ ms) => new Promise((done) => { setTimeout(done, ms); });

/**
 * Type a text at the pace of a keyboard. Resolves to the number of signs typed, fewer when `stopped` says so.
 * @param {() => Screen | null} current @param {Table} table @param {string} text
 * @param {{ progress: (done: number) => void, stopped: () => boolean }} hooks
 */
export async function typeText(current, table, text, { progress, stopped }) {
  let done = 0;
  for (const sign of text) {
    for (const stroke of table[sign].split(" ")) {
      const screen = current();
      if (!screen || stopped()) return done;
      pressStroke(screen, stroke, keysymOf(sign));
      await pause(STROKE_MS);
    }
    progress(++done);
  }
  return done;
}

/**
 * Give the guest the signs that are pressed, not the places: for a person whose keyboard is not laid out like the
 * guest's. Listens before noVNC, and only to what makes a sign.
 * @param {HTMLElement} stage @param {() => Screen | null} current @param {() => Table | null} table
 */
export function wireLayout(stage, current, table) {
  /** @type {Set<string>} */
  const swallowed = new Set();
  /** @type {Map<string, number>} modifiers that the guest believes pressed */
  const held = new Map();
  const mods = { ShiftLeft: 0xffe1, ShiftRight: 0xffe2, AltRight: 0xfe03 };
  stage.addEventListener("keydown", (event) => {
    const screen = current(), signs = table();
    if (!screen || !signs) return;
    if (event.code in mods) held.set(event.code, mods[/** @type {keyof typeof mods} */ (event.code)]);
    const isAltGr = event.getModifierState("AltGraph");
    const isShortcut = event.metaKey || ((event.ctrlKey || event.altKey) && !isAltGr);
    const strokes = event.key.length === 1 && !isShortcut ? signs[event.key] : undefined;
    if (!strokes) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    swallowed.add(event.code);
    held.forEach((keysym, code) => screen.sendKey(keysym, code, false));
    strokes.split(" ").forEach((stroke) => pressStroke(screen, stroke, keysymOf(event.key)));
    held.forEach((keysym, code) => screen.sendKey(keysym, code, true));
  }, true);
  stage.addEventListener("keyup", (event) => {
    held.delete(event.code);
    if (!swallowed.delete(event.code)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  stage.addEventListener("blur", () => { swallowed.clear(); held.clear(); }, true);
}
