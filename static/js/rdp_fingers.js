// @ts-check
// Fingers on the desktop itself: a tap clicks, a held finger is the right button, one that moves drags, two scroll or
// look closer.

const SLACK = 8; // pixels that a resting finger may wander
const HOLD_MS = 500;
const SCROLL_PX = 36; // of fingers for one step of a wheel
const STEP = 120; // of a wheel
const PINCH_SLACK = 22;

/** @typedef {{ clientX: number, clientY: number }} Place */

/** @param {Place[]} two */
const between = ([one, other]) => ({
  x: (one.clientX + other.clientX) / 2, y: (one.clientY + other.clientY) / 2,
  apartX: one.clientX - other.clientX, apartY: one.clientY - other.clientY,
});

export class Fingers {
  /** @param {HTMLElement} stage @param {() => import("./rdp_screen.js").RdpScreen | null} current @param {() => boolean} isOn */
  constructor(stage, current, isOn) {
    this.current = current;
    /** @type {Map<number, Place>} */
    this.down = new Map();
    /** "" until it is clear; "held", "drag", "scroll", "zoom" or "over" after that */
    this.kind = "";
    this.begin = { clientX: 0, clientY: 0 };
    this.before = { x: 0, y: 0, apartX: 0, apartY: 0 };
    stage.addEventListener("pointerdown", (event) => { if (isOn() && event.pointerType !== "mouse") this.touch(event); });
    stage.addEventListener("pointermove", (event) => { if (this.down.has(event.pointerId)) this.move(event); });
    for (const name of ["pointerup", "pointercancel"]) {
      stage.addEventListener(name, (event) => this.lift(/** @type {PointerEvent} */ (event)));
    }
    for (const name of ["touchstart", "touchmove"]) { // else the browser makes clicks of its own
      stage.addEventListener(name, (event) => { if (isOn() && current()) event.preventDefault(); }, { passive: false });
    }
  }

  /** @param {PointerEvent} event */
  touch(event) {
    const screen = this.current();
    if (!screen) return;
    if (!this.down.size) {
      this.kind = "";
      this.begin = { clientX: event.clientX, clientY: event.clientY };
      screen.point(event);
    }
    this.down.set(event.pointerId, { clientX: event.clientX, clientY: event.clientY });
    clearTimeout(this.timer);
    if (this.down.size === 1) this.timer = setTimeout(() => this.held(), HOLD_MS);
    if (this.down.size === 2) this.before = between([...this.down.values()]);
  }

  held() {
    if (this.kind || this.down.size !== 1) return;
    this.kind = "held";
    navigator.vibrate?.(10);
  }

  /** @param {PointerEvent} event */
  move(event) {
    const screen = this.current();
    this.down.set(event.pointerId, { clientX: event.clientX, clientY: event.clientY });
    if (!screen || this.kind === "over") return;
    if (this.down.size === 2 && this.kind !== "drag") this.two(screen);
    if (this.down.size !== 1) return;
    const { clientX, clientY } = this.begin;
    if ((!this.kind || this.kind === "held") && Math.hypot(event.clientX - clientX, event.clientY - clientY) > SLACK) {
      clearTimeout(this.timer);
      this.kind = "drag";
      screen.button({ ...this.begin, button: 0 }, true);
    }
    if (this.kind === "drag") screen.point(event);
  }

  /** @param {import("./rdp_screen.js").RdpScreen} screen */
  two(screen) {
    const now = between([...this.down.values()]), { before } = this;
    const apart = Math.hypot(now.apartX, now.apartY), was = Math.hypot(before.apartX, before.apartY);
    const dx = now.x - before.x, dy = now.y - before.y;
    if (this.kind !== "scroll" && this.kind !== "zoom") {
      if (Math.abs(apart - was) > PINCH_SLACK) { this.kind = "zoom"; this.pinch(screen, "gesturestart", now); }
      else if (Math.hypot(dx, dy) > SLACK * 2) this.kind = "scroll";
      else return;
    }
    if (this.kind === "zoom") { this.pinch(screen, "gesturemove", now); this.before = now; return; }
    const stepsX = Math.trunc(dx / SCROLL_PX), stepsY = Math.trunc(dy / SCROLL_PX);
    if (!stepsX && !stepsY) return;
    screen.wheel(new WheelEvent("wheel", { deltaX: -stepsX * STEP, deltaY: -stepsY * STEP }));
    this.before = { ...now, x: before.x + stepsX * SCROLL_PX, y: before.y + stepsY * SCROLL_PX };
  }

  /** As noVNC tells of it. @param {import("./rdp_screen.js").RdpScreen} screen @param {string} name @param {{ x: number, y: number, apartX: number, apartY: number }} now */
  pinch(screen, name, now) {
    const detail = { type: "pinch", magnitudeX: now.apartX, magnitudeY: now.apartY, clientX: now.x, clientY: now.y };
    screen.canvas.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }

  /** @param {PointerEvent} event */
  lift(event) {
    if (!this.down.delete(event.pointerId)) return;
    clearTimeout(this.timer);
    const { kind } = this, screen = this.current();
    if (this.down.size) { // what is left of several fingers does nothing
      if (kind === "drag") return;
      if (kind === "zoom" && screen) this.pinch(screen, "gestureend", this.before);
      this.kind = "over";
      return;
    }
    this.kind = "";
    if (!screen) return;
    if (kind === "drag") screen.button({ clientX: event.clientX, clientY: event.clientY, button: 0 }, false);
    else if (event.type === "pointerup" && (kind === "" || kind === "held")) this.click(screen, kind ? 2 : 0);
  }

  /** @param {import("./rdp_screen.js").RdpScreen} screen @param {number} button */
  click(screen, button) {
    screen.button({ ...this.begin, button }, true);
    screen.button({ ...this.begin, button }, false);
  }
}
