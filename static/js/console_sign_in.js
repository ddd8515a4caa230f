// @ts-check
// A room into which one signs in: a form asks who comes. What is secret is sent once and forgotten, so nothing here
// connects again by itself.
import { Link } from "./console_link.js";
import { FINAL, Room, byId } from "./console_room.js";
import { refetch } from "./refetch.js";

/** A way that is gone once and not again. */
class Once extends Link {
  /** @param {string} words */
  again(words) { this.hooks.ended(words, ""); }
}

export class SignInRoom extends Room {
  /**
   * @param {{ open: (socket: WebSocket) => void, stop: () => void, focus: () => void }} show
   * @param {{ facts: string, begin: (key: string) => void }} form the part with what is known, and what is to be filled in first
   */
  constructor(show, form) {
    super(show, Once);
    this.form = form;
  }

  get isViewing() { return false; }

  start() {
    if (this.element.dataset.on) this.again();
    else this.off();
  }

  again() { this.ask("", ""); }

  /** Show the form. @param {string} words why it is shown again @param {string} key the same for programs */
  ask(words, key) {
    this.link.close();
    this.show.stop();
    this.cover("sign-in", words, "");
    if (!words) this.say(this.words.says["not-connected"]);
    this.form.begin(key);
  }

  /** @param {string} words @param {string} key */
  ended(words, key) {
    if (FINAL.has(key)) super.ended(words, key);
    else this.ask(words, key);
    refetch(byId(this.form.facts));
  }

  /** @param {Record<string, any>} facts */
  heard(facts) {
    if (facts.gone || !("on" in facts)) return;
    this.element.dataset.on = facts.on ? "1" : "";
    if (facts.on && this.element.dataset.state === "off") this.again();
    else if (!facts.on && !this.link.socket) this.off();
  }
}
