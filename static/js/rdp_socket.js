// @ts-check
// The connection of an RDP session: the room's own, with its ticket. IronRDP makes its connections with
// `new RdpSocket(address)` and uses them like any WebSocket.

/** @type {WebSocket | null} */
let next = null;

/** Let the next session use this connection. @param {WebSocket} socket */
export function beginWith(socket) { next = socket; }

function RdpSocket() {
  const own = next;
  next = null;
  if (!own) throw new Error("no connection was opened for this");
  return own;
}

/** @type {any} */ (globalThis).RdpSocket = RdpSocket;
