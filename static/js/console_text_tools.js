// @ts-check
// What a terminal has shown as a text: on the clipboard or in a file. And how large its letters are.
import { byId } from "./console_room.js";
import { saveFile } from "./console_picture.js";
import { copyText } from "./copy.js";
import { recall, remember } from "./dom.js";
import { toast } from "./toasts.js";

/** @typedef {import("../vendor/xterm/xterm.mjs").Terminal} Terminal */

const SIZE = "gh-console-letters";
const USUAL = 14, SMALLEST = 8, LARGEST = 32;

/** Lines that were wrapped for want of width are one again. @param {any} buffer */
function linesOf(buffer) {
  /** @type {string[]} */
  const lines = [];
  for (let at = 0; at < buffer.length; at += 1) {
    const line = buffer.getLine(at), isWhole = !buffer.getLine(at + 1)?.isWrapped;
    const text = line.translateToString(isWhole);
    if (line.isWrapped && lines.length) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  return lines;
}

/** All that is kept, and the screen of a program that fills it. @param {Terminal} terminal */
export function textOf({ buffer }) {
  const lines = linesOf(buffer.normal);
  if (buffer.active.type === "alternate") lines.push(...linesOf(buffer.alternate));
  return `${lines.join("\n").trimEnd()}\n`;
}

/** @param {Terminal} terminal @param {() => void} measure */
export function wireTextTools(terminal, measure) {
  const tool = (/** @type {string} */ name) => /** @type {HTMLElement} */ (document.querySelector(`[data-text="${name}"]`));

  /** @param {number} size */
  const setSize = (size) => {
    terminal.options.fontSize = size;
    measure();
    for (const [name, isEnd] of /** @type {[string, boolean][]} */ ([["larger", size >= LARGEST], ["smaller", size <= SMALLEST]])) {
      const { dataset } = tool(name);
      tool(name).ariaDisabled = isEnd ? "true" : null;
      tool(name).ariaDescription = isEnd ? dataset.limit ?? "" : null;
      if (isEnd) dataset.tip = dataset.limit; else delete dataset.tip;
    }
  };
  /** @param {number} by */
  const change = (by) => {
    const size = Math.max(SMALLEST, Math.min(LARGEST, Number(terminal.options.fontSize) + by));
    remember(SIZE, String(size));
    setSize(size);
  };
  tool("copy").addEventListener("click", async () => {
    await copyText(textOf(terminal));
    toast({ tone: "leaf", text: tool("copy").dataset.said ?? "" });
  });
  tool("save").addEventListener("click", () => {
    saveFile(new Blob([textOf(terminal)], { type: "text/plain" }), byId("console").dataset.name ?? "", "txt");
  });
  for (const [name, by] of /** @type {[string, number][]} */ ([["larger", 1], ["smaller", -1]])) {
    tool(name).addEventListener("click", (event) => {
      event.stopPropagation(); // the menu stays for another step
      change(by);
    });
  }
  const kept = Math.round(Number(recall(SIZE)));
  setSize(kept >= SMALLEST && kept <= LARGEST ? kept : USUAL);
}
