// @ts-check
// What do fingers mean on a touchpad? Moves, taps, holds, two fingers that scroll or pinch. Knows nothing of screens.

/**
 * @typedef {{
 *   move: (dx: number, dy: number) => void,
 *   tap: (button: number) => void,
 *   hold: (isDown: boolean) => void,
 *   scroll: (dx: number, dy: number) => void,
 *   zoom: (factor: number, x: number, y: number) => void,
 * }} Acts button as in MouseEvent: 0 left, 1 middle, 2 right
 * @typedef {{ x: number, y: number }} Place
 */

const SLACK = 8; // pixels that a resting finger may wander
const PINCH_SLACK = 22; // pixels that two fingers come nearer or part before it is a pinch
const TAP_MS = 350;
const HOLD_MS = 500;
const BUTTONS = [0, 2, 1]; // by the number of fingers of a tap

/** @param {Place[]} places */
const middle = (places) => ({
  x: places.reduce((sum, one) => sum + one.x, 0) / places.length,
  y: places.reduce((sum, one) => sum + one.y, 0) / places.length,
});

/** @param {Place[]} places how far apart the first two are */
const spread = (places) => Math.hypot(places[0].x - places[1].x, places[0].y - places[1].y);

export class Pad {
  /** @param {HTMLElement} element @param {Acts} acts @param {() => boolean} isOn whether fingers are ours now */
  constructor(element, acts, isOn) {
    this.element = element;
    this.acts = acts;
    /** @type {Map<number, Place>} */
    this.fingers = new Map();
    this.reset();
    element.addEventListener("pointerdown", (event) => { if (isOn() && event.pointerType !== "mouse") this.down(event); });
    element.addEventListener("pointermove", (event) => { if (this.fingers.has(event.pointerId)) this.moved(event); });
    for (const name of ["pointerup", "pointercancel"]) {
      element.addEventListener(name, (event) => {
        const pointer = /** @type {PointerEvent} */ (event);
        if (this.fingers.has(pointer.pointerId)) this.up(pointer);
      });
    }
  }

  reset() {
    clearTimeout(this.timer);
    /** "" until it is clear; "move", "held", "drag", "scroll", "zoom" or "over" after that */
    this.kind = "";
    this.most = 0;
    this.began = 0;
    /** @type {Place} */
    this.from = { x: 0, y: 0 };
    this.apart = 0;
    this.element.classList.remove("gh-pad--held");
  }

  get places() { return [...this.fingers.values()]; }

  /** @param {PointerEvent} event */
  down(event) {
    event.preventDefault();
    if (!this.fingers.size) { this.reset(); this.began = event.timeStamp; }
    try { this.element.setPointerCapture(event.pointerId); } catch { /* it is up again */ }
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.most = Math.max(this.most, this.fingers.size);
    this.from = middle(this.places);
    clearTimeout(this.timer);
    if (this.fingers.size === 1) this.timer = setTimeout(() => this.held(), HOLD_MS);
    if (this.fingers.size === 2 && this.kind !== "drag") { this.kind = ""; this.apart = spread(this.places); }
  }

  held() {
    if (this.kind || this.fingers.size !== 1) return;
    this.kind = "held";
    this.element.classList.add("gh-pad--held");
    navigator.vibrate?.(10);
  }

  /** @param {PointerEvent} event */
  moved(event) {
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const now = middle(this.places);
    const dx = now.x - this.from.x, dy = now.y - this.from.y;
    if (this.fingers.size === 1) this.one(dx, dy, now);
    else if (this.fingers.size === 2 && this.kind !== "drag") this.two(dx, dy, now);
  }

  /** @param {number} dx @param {number} dy @param {Place} now */
  one(dx, dy, now) {
    const isResting = Math.hypot(dx, dy) < SLACK;
    if (this.kind === "held" && !isResting) { this.kind = "drag"; this.acts.hold(true); }
    if (!this.kind && !isResting && this.most === 1) { this.kind = "move"; clearTimeout(this.timer); }
    if (this.kind !== "move" && this.kind !== "drag") return;
    this.acts.move(dx, dy);
    this.from = now;
  }

  /** @param {number} dx @param {number} dy @param {Place} now */
  two(dx, dy, now) {
    const apart = spread(this.places);
    if (this.kind !== "scroll" && this.kind !== "zoom") {
      if (Math.abs(apart - this.apart) > PINCH_SLACK) this.kind = "zoom";
      else if (Math.hypot(dx, dy) > SLACK * 2) this.kind = "scroll";
      else return;
    }
    if (this.kind === "scroll") this.acts.scroll(dx, dy);
    else this.acts.zoom(apart / this.apart, now.x, now.y);
    this.apart = apart;
    this.from = now;
  }

  /** @param {PointerEvent} event */
  up(event) {
    this.fingers.delete(event.pointerId);
    if (this.fingers.size) { // what is left of several fingers moves nothing
      this.from = middle(this.places);
      if (this.kind === "scroll" || this.kind === "zoom") this.kind = "over";
      return;
    }
    const { kind, most, began } = this;
    this.reset();
    if (kind === "drag") this.acts.hold(false);
    else if (event.type === "pointercancel") return;
    else if (kind === "held") this.acts.tap(2);
    else if (!kind && event.timeStamp - began < TAP_MS) this.acts.tap(BUTTONS[Math.min(most, BUTTONS.length) - 1]);
  }
}
