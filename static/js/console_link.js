// @ts-check
// The way to the gateway: ask for a ticket, open the websocket, and try again by itself where that makes sense.
// What is shown on it (noVNC, xterm) is decided elsewhere.

/**
 * @typedef {{ words: string, retry: string }} Closing
 * @typedef {{ closings: Record<string, Closing>, says: Record<string, string> }} Words
 * @typedef {{
 *   open: (socket: WebSocket) => void,
 *   connecting: (tries: number) => void,
 *   ended: (words: string, key: string) => void,
 *   waiting: (words: string, seconds: number, tries: number) => void,
 *   off: () => void,
 *   back: () => void,
 * }} Hooks
 */

const PAUSES = [0.4, 1, 2, 4, 8, 15]; // seconds between tries
const STEADY_MS = 5000; // a connection that held this long starts the pauses anew
// Refusals of the ticket that pass by themselves.
const PASSING = new Set(["host-unreachable", "redis-away"]);

export class Link {
  /** @param {HTMLElement} room @param {Words} words @param {Hooks} hooks */
  constructor(room, words, hooks) {
    this.room = room;
    this.words = words;
    this.hooks = hooks;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.tries = 0;
    this.isWaiting = false;
    this.round = 0;
    this.openedAt = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    addEventListener("online", () => this.hurry());
    addEventListener("pageshow", (event) => { if (event.persisted) this.hooks.back(); });
  }

  /** Connect now, whatever was going on. @param {{ take?: boolean, patient?: boolean }} [wish] */
  async connect(wish = {}) {
    this.close();
    if (!wish.patient) this.tries = 0;
    const round = this.round;
    this.hooks.connecting(this.tries);
    const ticket = await this.ask(wish.take ?? false);
    if (round !== this.round || !ticket) return;
    const address = new URL(ticket.url, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address, [ticket.protocol, ticket.ticket]);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.addEventListener("open", () => { this.openedAt = performance.now(); });
    socket.addEventListener("close", (event) => {
      if (this.socket === socket) this.closed(event.reason);
    });
    this.hooks.open(socket);
  }

  /** @param {boolean} take */
  async ask(take) {
    const { kind = "vnc", mode = "control", ticketUrl = "" } = this.room.dataset;
    let response;
    try {
      response = await fetch(ticketUrl, {
        method: "POST",
        body: new URLSearchParams({ kind, mode, take: take ? "1" : "" }),
        headers: { "X-CSRFToken": document.documentElement.dataset.csrf ?? "", Accept: "application/json" },
      });
    } catch {
      this.again(this.words.says[navigator.onLine ? "away" : "offline"]);
      return null;
    }
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    if (response.ok && isJson) return response.json();
    if (isJson) this.refused(await response.json());
    else if (response.status >= 500) this.again(this.words.says.away);
    else this.barred(response.status);
    return null;
  }

  /** The site itself said no, or showed the page for signing in. @param {number} status */
  barred(status) {
    const key = { 403: "right-ended", 404: "machine-gone" }[status] ?? "signed-out";
    this.hooks.ended(this.words.closings[key].words, key);
  }

  /** @param {{ code: string, message: string }} answer */
  refused({ code, message }) {
    if (code === "wrong-state") this.hooks.off();
    else if (PASSING.has(code)) this.again(message);
    else this.hooks.ended(message, code);
  }

  /** @param {string} key the reason that the gateway gave, if it could */
  closed(key) {
    this.socket = null;
    if (this.openedAt && performance.now() - this.openedAt > STEADY_MS) this.tries = 0;
    this.openedAt = 0;
    const closing = this.words.closings[key];
    if (closing?.retry === "no") this.hooks.ended(closing.words, key);
    else this.again(closing?.words ?? this.words.says.lost);
  }

  /** Try again after a pause that grows. @param {string} words */
  again(words) {
    const seconds = PAUSES[Math.min(this.tries, PAUSES.length - 1)];
    this.tries += 1;
    this.hooks.waiting(words, seconds, this.tries);
    clearTimeout(this.timer);
    this.isWaiting = true;
    this.timer = setTimeout(() => this.connect({ patient: true }), seconds * 1000);
  }

  /** Try now what would be tried later. */
  hurry() {
    if (this.isWaiting) this.connect({ patient: true });
  }

  /** End without trying again. */
  close() {
    this.round += 1;
    this.isWaiting = false;
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
