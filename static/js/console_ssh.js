// @ts-check
// SSH to a machine: a form asks who signs in, the gateway does it, xterm.js shows the terminal. The secret is sent
// once and forgotten, so nothing here connects again by itself.
import { focusForm, forgetKey, takeWish, wireForm } from "./console_ssh_form.js";
import { focusQuestion, showQuestion, wireQuestions } from "./console_ssh_asks.js";
import { wireWayBack } from "./console_keys.js";
import { byId } from "./console_room.js";
import { SignInRoom } from "./console_sign_in.js";
import { openTerminal, stage } from "./console_terminal.js";
import { wireTextKeys } from "./console_text_keys.js";
import { wireRoomForKeyboard } from "./console_touch.js";
import { refetch } from "./refetch.js";

const [SIGN_IN, DATA, SIZE, ANSWERS] = [0, 1, 2, 3]; // kinds of frames, as in consoles/ssh/frames.py
const MOST_DATA = 16384; // bytes of one frame
const encoder = new TextEncoder();
const decoder = new TextDecoder();

class SshRoom extends SignInRoom {
  /** @param {string} words @param {string} key */
  ask(words, key) {
    super.ask(words, key);
    refetch(byId("console-ssh-notice"));
  }
}

const { terminal, measure } = openTerminal();
/** @type {WebSocket | null} */
let socket = null;
/** What the form says, until it is sent. @type {ReturnType<typeof takeWish> | null} */
let wish = null;
/** The number of the open session, as the gateway says it. */
let session = 0;

/** @param {number} kind @param {Uint8Array} content */
function send(kind, content) {
  if (socket?.readyState !== WebSocket.OPEN) return;
  const frame = new Uint8Array(3 + content.length);
  new DataView(frame.buffer).setUint8(0, kind);
  new DataView(frame.buffer).setUint16(1, content.length);
  frame.set(content, 3);
  socket.send(frame);
}

/** @param {Uint8Array} bytes */
function type(bytes) {
  for (let at = 0; at < bytes.length; at += MOST_DATA) send(DATA, bytes.subarray(at, at + MOST_DATA));
}

const room = new SshRoom({
  open(next) {
    socket = next;
    let isIn = false;
    next.addEventListener("open", () => {
      measure();
      const size = { columns: terminal.cols, rows: terminal.rows };
      send(SIGN_IN, encoder.encode(JSON.stringify({ ...wish, ...size })));
      wish = null;
    });
    next.addEventListener("message", (event) => {
      if (isIn) {
        terminal.write(new Uint8Array(event.data));
        return;
      }
      const said = JSON.parse(decoder.decode(event.data));
      if (said.ask) {
        showQuestion(said.ask, room.words.says["ssh-answer"]);
        room.cover("asks", room.words.says["ssh-asks"], "");
        focusQuestion();
        return;
      }
      isIn = true; // now we are told where
      session = said.session;
      forgetKey();
      own();
      terminal.reset();
      room.connected();
      terminal.focus();
      hint();
      resized();
      refetch(byId("console-ssh"));
    });
  },
  stop() {
    socket = null;
    wish = null;
    session = 0;
    own();
    byId("console-hint").textContent = "";
  },
  focus() { terminal.focus(); },
}, { facts: "console-ssh", begin: focusForm });

/** Let the page show whether this very session is recorded. */
function own() {
  document.querySelectorAll("[data-own]").forEach((part) => {
    const element = /** @type {HTMLElement} */ (part);
    const url = `${element.dataset.own}?session=${session}`;
    if (element.dataset.liveUrl === url) return;
    element.dataset.liveUrl = url;
    refetch(element);
  });
}

function resized() {
  const size = new DataView(new ArrayBuffer(4));
  size.setUint16(0, terminal.cols);
  size.setUint16(2, terminal.rows);
  if (room.element.dataset.state === "connected") send(SIZE, new Uint8Array(size.buffer));
}

const write = (/** @type {string} */ text) => type(encoder.encode(text));
const held = wireTextKeys(terminal, write);
terminal.onData((text) => write(held(text)));
if (terminal.textarea) wireRoomForKeyboard(room.element, terminal.textarea);
terminal.onBinary((text) => type(Uint8Array.from(text, (sign) => sign.charCodeAt(0))));
terminal.onResize(resized);

/** Say where keys go. */
function hint() {
  const here = stage.contains(document.activeElement);
  stage.dataset.keys = here ? "guest" : "";
  byId("console-hint").textContent = socket ? room.words.says[here ? "keys-guest" : "keys-here"] : "";
}

wireForm(room.words.says["ssh-file"], () => {
  wish = takeWish();
  room.link.connect();
});
wireQuestions((answers) => {
  send(ANSWERS, encoder.encode(JSON.stringify(answers)));
  room.cover("connecting", room.words.says.connecting, "");
}, () => room.again());
document.addEventListener("live:swapped", own); // the page as a whole knows of no session
stage.addEventListener("focusin", hint);
stage.addEventListener("focusout", () => setTimeout(hint));
wireWayBack(stage, () => byId("console-back").focus());
room.start();
