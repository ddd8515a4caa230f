// @ts-check
// A phone's own keyboard writes into a hidden field, with words that it completes and corrects as it goes; what
// differs from before goes to the guest.
import { releaseSticky } from "./console_keys.js";
import { keysymOf, pressStroke } from "./console_layouts.js";

/**
 * @typedef {import("./console_layouts.js").Table} Table
 * @typedef {{ sendKey: (keysym: number, code: string, down?: boolean) => void }} Screen
 */

const CUSHION = "\u00a0".repeat(64); // so that there is always something to delete
const BACKSPACE = /** @type {const} */ ([0xff08, "Backspace"]);
/** @type {Record<string, number>} keys of a keyboard that is joined to the phone */
const KEYS = {
  Escape: 0xff1b, Tab: 0xff09, ArrowLeft: 0xff51, ArrowUp: 0xff52, ArrowRight: 0xff53, ArrowDown: 0xff54,
  Home: 0xff50, End: 0xff57, PageUp: 0xff55, PageDown: 0xff56, Delete: 0xffff, Insert: 0xff63,
};

/**
 * How to come from one text to another: deletions at the end, then signs.
 * @param {string} before @param {string} after @returns {{ gone: number, signs: string[] }}
 */
export function difference(before, after) {
  const old = [...before], fresh = [...after];
  let same = 0;
  while (same < old.length && same < fresh.length && old[same] === fresh[same]) same += 1;
  return { gone: old.length - same, signs: fresh.slice(same) };
}

/**
 * @param {HTMLTextAreaElement} field @param {() => Screen | null} current
 * @param {() => Table | null} table the guest's layout, where it is known
 */
export function wireSoftKeyboard(field, current, table) {
  let before = CUSHION;
  const restart = () => {
    field.value = before = CUSHION;
    field.setSelectionRange(CUSHION.length, CUSHION.length);
  };

  /** @param {string} sign */
  const type = (sign) => {
    const screen = current();
    if (!screen) return;
    const strokes = table()?.[sign];
    if (sign === "\n") screen.sendKey(0xff0d, "Enter");
    else if (strokes) strokes.split(" ").forEach((stroke) => pressStroke(screen, stroke, keysymOf(sign)));
    else screen.sendKey(keysymOf(sign), "");
    releaseSticky(screen);
  };

  const take = () => {
    const { gone, signs } = difference(before, field.value);
    before = field.value;
    for (let count = 0; count < gone; count += 1) current()?.sendKey(...BACKSPACE);
    signs.forEach(type);
  };

  field.addEventListener("focus", restart);
  field.addEventListener("input", (event) => {
    take();
    if (!(/** @type {InputEvent} */ (event).isComposing)) restart();
  });
  field.addEventListener("compositionend", () => { take(); restart(); });
  field.addEventListener("keydown", (event) => {
    const screen = current(), keysym = KEYS[event.key];
    if (!screen || !keysym || event.isComposing) return;
    event.preventDefault();
    screen.sendKey(keysym, event.code);
    releaseSticky(screen);
  });
}
