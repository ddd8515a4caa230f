// @ts-check
// What the way to the console is like, below the screen: how long it takes there and back, how much comes, and whether
// it is encrypted. A probe goes to the gateway and comes back as it was, so whatever lies between is measured too.
import { format } from "./format.js";

const PROBE = "probe "; // as in consoles/wire.py
const LOOK_MS = 2000;
const PROBE_EVERY_MS = 10_000;

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
let received = 0;
let number = 0;
let sentAt = -Infinity;
let isAnswered = true;
/** Milliseconds there and back; nothing while that is not known. @type {number | null} */
let delay = null;
/** @type {WebSocket | null} */
let socket = null;

/** Count what comes on a connection. @param {WebSocket} connection */
export function count(connection) {
  connection.addEventListener("message", (event) => { received += event.data.byteLength ?? 0; });
}

/** Measure this connection from now on, before anything else listens to it. @param {WebSocket} connection */
export function measureWay(connection) {
  socket = connection;
  delay = null;
  sentAt = -Infinity;
  isAnswered = true;
  connection.addEventListener("message", (event) => {
    if (typeof event.data !== "string") return;
    event.stopImmediatePropagation(); // whoever draws the console knows only bytes
    if (event.data !== PROBE + number || isAnswered) return;
    isAnswered = true;
    delay = performance.now() - sentAt;
    showDelay();
  });
  count(connection);
}

function showDelay() {
  byId("console-delay").textContent = delay === null ? "" : `${Math.max(1, Math.round(delay))}\u00a0ms`;
}

/** Send a probe when it is time; while the one before is still on its way, nothing is known. */
function probe() {
  const now = performance.now();
  if (now - sentAt < PROBE_EVERY_MS || socket?.readyState !== WebSocket.OPEN) return;
  if (!isAnswered) delay = null;
  isAnswered = false;
  number += 1;
  sentAt = now;
  socket.send(PROBE + number);
}

/** @param {HTMLElement} room */
export function wireMeter(room) {
  byId("console-tls").hidden = location.protocol !== "https:";
  byId("console-open").hidden = isSecureContext; // which this very computer counts as, too
  let since = performance.now();
  setInterval(() => {
    const now = performance.now();
    const isOn = room.dataset.state === "connected";
    byId("console-rate").textContent = isOn ? format((received * 1000) / (now - since), "bitrate") : "";
    received = 0;
    since = now;
    if (isOn) probe();
    showDelay();
  }, LOOK_MS);
}
