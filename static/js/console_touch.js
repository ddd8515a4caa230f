// @ts-check
// Hands without mouse and keyboard: a touchpad below the screen or fingers on the screen itself, a closer look,
// more keys, and a page that makes room for the phone's keyboard.
import { Pad } from "./console_pad.js";
import { Pointer } from "./console_pointer.js";
import { Zoom } from "./console_zoom.js";
import { recall, remember } from "./dom.js";

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const isNarrow = () => matchMedia("(max-width: 767.98px)").matches;
const isCoarse = () => matchMedia("(hover: none)").matches;

/**
 * @param {HTMLElement} room @param {HTMLElement} stage @param {() => any} current who drives has one
 * @param {(isZoomed: boolean) => void} zoomed
 */
export function wireTouch(room, stage, current, zoomed) {
  const pad = byId("console-pad");
  const memory = `gh-touch-${room.dataset.me}`;
  const canvas = () => /** @type {HTMLCanvasElement | null} */ (stage.querySelector("canvas"));
  const pointer = new Pointer(canvas);
  const zoom = new Zoom(stage, byId("screen-sheet"), byId("console-zoom"), () => zoomed(zoom.factor > 1));
  let mode = recall(memory) ?? (isNarrow() ? "pad" : "touch");
  const isPad = () => mode === "pad" && isCoarse();
  const follow = () => { const drawn = canvas(); if (drawn) zoom.follow(pointer.place(drawn)); };

  /** @param {(...values: any[]) => void} act */
  const driven = (act) => (/** @type {any[]} */ ...values) => { if (current()) act(...values); };
  const acts = {
    move: driven((dx, dy) => { pointer.move(dx, dy); follow(); }),
    tap: driven((button) => pointer.tap(button)),
    hold: driven((isDown) => pointer.press(0, isDown)),
    scroll: driven((dx, dy) => pointer.scroll(dx, dy)),
    zoom: (/** @type {number} */ factor, /** @type {number} */ x, /** @type {number} */ y) => zoom.by(factor, x, y),
  };
  new Pad(pad, acts, () => true);
  new Pad(stage, acts, isPad);
  for (const name of ["touchstart", "touchmove", "touchend", "touchcancel"]) {
    stage.addEventListener(name, (event) => {
      if (!isPad()) return;
      event.stopPropagation(); // noVNC would take it for a finger on the screen
      event.preventDefault();
    }, { capture: true, passive: false });
  }
  wirePinch(stage, zoom);

  /** @param {string} wanted */
  const show = (wanted) => {
    mode = wanted;
    room.classList.toggle("gh-console--pad", isPad());
    document.querySelectorAll("[data-touch-mode]").forEach((button) => {
      button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.touchMode === mode));
    });
  };
  document.querySelectorAll("[data-touch-mode]").forEach((button) => button.addEventListener("click", () => {
    show(/** @type {HTMLElement} */ (button).dataset.touchMode ?? "pad");
    remember(memory, mode);
  }));
  show(mode);
}

/** What is the same over SPICE: keys below the screen, and a page that makes room. @param {HTMLElement} room */
export function wireKeysBelow(room) {
  wireMoreKeys();
  wireRoomForKeyboard(room, byId("console-typing"));
}

/** Two fingers on the screen itself: noVNC would turn the guest's wheel with Ctrl held. @param {HTMLElement} stage @param {Zoom} zoom */
function wirePinch(stage, zoom) {
  let before = 0;
  for (const name of ["gesturestart", "gesturemove", "gestureend"]) {
    stage.addEventListener(name, (event) => {
      const { detail } = /** @type {CustomEvent} */ (event);
      if (detail?.type !== "pinch") return;
      event.stopImmediatePropagation();
      const apart = Math.hypot(detail.magnitudeX, detail.magnitudeY);
      if (name === "gesturemove" && before) zoom.by(apart / before, detail.clientX, detail.clientY);
      before = apart;
    }, true);
  }
}

function wireMoreKeys() {
  const button = byId("console-more-keys");
  button.addEventListener("click", () => {
    const isOpen = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(isOpen));
    byId("more-keys").hidden = !isOpen;
  });
}

/**
 * While the phone's keyboard covers the page, what is left of it is the page.
 * @param {HTMLElement} room @param {HTMLElement} field what the phone's keyboard writes into
 */
export function wireRoomForKeyboard(room, field) {
  const boards = document.querySelectorAll("[data-board]");
  const view = window.visualViewport;
  const fit = () => {
    const isTyping = document.activeElement === field;
    room.classList.toggle("gh-console--typing", isTyping && isCoarse());
    boards.forEach((board) => board.setAttribute("aria-pressed", String(isTyping)));
    room.style.height = isTyping && view && isCoarse() ? `${view.height}px` : "";
    if (isTyping) scrollTo(0, 0);
  };
  document.querySelectorAll(".gh-console__keys, [data-board]").forEach((keys) => {
    keys.addEventListener("mousedown", (event) => event.preventDefault()); // so that the field keeps its focus
  });
  boards.forEach((board) => board.addEventListener("click", () => (document.activeElement === field ? field.blur() : field.focus())));
  field.addEventListener("focus", fit);
  field.addEventListener("blur", fit);
  view?.addEventListener("resize", fit);
}
