// @ts-check
// What both kinds of console share: the cover over the screen, the line below it, and the buttons of the bar.
import { recall, remember } from "./dom.js";
import { onBatch } from "./live.js";
import { driverName, mayType, pollHands, watchHands } from "./console_hands.js";
import { wireBar } from "./console_fit.js";
import { wireFullScreen } from "./console_full.js";
import { measureWay, wireMeter } from "./console_meter.js";
import { wireMoreTools } from "./console_more.js";
import { wireNews } from "./console_news.js";
import { Link } from "./console_link.js";

/** @typedef {import("./console_link.js").Words} Words */
/** @typedef {import("./console_link.js").Hooks} Hooks */

const SIDE = "gh-console-side";
// Ends after which connecting again would only be refused.
export const FINAL = new Set(["right-ended", "link-ended", "machine-gone"]);

const STILL = new Set(["paused", "blocked"]); // states of a machine that has a screen and takes no keys
const SIGNED_OUT = "signed-out";

/** @param {string} id @returns {HTMLElement} */
export const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Room {
  /**
   * @param {{ open: (socket: WebSocket) => void, stop: () => void, focus?: () => void }} show what draws the console
   * @param {typeof Link} [Way] how the gateway is reached
   */
  constructor(show, Way = Link) {
    this.element = byId("console");
    /** @type {Words} */
    this.words = JSON.parse(byId("console-words").textContent ?? "{}");
    this.show = show;
    this.stopAsking = () => {};
    this.link = new Way(this.element, this.words, {
      open: (socket) => { measureWay(socket); this.show.open(socket); },
      connecting: (tries) => this.connecting(tries),
      ended: (words, key) => this.ended(words, key),
      waiting: (words, seconds, tries) => this.waiting(words, seconds, tries),
      off: () => this.off(),
      back: () => this.start(),
    });
    this.wire();
  }

  get isViewing() { return this.element.dataset.mode === "view" || !mayType(); }

  /** Why keys do not reach the guest. */
  get viewingWords() {
    const name = driverName();
    if (name) return this.words.says["keys-other"].replace("{name}", name);
    return this.words.says[this.element.dataset.mode === "view" ? "keys-none" : "keys-free"];
  }

  /** Hear when hands change; called once at the start too. @param {() => void} changed */
  onHands(changed) {
    const apply = () => {
      this.tools(document);
      if (this.element.dataset.state === "connected") this.connected();
      changed();
    };
    watchHands(apply);
    document.addEventListener("live:swapped", (event) => this.tools(/** @type {Element} */ (event.target)));
    if (this.poll) this.stopAsking = pollHands(this.poll);
    apply();
  }

  /** Tools work while there is a console, those for hands for who drives; else they say why not. @param {ParentNode} where */
  tools(where) {
    const isOn = this.element.dataset.state === "connected";
    where.querySelectorAll("[data-hands], [data-shown]").forEach((element) => {
      const tool = /** @type {HTMLElement} */ (element);
      const reason = this.isViewing && "hands" in tool.dataset ? this.viewingWords : isOn ? "" : this.words.says["needs-connection"];
      tool.dataset.ownTip ??= tool.dataset.tip ?? "";
      const tip = reason || tool.dataset.ownTip;
      if (tip) tool.dataset.tip = tip; else delete tool.dataset.tip;
      tool.ariaDisabled = reason ? "true" : null;
      tool.ariaDescription = reason || null;
    });
  }

  /** Seconds between questions of who came by a link and hears nothing by itself. */
  get poll() { return Number(this.element.dataset.poll ?? 0); }

  start() {
    if (this.element.dataset.on) this.link.connect();
    else this.off();
  }

  /** Say that the screen is there. */
  connected() {
    this.state("connected");
    byId("cover").hidden = true;
    const { machine = "" } = this.element.dataset;
    const key = STILL.has(machine) ? "still" : this.isViewing ? "viewing" : "connected";
    this.say(this.words.says[key]);
  }

  /** @param {string} words */
  say(words) { byId("console-status").textContent = words; }

  /** @param {string} state */
  state(state) {
    if (this.element.dataset.state === state) return;
    this.element.dataset.state = state;
    this.tools(document);
  }

  /** @param {string} which @param {string} words @param {string} key */
  cover(which, words, key) {
    this.state(which);
    byId("cover").hidden = false;
    document.querySelectorAll("[data-cover]").forEach((card) => {
      const element = /** @type {HTMLElement} */ (card);
      element.hidden = element.dataset.cover !== which;
      const line = element.querySelector("[data-say]");
      if (!element.hidden && line && which !== "off") line.textContent = words;
    });
    byId("cover-again").hidden = FINAL.has(key) || key === SIGNED_OUT;
    byId("cover-sign-in").hidden = key !== SIGNED_OUT;
    const take = document.getElementById("cover-take");
    if (take) take.hidden = key !== "taken";
    this.say(which === "off" ? this.words.says["not-connected"] : words);
  }

  /** @param {string} words @param {string} key */
  ended(words, key) {
    this.show.stop();
    if (FINAL.has(key)) this.stopAsking();
    this.cover("closed", words, key);
  }

  /** A first try says only that; a later one leaves the reason and counts. @param {number} tries */
  connecting(tries) {
    if (!tries) this.cover("connecting", this.words.says.connecting, "");
    this.count(tries ? this.words.says.trying.replace("{count}", String(tries + 1)) : "");
  }

  /** @param {string} words @param {number} seconds @param {number} tries */
  waiting(words, seconds, tries) {
    this.show.stop();
    this.cover("connecting", words, "");
    const says = this.words.says.again.replace("{count}", String(tries)).replace("{seconds}", String(seconds));
    this.count(seconds >= 1 ? says : "");
  }

  /** @param {string} words how often it was tried */
  count(words) {
    byId("cover-tries").textContent = words;
    if (words) this.say(words);
  }

  /** Somebody wants to connect again. */
  again() { this.link.connect(); }

  off() {
    this.show.stop();
    this.link.close();
    this.cover("off", "", "");
    if (this.poll) setTimeout(() => { if (!this.link.socket) this.link.connect(); }, this.poll * 1000);
  }

  /** What the machine does, for the words about it. @param {string | undefined} state */
  machine(state) {
    if (!state || state === this.element.dataset.machine) return;
    this.element.dataset.machine = state;
    const heading = byId("cover-off");
    heading.textContent = (state === "saved" ? heading.dataset.saved : heading.dataset.off) ?? "";
    if (this.element.dataset.state === "connected") this.connected();
  }

  /** The machine's state came over the live socket: start or stop trying. @param {Record<string, any>} facts */
  heard(facts) {
    this.machine(facts.settled ?? facts.state);
    if (facts.gone || !("on" in facts)) return;
    const was = Boolean(this.element.dataset.on);
    this.element.dataset.on = facts.on ? "1" : "";
    const waits = !was || this.element.dataset.state === "off";
    if (facts.on && waits && !this.link.socket) this.link.connect();
    else if (was && !facts.on && !this.link.socket) this.off();
  }

  wire() {
    const id = Number(this.element.dataset.vm);
    onBatch((items) => items.filter((item) => item.kind === "vm" && item.id === id).forEach((item) => this.heard(item.facts)));
    byId("console-again").addEventListener("click", () => this.again());
    byId("cover-again").addEventListener("click", () => this.again());
    document.getElementById("cover-take")?.addEventListener("click", () => this.link.connect({ take: true }));
    wireFullScreen(this.element, /** @type {HTMLButtonElement} */ (byId("console-full")), this.words.says["full-impossible"]);
    this.wireSide();
    byId("console-into").addEventListener("click", () => this.show.focus?.());
    wireMoreTools(this.element);
    wireBar(this.element);
    wireMeter(this.element);
    wireNews(this.element.dataset.me ?? "", this.words.says);
    addEventListener("pagehide", () => this.link.close());
  }

  wireSide() {
    const buttons = document.querySelectorAll("[aria-controls='side-panel']");
    /** @param {boolean} open */
    const set = (open) => {
      this.element.classList.toggle("gh-console--wide", !open);
      buttons.forEach((button) => button.setAttribute("aria-pressed", String(open)));
    };
    set(recall(SIDE) !== "0" && innerWidth > 991);
    buttons.forEach((button) => button.addEventListener("click", () => {
      const open = button.getAttribute("aria-pressed") !== "true";
      set(open);
      remember(SIDE, open ? "1" : "0");
    }));
  }
}
