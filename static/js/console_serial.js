// @ts-check
// The text console of a machine: xterm.js on the link.
import { wireWayBack } from "./console_keys.js";
import { keepQuietAboutThePast } from "./console_past.js";
import { Room, byId } from "./console_room.js";
import { openTerminal, stage } from "./console_terminal.js";
import { wireTextKeys } from "./console_text_keys.js";
import { wireTextTyping } from "./console_text_typing.js";
import { wireRoomForKeyboard } from "./console_touch.js";

const { terminal, measure } = openTerminal();
keepQuietAboutThePast(terminal);

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
  focus() { terminal.focus(); },
});

/** Send what is typed; says whether it could be. @param {string} text */
function send(text) {
  if (room.isViewing || socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(encoder.encode(text));
  return true;
}

document.getElementById("console-tell-size")?.addEventListener("click", () => {
  send(`stty rows ${terminal.rows} cols ${terminal.cols}\r`);
  terminal.focus();
});

if (document.getElementById("type-text")) wireTextTyping(send, () => terminal.focus(), room.words.says);

const held = wireTextKeys(terminal, send);
terminal.onData((text) => send(held(text)));
if (terminal.textarea) wireRoomForKeyboard(room.element, terminal.textarea);
terminal.onBinary((text) => { if (socket?.readyState === WebSocket.OPEN && !room.isViewing) socket.send(Uint8Array.from(text, (sign) => sign.charCodeAt(0))); });

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
