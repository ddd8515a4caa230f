// @ts-check
// A terminal in the room's stage. xterm.js makes style elements, which the strict policy lets pass with the page's
// nonce only.
import { Terminal } from "../vendor/xterm/xterm.mjs";
import { FitAddon } from "../vendor/xterm-fit/addon-fit.mjs";
import { wireFind } from "./console_find.js";
import { byId } from "./console_room.js";
import { wireTextTools } from "./console_text_tools.js";
import { styleWith } from "./styled.js";

export const stage = byId("screen");

/** Open a terminal that follows the size of the stage. */
export function openTerminal() {
  styleWith(byId("console").dataset.nonce ?? "");
  const terminal = new Terminal({
    cursorBlink: true,
    fontFamily: '"Geist Mono", ui-monospace, monospace',
    scrollback: 5000,
    minimumContrastRatio: 4.5, // dark blue and black of guests are read on our ground too
    theme: { background: "#08090b", foreground: "#e9e7e4", cursor: "#8286ff", selectionBackground: "#3b3d78" },
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(stage);
  if (terminal.textarea) terminal.textarea.tabIndex = -1; // a button leads into it, or Tab would not come past it
  const measure = () => {
    fit.fit();
    byId("console-size").textContent = `${terminal.cols} × ${terminal.rows}`;
  };
  wireFind(terminal);
  wireTextTools(terminal, measure);
  new ResizeObserver(measure).observe(stage);
  return { terminal, measure };
}
