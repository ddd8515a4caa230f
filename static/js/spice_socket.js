// @ts-check
// The connections of a SPICE screen: the first is the room's own, each further channel asks for its own ticket.
// spice.js makes its connections with `new SpiceSocket(address)` and uses them like any WebSocket.

import { count } from "./console_meter.js";

/** @typedef {{ url: string, protocol: string, ticket: string }} Ticket */

/** @type {WebSocket | null} */
let first = null;
/** @type {() => Promise<Ticket | null>} */
let askFurther = async () => null;

/** Let the next screen begin on this connection. @param {WebSocket} socket @param {() => Promise<Ticket | null>} ask */
export function beginWith(socket, ask) {
  first = socket;
  askFurther = ask;
}

/** A connection that opens once its ticket has come. */
class Further extends EventTarget {
  /** @param {string} url */
  constructor(url) {
    super();
    this.url = url;
    this.binaryType = "arraybuffer";
    this.readyState = WebSocket.CONNECTING;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.open();
  }

  async open() {
    const ticket = await askFurther();
    if (!ticket || this.readyState !== WebSocket.CONNECTING) { this.ended(1006, ""); return; }
    const address = new URL(ticket.url, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address, [ticket.protocol, ticket.ticket]);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    count(socket);
    socket.addEventListener("open", () => { this.readyState = WebSocket.OPEN; this.dispatchEvent(new Event("open")); });
    socket.addEventListener("message", (event) => this.dispatchEvent(new MessageEvent("message", { data: event.data })));
    socket.addEventListener("close", (event) => this.ended(event.code, event.reason));
  }

  /** @param {number} code @param {string} reason */
  ended(code, reason) {
    if (this.readyState === WebSocket.CLOSED) return;
    this.readyState = WebSocket.CLOSED;
    this.dispatchEvent(new CloseEvent("close", { code, reason }));
  }

  /** @param {ArrayBuffer} data */
  send(data) { if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(data); }

  close() {
    this.readyState = this.socket ? this.readyState : WebSocket.CLOSING;
    this.socket?.close();
  }
}

/** @param {string} url */
function SpiceSocket(url) {
  const own = first;
  first = null;
  return own ?? new Further(url);
}

/** @type {any} */ (globalThis).SpiceSocket = SpiceSocket;
