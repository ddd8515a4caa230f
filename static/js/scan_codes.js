// @ts-check
// Places of keys as the scan codes of a PC keyboard (set 1), which SPICE and RDP send; 0xE0.. are the extended ones.

const ROWS = /** @type {[number, string][]} */ ([
  [0x01, "Escape Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal Backspace"],
  [0x0f, "Tab KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight Enter ControlLeft"],
  [0x1e, "KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote Backquote ShiftLeft Backslash"],
  [0x2c, "KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash ShiftRight NumpadMultiply AltLeft Space CapsLock"],
  [0x3b, "F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 NumLock ScrollLock Numpad7 Numpad8 Numpad9 NumpadSubtract"],
  [0x4b, "Numpad4 Numpad5 Numpad6 NumpadAdd Numpad1 Numpad2 Numpad3 Numpad0 NumpadDecimal"],
  [0x56, "IntlBackslash F11 F12"],
]);
/** @type {Record<string, number>} */
const EXTENDED = {
  NumpadEnter: 0x1c, ControlRight: 0x1d, NumpadDivide: 0x35, PrintScreen: 0x37, AltRight: 0x38, Home: 0x47, ArrowUp: 0x48,
  PageUp: 0x49, ArrowLeft: 0x4b, ArrowRight: 0x4d, End: 0x4f, ArrowDown: 0x50, PageDown: 0x51, Insert: 0x52, Delete: 0x53,
  MetaLeft: 0x5b, MetaRight: 0x5c, ContextMenu: 0x5d,
};
/** @type {Record<string, number>} */
const PLAIN = { IntlRo: 0x73, IntlYen: 0x7d, Convert: 0x79, NonConvert: 0x7b, KanaMode: 0x70 };
ROWS.forEach(([start, names]) => names.split(" ").forEach((name, index) => { PLAIN[name] = start + index; }));

/** As RDP has it. @param {string} code the DOM's name of a place @returns {number} 0 for one that is not known */
export const placeCode = (code) => (code in EXTENDED ? 0xe000 | EXTENDED[code] : PLAIN[code] ?? 0);

/** As SPICE has it. @param {string} code the DOM's name of a place @param {boolean} down @returns {number} 0 for one that is not known */
export function scanCode(code, down) {
  const up = down ? 0 : 0x80;
  if (code in EXTENDED) return 0xe0 | ((EXTENDED[code] | up) << 8);
  return code in PLAIN ? PLAIN[code] | up : 0;
}
