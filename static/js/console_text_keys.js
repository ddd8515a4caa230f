// @ts-check
// Keys of a text console that a phone's keyboard does not have, as the bytes that terminals send for them.

/** @type {Record<string, string>} what a terminal sends, behind "ESC [" or, where the program asks for it, "ESC O" */
const MOVES = { up: "A", down: "B", right: "C", left: "D", home: "H", end: "F" };
/** @type {Record<string, string>} */
const BYTES = { esc: "\x1b", tab: "\t", pageup: "\x1b[5~", pagedown: "\x1b[6~" };

/**
 * What Ctrl makes of a sign: "c" is 3; signs without such a meaning stay as they are.
 * @param {string} sign
 */
export function withCtrl(sign) {
  const code = sign.toUpperCase().charCodeAt(0);
  return sign.length === 1 && code >= 0x40 && code < 0x60 ? String.fromCharCode(code & 0x1f) : sign;
}

/**
 * Wire the keys below the terminal. Returns what makes the held Ctrl count for the next sign.
 * @param {{ modes: { applicationCursorKeysMode: boolean } }} terminal @param {(text: string) => void} send
 * @returns {(text: string) => string}
 */
export function wireTextKeys(terminal, send) {
  const ctrl = /** @type {HTMLElement} */ (document.querySelector("[data-send='ctrl']"));
  const isHeld = () => ctrl.getAttribute("aria-pressed") === "true";
  const hold = (/** @type {boolean} */ held) => ctrl.setAttribute("aria-pressed", String(held));

  /** @param {string} name */
  const bytesOf = (name) => {
    if (!(name in MOVES)) return BYTES[name] ?? name;
    return (terminal.modes.applicationCursorKeysMode ? "\x1bO" : "\x1b[") + MOVES[name];
  };
  document.querySelectorAll("[data-send]").forEach((key) => key.addEventListener("click", () => {
    const name = /** @type {HTMLElement} */ (key).dataset.send ?? "";
    if (name === "ctrl") hold(!isHeld());
    else { hold(false); send(bytesOf(name)); }
  }));
  return (text) => {
    if (!isHeld() || !text) return text;
    hold(false);
    return withCtrl(text[0]) + text.slice(1);
  };
}
