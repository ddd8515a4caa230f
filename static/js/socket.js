// @ts-check
// The one live socket of the page: reconnects with back-off and jitter, and says in the top bar how fresh the page is.
import { clock } from "./format.js";
import { openAnew } from "./rights.js";

const FIRST_WAIT = 400;
const LONGEST_WAIT = 20_000;
const SILENCE = 40_000; // the server says something every 15 s
const PATIENCE = 4000; // "Reconnecting" becomes "as of 13:52"

/**
 * @typedef {{kind: string, id: number, rev: number, first?: number, facts: Record<string, any>}} Item
 * @typedef {{batch: (items: Item[]) => void, stale: () => void, kinds: () => string[], near: () => number[]}} Listener
 */

const label = document.getElementById("live");
const words = label?.dataset ?? {};

/** @param {"on" | "wait" | "stale"} how @param {string} text */
function say(how, text) {
  if (!label) return;
  label.className = `gh-live${how === "on" ? " gh-live--on" : how === "stale" ? " gh-live--stale" : ""}`;
  const place = label.firstElementChild ?? label;
  if (place.textContent !== text) place.textContent = text;
}

export class LiveSocket {
  /** @param {string} path @param {Listener} listener */
  constructor(path, listener) {
    this.url = new URL(path, location.href);
    this.url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    this.listener = listener;
    this.failures = 0;
    this.hasBeenOpen = false;
    /** When the page was drawn, until the server knows. @type {number | undefined} */
    this.drawnAt = Number(document.documentElement.dataset.liveSince) || undefined;
    this.isDeaf = false; // the server answers, and hears of no changes itself
    this.heard = Date.now();
    this.seen = Date.now(); // when the page was fresh
    /** @type {number | undefined} since when the page is cut off */
    this.lostAt = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.wait = undefined;
    /** @type {WebSocket | undefined} */
    this.socket = undefined;
    setInterval(() => this.tick(), 1000);
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.hurry(); });
    this.open();
  }

  open() {
    this.wait = undefined;
    this.socket = new WebSocket(this.url);
    this.socket.onmessage = (event) => this.hear(JSON.parse(event.data));
    this.socket.onclose = () => this.closed();
  }

  /** @param {{t: string, items?: Item[], why?: string}} message */
  hear(message) {
    this.heard = Date.now();
    if (message.t === "deaf") this.deafened();
    else if (message.t !== "ping") this.isDeaf = false;
    if (!this.isDeaf) this.seen = this.heard;
    if (message.t === "hello") this.greeted();
    else if (message.t === "batch") this.listener.batch(message.items ?? []);
    else if (message.t === "resync") this.greeted();
    else if (message.t === "bye" && message.why === "rights") openAnew();
  }

  greeted() {
    this.failures = 0;
    this.lostAt = undefined;
    say("on", words.liveWord ?? "");
    this.watch();
    if (this.hasBeenOpen) this.listener.stale();
    this.hasBeenOpen = true;
  }

  /** What the page shows is kept fresh no more, until a resync. */
  deafened() {
    this.isDeaf = true;
    this.lostAt ??= Date.now();
    this.tick();
  }

  /** Tell the server what this page shows. */
  watch() {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ t: "watch", kinds: this.listener.kinds(), near: this.listener.near(), since: this.drawnAt }));
    this.drawnAt = undefined;
  }

  closed() {
    this.socket = undefined;
    this.lostAt ??= Date.now();
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures);
    this.failures += 1;
    this.wait = setTimeout(() => this.open(), longest * (0.5 + Math.random() / 2));
  }

  /** Try at once: the network or the tab is back. */
  hurry() {
    if (this.socket || !this.wait) return;
    clearTimeout(this.wait);
    this.open();
  }

  tick() {
    if (this.socket?.readyState === WebSocket.OPEN && Date.now() - this.heard > SILENCE) this.socket.close();
    if (!this.lostAt) return;
    const isLong = Date.now() - this.lostAt > PATIENCE;
    say(isLong ? "stale" : "wait", isLong ? `${words.asOf} ${clock(this.seen)}` : words.reconnecting ?? "");
  }
}
