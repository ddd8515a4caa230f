// @ts-check
// The connection of an RDP session: the room's own, with its ticket. IronRDP makes its connections with
// `new RdpSocket(address)` and uses them like any WebSocket.
import { Bitmaps } from "./rdp_bitmaps.js";

const IS_INFO = 0x40, AUTOLOGON = 0x08;

/** @type {WebSocket | null} */
let next = null;

/** Let the next session use this connection. @param {WebSocket} socket */
export function beginWith(socket) {
  const bitmaps = new Bitmaps();
  /** @type {Event | null} */
  let ours = null;
  next = socket;
  socket.addEventListener("message", (event) => {
    if (event === ours) return;
    event.stopImmediatePropagation();
    const data = bitmaps.feed(new Uint8Array(event.data));
    if (!data.length) return;
    ours = new MessageEvent("message", { data: data.slice().buffer });
    socket.dispatchEvent(ours);
  });
}

/**
 * IronRDP 0.7 gives the password without the wish to be signed in by it (MS-RDPBCGR 2.2.1.11.1.1), so that servers
 * without NLA would ask for it again. @param {Uint8Array} data @returns {Uint8Array<ArrayBuffer>}
 */
function withLogon(data) {
  const own = new Uint8Array(data), info = 13 + (own[13] & 0x80 ? 2 : 1);
  const isInfo = own[0] === 3 && own[7] === 0x64 && own[info] === IS_INFO && !own[info + 1];
  if (isInfo && (own[info + 16] || own[info + 17])) own[info + 8] |= AUTOLOGON; // where there is a password
  return own;
}

function RdpSocket() {
  const own = next;
  next = null;
  if (!own) throw new Error("no connection was opened for this");
  return own;
}

/** What is sent, which IronRDP makes with `new RdpMessage(parts)`. @param {Uint8Array[]} parts */
function RdpMessage(parts) { return new Blob(parts.map(withLogon)); }

Object.assign(globalThis, { RdpSocket, RdpMessage });
