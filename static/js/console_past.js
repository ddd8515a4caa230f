// @ts-check
// What a text console shows again of the past: the gateway says where it begins and ends. A terminal answers what
// programs ask it (where the cursor is, what it can do) as if it were typed; what was asked long ago gets no answer.

const MARK = 7745; // as in consoles/gateway/serial.py
const QUESTIONS = [
  { final: "n" }, { prefix: "?", final: "n" }, { final: "c" }, { prefix: ">", final: "c" }, { prefix: "=", final: "c" },
  { intermediates: "$", final: "p" }, { prefix: "?", intermediates: "$", final: "p" }, { final: "t" },
];
const COLOURS = [4, 10, 11, 12];

/** @param {import("../vendor/xterm/xterm.mjs").Terminal} terminal */
export function keepQuietAboutThePast({ parser }) {
  let isPast = false;
  parser.registerOscHandler(MARK, (data) => { isPast = data === "past"; return true; });
  QUESTIONS.forEach((question) => parser.registerCsiHandler(question, () => isPast));
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, () => isPast);
  COLOURS.forEach((colour) => parser.registerOscHandler(colour, (data) => isPast && data.includes("?")));
}
