// @ts-check
// Plays a film: the button, the line, the speed, what is skipped. How a moment is drawn is the film's own business.
import { clock } from "./player_clock.js";
import { drawMarks } from "./player_marks.js";

/**
 * @typedef {{ at: number, mark: string, name?: string, seconds?: number }} Mark
 * @typedef {{
 *   length: number, quiet: [number, number][], marks: Mark[],
 *   show: (at: number) => Promise<void>,
 * }} Film
 */

const JUMP = 5; // seconds of an arrow key
const KEPT = 0.5; // seconds of a still time that are played at both ends

/** @param {string} id @returns {HTMLElement} */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const words = () => JSON.parse(byId("player-words").textContent ?? "{}");

export class Player {
  /** @param {Film} film */
  constructor(film) {
    this.film = film;
    this.words = words();
    this.element = byId("player");
    this.place = /** @type {HTMLInputElement} */ (byId("player-place"));
    this.button = /** @type {HTMLButtonElement} */ (byId("player-play"));
    this.at = 0;
    this.isPlaying = false;
    this.isBusy = false;
    this.isWanted = false; // another moment was asked for while one was being drawn
    this.before = 0;
    this.place.max = String(film.length);
    this.wire();
    drawMarks(film, this.words, (at) => this.go(at));
    this.go(0);
  }

  get speed() { return Number(/** @type {HTMLSelectElement} */ (byId("player-speed")).value); }
  get skips() { return /** @type {HTMLInputElement} */ (byId("player-skip")).checked; }

  wire() {
    this.button.addEventListener("click", () => this.toggle());
    this.place.addEventListener("input", () => this.go(Number(this.place.value)));
    this.element.addEventListener("keydown", (event) => this.pressed(event));
    byId("player-full").addEventListener("click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else this.element.requestFullscreen();
    });
    this.place.disabled = this.button.disabled = false;
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const step = { ArrowLeft: -JUMP, ArrowRight: JUMP }[event.key];
    const isSelect = event.target instanceof HTMLSelectElement;
    if (step && !isSelect) this.go(this.at + step);
    else if (event.key === " " && !(event.target instanceof HTMLButtonElement) && !isSelect && event.target !== byId("player-skip")) this.toggle();
    else return;
    event.preventDefault();
  }

  toggle() {
    if (!this.isPlaying && this.at >= this.film.length) this.at = 0;
    this.isPlaying = !this.isPlaying;
    this.before = performance.now();
    this.paint();
    if (this.isPlaying) requestAnimationFrame((now) => this.tick(now));
  }

  /** @param {number} now */
  tick(now) {
    if (!this.isPlaying) return;
    const passed = Math.min(1, Math.max(0, now - this.before) / 1000);
    this.before = now;
    if (!this.isBusy) {
      this.at = this.skipped(this.at + passed * this.speed);
      if (this.at >= this.film.length) {
        this.at = this.film.length;
        this.isPlaying = false;
      }
      this.draw();
    }
    requestAnimationFrame((later) => this.tick(later));
  }

  /** @param {number} at */
  skipped(at) {
    if (!this.skips) return at;
    const still = this.film.quiet.find(([from, to]) => at > from + KEPT && at < to - KEPT);
    return still ? still[1] - KEPT : at;
  }

  /** @param {number} at */
  go(at) {
    this.at = Math.min(this.film.length, Math.max(0, at));
    this.draw();
  }

  async draw() {
    this.paint();
    this.isWanted = true;
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      while (this.isWanted) {
        this.isWanted = false;
        await this.film.show(this.at);
      }
      this.say("", "ready");
    } catch (error) {
      this.isPlaying = false;
      this.say(this.words.failed, "failed");
      console.error(error);
    } finally {
      this.isBusy = false;
      this.paint();
    }
  }

  /** @param {string} text @param {string} state */
  say(text, state) {
    byId("player-note").textContent = text;
    this.element.dataset.state = state;
    this.element.dataset.shown = state === "ready" ? this.at.toFixed(2) : "";
  }

  paint() {
    const [at, length] = [clock(this.at), clock(this.film.length)];
    this.place.value = String(this.at);
    this.place.setAttribute("aria-valuetext", this.words.of.replace("{at}", at).replace("{length}", length));
    byId("player-time").textContent = `${at} / ${length}`;
    this.button.setAttribute("aria-label", this.isPlaying ? this.words.pause : this.words.play);
    this.button.querySelectorAll("[data-icon]").forEach((icon) => {
      const element = /** @type {HTMLElement} */ (icon);
      element.hidden = (element.dataset.icon === "pause") !== this.isPlaying;
    });
  }
}

/** @param {Promise<Film>} film */
export async function play(film) {
  try {
    return new Player(await film);
  } catch (error) {
    byId("player-note").textContent = words().failed;
    byId("player").dataset.state = "failed";
    console.error(error);
    return null;
  }
}
