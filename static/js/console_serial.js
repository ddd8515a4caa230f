// @ts-check
// The text console of a machine: xterm.js on the link. xterm.js makes style elements, which the strict policy
// lets pass with the page's nonce only.
import { Terminal } from "../vendor/xterm/xterm.mjs";
import { FitAddon } from "../vendor/xterm-fit/addon-fit.mjs";
import { wireWayBack } from "./console_keys.js";
import { Room, byId } from "./console_room.js";
import { wireTextKeys } from "./console_text_keys.js";
import { wireRoomForKeyboard } from "./console_touch.js";
import { styleWith } from "./styled.js";

styleWith(byId("console").dataset.nonce ?? "");

const stage = byId("screen");
const terminal = new Terminal({
  cursorBlink: true,
  fontFamily: '"Geist Mono", ui-monospace, monospace',
  fontSize: 14,
  scrollback: 5000,
  theme: { background: "#08090b", foreground: "#e9e7e4", cursor: "#8286ff", selectionBackground: "#3b3d78" },
});
const fit = new FitAddon();
terminal.loadAddon(fit);
terminal.open(stage);

/** @type {WebSocket | null} */
let socket = null;
const encoder = new TextEncoder();

const room = new Room({
  open(next) {
    socket = next;
    next.addEventListener("open", () => {
      room.connected();
      if (matchMedia("(hover: hover)").matches) terminal.focus();
      hint();
      measure();
    });
    next.addEventListener("message", (event) => terminal.write(new Uint8Array(event.data)));
  },
  stop() { socket = null; byId("console-hint").textContent = ""; },
});

/** @param {string} text */
function send(text) {
  if (!room.isViewing && socket?.readyState === WebSocket.OPEN) socket.send(encoder.encode(text));
}

function measure() {
  fit.fit();
  byId("console-size").textContent = `${terminal.cols} × ${terminal.rows}`;
}

const held = wireTextKeys(terminal, send);
terminal.onData((text) => send(held(text)));
if (terminal.textarea) wireRoomForKeyboard(room.element, terminal.textarea);
terminal.onBinary((text) => { if (socket?.readyState === WebSocket.OPEN && !room.isViewing) socket.send(Uint8Array.from(text, (sign) => sign.charCodeAt(0))); });
new ResizeObserver(measure).observe(stage);

/** Say where keys go. */
function hint() {
  const here = stage.contains(document.activeElement) && !room.isViewing;
  stage.dataset.keys = here ? "guest" : "";
  const says = room.isViewing ? room.viewingWords : room.words.says[here ? "keys-guest" : "keys-here"];
  byId("console-hint").textContent = socket ? says : "";
}

stage.addEventListener("focusin", hint);
stage.addEventListener("focusout", () => setTimeout(hint));
wireWayBack(stage, () => byId("console-back").focus());
room.onHands(hint);
room.start();
