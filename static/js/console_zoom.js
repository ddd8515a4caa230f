// @ts-check
// A closer look at the guest's screen: the sheet on which noVNC draws grows, and the stage shows a part of it.

const MOST = 5;
const SNAP = 1.04;

export class Zoom {
  /**
   * @param {HTMLElement} stage @param {HTMLElement} sheet @param {HTMLElement | null} chip shows and changes it
   * @param {() => void} changed
   */
  constructor(stage, sheet, chip, changed) {
    this.stage = stage;
    this.sheet = sheet;
    this.chip = chip;
    this.changed = changed;
    this.factor = 1;
    chip?.addEventListener("click", () => this.set(this.factor > 1 ? 1 : 2));
  }

  /** Grow by a factor around a place of the window. @param {number} by @param {number} x @param {number} y */
  by(by, x, y) {
    const rect = this.stage.getBoundingClientRect();
    const inside = x > rect.left && x < rect.right && y > rect.top && y < rect.bottom;
    this.set(this.factor * by, inside ? { x: x - rect.left, y: y - rect.top } : undefined);
  }

  /** @param {number} factor @param {{ x: number, y: number }} [at] of the stage; its middle unless given */
  set(factor, at = { x: this.stage.clientWidth / 2, y: this.stage.clientHeight / 2 }) {
    const wanted = Math.max(1, Math.min(MOST, factor));
    const next = wanted < SNAP ? 1 : wanted;
    const left = (this.stage.scrollLeft + at.x) / this.factor, top = (this.stage.scrollTop + at.y) / this.factor;
    this.factor = next;
    this.sheet.style.width = this.sheet.style.height = `${next * 100}%`;
    this.stage.scrollTo(left * next - at.x, top * next - at.y);
    const says = this.chip?.querySelector("[data-zoom]");
    if (says) says.textContent = `${Math.round(next * 100)} %`;
    this.chip?.setAttribute("aria-pressed", String(next > 1));
    this.changed();
  }

  /** Bring a place of the window into the middle third. @param {{ clientX: number, clientY: number }} place */
  follow({ clientX, clientY }) {
    if (this.factor === 1) return;
    const rect = this.stage.getBoundingClientRect();
    const nudge = (/** @type {number} */ at, /** @type {number} */ low, /** @type {number} */ high) => {
      const edge = (high - low) / 4;
      return Math.min(0, at - low - edge) + Math.max(0, at - high + edge);
    };
    this.stage.scrollBy(nudge(clientX, rect.left, rect.right), nudge(clientY, rect.top, rect.bottom));
  }
}
