// @ts-check
// The guest's clipboard over SPICE: text is offered, asked for and sent, each way.
import { Constants } from "../vendor/spice/spice.js";

const TEXT = 1; // VD_AGENT_CLIPBOARD_UTF8_TEXT
const HEAD = 20;
export const MOST = 256 * 1024; // bytes

/** @param {Uint8Array} bytes what spice.js takes for a message */
const raw = (bytes) => ({
  buffer_size: () => bytes.length,
  to_buffer: (/** @type {ArrayBuffer} */ buffer, /** @type {number} */ at = 0) => { new Uint8Array(buffer).set(bytes, at); return at + bytes.length; },
});
const word = (/** @type {number} */ value) => new Uint8Array(new Uint32Array([value]).buffer);

export class SpiceAgent {
  /** @param {any} main spice.js' first channel @param {{ text: (text: string) => void, changed: () => void }} hooks */
  constructor(main, hooks) {
    this.main = main;
    this.hooks = hooks;
    this.isThere = false;
    this.text = "";
    /** @type {Uint8Array} */
    this.parts = new Uint8Array();
    main.announce_agent_capabilities = (/** @type {number} */ request) => this.announce(request);
    main.onagent = () => { this.isThere = true; hooks.changed(); };
    const before = main.process_channel_message.bind(main);
    main.process_channel_message = (/** @type {any} */ message) => {
      if (message.type === Constants.SPICE_MSG_MAIN_AGENT_DATA) { this.hear(new Uint8Array(message.data)); return true; }
      const known = before(message);
      if (message.type === Constants.SPICE_MSG_MAIN_AGENT_DISCONNECTED) { this.isThere = false; hooks.changed(); }
      return known;
    };
  }

  /** Say what we can: sizes of the screen, and a clipboard that is asked for. @param {number} request */
  announce(request) {
    const can = [Constants.VD_AGENT_CAP_MONITORS_CONFIG, Constants.VD_AGENT_CAP_REPLY, Constants.VD_AGENT_CAP_CLIPBOARD_BY_DEMAND]
      .reduce((all, one) => all | (1 << one), 0);
    this.send(Constants.VD_AGENT_ANNOUNCE_CAPABILITIES, new Uint8Array([...word(request), ...word(can)]));
  }

  /** @param {number} type @param {Uint8Array} bytes */
  send(type, bytes) { if (this.isThere || this.main.agent_connected) this.main.send_agent_message(type, raw(bytes)); }

  /** Offer a text to the guest. @param {string} text */
  offer(text) {
    this.text = text;
    this.send(Constants.VD_AGENT_CLIPBOARD_GRAB, word(TEXT));
  }

  /** A message may come in several pieces. @param {Uint8Array} piece */
  hear(piece) {
    const all = new Uint8Array(this.parts.length + piece.length);
    all.set(this.parts);
    all.set(piece, this.parts.length);
    if (all.length < HEAD) { this.parts = all; return; }
    const view = new DataView(all.buffer);
    const size = view.getUint32(16, true);
    if (size > MOST) { this.parts = new Uint8Array(); return; }
    if (all.length < HEAD + size) { this.parts = all; return; }
    this.parts = new Uint8Array();
    this.act(view.getUint32(4, true), all.subarray(HEAD, HEAD + size));
  }

  /** @param {number} type @param {Uint8Array} body */
  act(type, body) {
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    if (type === Constants.VD_AGENT_ANNOUNCE_CAPABILITIES && body.length >= 4 && view.getUint32(0, true)) this.announce(0);
    if (type === Constants.VD_AGENT_CLIPBOARD_GRAB) this.send(Constants.VD_AGENT_CLIPBOARD_REQUEST, word(TEXT));
    if (type === Constants.VD_AGENT_CLIPBOARD_REQUEST) {
      const text = new TextEncoder().encode(this.text);
      const bytes = new Uint8Array(4 + text.length);
      bytes.set(word(TEXT));
      bytes.set(text, 4);
      this.send(Constants.VD_AGENT_CLIPBOARD, bytes);
    }
    if (type === Constants.VD_AGENT_CLIPBOARD && body.length >= 4 && view.getUint32(0, true) === TEXT) {
      this.hooks.text(new TextDecoder().decode(body.subarray(4)));
    }
  }
}
