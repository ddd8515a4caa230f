// @ts-check
// Plays a tape of a screen: noVNC draws what a display once sent, through a channel that leads nowhere.
import RFB from "../vendor/novnc/novnc.js";
import { Tape, unpack } from "./player_tape.js";
import { play } from "./player.js";

const element = /** @type {HTMLElement} */ (document.getElementById("player"));
const stage = /** @type {HTMLElement} */ (document.getElementById("player-stage"));

/** What noVNC takes for a connection. */
class Channel {
  constructor() {
    this.binaryType = "arraybuffer";
    this.protocol = "";
    this.readyState = "open";
    /** @type {((event: { data: ArrayBuffer }) => void) | null} */
    this.onmessage = null;
    this.onopen = this.onclose = this.onerror = null;
  }

  send() { /* nobody listens */ }

  close() { this.readyState = "closed"; }

  /** @param {ArrayBuffer} data */
  say(data) { this.onmessage?.({ data }); }
}

const VERSION = "RFB 003.008\n";
const NAME = "tape";
const bytesOf = (/** @type {string} */ text) => new TextEncoder().encode(text);

/** What a display says after its version: no password, accepted, and a screen whose size comes later. */
function greeting() {
  const bytes = new Uint8Array(2 + 4 + 24 + NAME.length);
  const view = new DataView(bytes.buffer, 6);
  bytes.set([1, 1]);
  view.setUint16(0, 640);
  view.setUint16(2, 480);
  bytes.set([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 0, 8, 16], 10);
  view.setUint32(20, NAME.length);
  bytes.set(bytesOf(NAME), 30);
  return bytes.buffer;
}

function screen() {
  const channel = new Channel();
  const rfb = new RFB(stage, /** @type {any} */ (channel), { shared: true });
  rfb.viewOnly = true;
  rfb.scaleViewport = true;
  rfb.background = "transparent";
  channel.say(bytesOf(VERSION).buffer); // noVNC reads on when more comes
  channel.say(greeting());
  return channel;
}

/** @returns {Promise<import("./player.js").Film>} */
async function film() {
  const answer = await fetch(element.dataset.index ?? "", { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`the index: ${answer.status}`);
  const index = await answer.json();
  const tape = new Tape(element.dataset.content ?? "", index);
  const channel = screen();
  let piece = -1, drawn = 0, shown = -1;

  return {
    length: index.length,
    quiet: index.quiet,
    marks: index.marks,
    async show(at) {
      const wanted = tape.pieceAt(at);
      const entries = await tape.piece(wanted);
      if (wanted !== piece || at < shown) drawn = 0;
      piece = wanted;
      shown = at;
      while (drawn < entries.length && (drawn === 0 || entries[drawn].at <= at)) {
        channel.say(await unpack(entries[drawn].content));
        drawn += 1;
      }
    },
  };
}

play(film());
