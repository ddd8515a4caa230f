// @ts-check
// SSH to a machine: a form asks who signs in, the gateway does it, xterm.js shows the terminal. The secret is sent
// once and forgotten, so nothing here connects again by itself.
import { wireWayBack } from "./console_keys.js";
import { Link } from "./console_link.js";
import { FINAL, Room, byId } from "./console_room.js";
import { openTerminal, stage } from "./console_terminal.js";
import { wireTextKeys } from "./console_text_keys.js";
import { wireRoomForKeyboard } from "./console_touch.js";
import { recall, remember } from "./dom.js";
import { refetch } from "./refetch.js";

const [SIGN_IN, DATA, SIZE] = [0, 1, 2]; // kinds of frames, as in consoles/ssh/frames.py
const MOST_DATA = 16384; // bytes of one frame
const MOST_KEY = 16384; // characters of a private key
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** @param {string} id */
const field = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id));
const form = /** @type {HTMLFormElement} */ (document.getElementById("ssh-sign-in"));
const USER = `gh-ssh-user-${byId("console").dataset.vm}`;

class Once extends Link {
  /** @param {string} words */
  again(words) { this.hooks.ended(words, ""); }
}

class SshRoom extends Room {
  get isViewing() { return false; }

  start() {
    if (this.element.dataset.on) this.again();
    else this.off();
  }

  again() { this.ask(""); }

  /** Show the form. @param {string} words why it is shown again */
  ask(words) {
    this.link.close();
    this.show.stop();
    this.cover("sign-in", words, "");
    refetch(byId("console-ssh-notice"));
    if (!words) this.say(this.words.says["not-connected"]);
    (field("ssh-user").value ? field("ssh-password") : field("ssh-user")).focus();
  }

  /** @param {string} words @param {string} key */
  ended(words, key) {
    if (FINAL.has(key)) super.ended(words, key);
    else this.ask(words);
    refetch(byId("console-ssh"));
  }

  /** @param {Record<string, any>} facts */
  heard(facts) {
    if (facts.gone || !("on" in facts)) return;
    this.element.dataset.on = facts.on ? "1" : "";
    if (facts.on && this.element.dataset.state === "off") this.again();
    else if (!facts.on && !this.link.socket) this.off();
  }
}

const { terminal, measure } = openTerminal();
/** @type {WebSocket | null} */
let socket = null;
/** What the form says, until it is sent. */
let secret = "";
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

const chosen = () => /** @type {HTMLInputElement} */ (form.querySelector("[name='ssh-method']:checked")).value;

const room = new SshRoom({
  open(next) {
    socket = next;
    let isIn = false;
    next.addEventListener("open", () => {
      measure();
      const wish = { user: field("ssh-user").value.trim(), method: chosen(), secret, columns: terminal.cols, rows: terminal.rows };
      secret = "";
      send(SIGN_IN, encoder.encode(JSON.stringify(wish)));
    });
    next.addEventListener("message", (event) => {
      if (isIn) {
        terminal.write(new Uint8Array(event.data));
        return;
      }
      isIn = true; // the first message says where we are
      ({ session } = JSON.parse(decoder.decode(event.data)));
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
    secret = "";
    session = 0;
    own();
    byId("console-hint").textContent = "";
  },
}, Once);

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

function showMethod() {
  form.querySelectorAll("[data-method]").forEach((part) => {
    const element = /** @type {HTMLElement} */ (part);
    element.hidden = element.dataset.method !== chosen();
  });
}

form.addEventListener("change", async (event) => {
  if (event.target !== field("ssh-file")) {
    showMethod();
    return;
  }
  const file = field("ssh-file").files?.[0];
  field("ssh-file").setCustomValidity("");
  if (!file) return;
  if (file.size > MOST_KEY) {
    field("ssh-file").setCustomValidity(room.words.says["ssh-file"]);
    field("ssh-file").reportValidity();
    return;
  }
  field("ssh-key").value = await file.text();
  field("ssh-file").value = "";
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  remember(USER, field("ssh-user").value.trim());
  const method = chosen();
  secret = method === "agent" ? "" : field(method === "key" ? "ssh-key" : "ssh-password").value;
  field("ssh-password").value = field("ssh-key").value = "";
  room.link.connect();
});

field("ssh-user").value = recall(USER) ?? "";
document.addEventListener("live:swapped", own); // the page as a whole knows of no session
stage.addEventListener("focusin", hint);
stage.addEventListener("focusout", () => setTimeout(hint));
wireWayBack(stage, () => byId("console-back").focus());
room.start();
