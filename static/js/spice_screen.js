// @ts-check
// A SPICE screen that is used like noVNC's: spice.js draws it, keys and pointer are ours, because it knows keys by
// their sign and not by their place.
import { Constants, Messages, SpiceMainConn } from "../vendor/spice/spice.js";
import { SpiceAgent } from "./spice_agent.js";
import { scanCode } from "./scan_codes.js";
import { beginWith } from "./spice_socket.js";

/** @typedef {import("./spice_socket.js").Ticket} Ticket */

const BUTTONS = [Constants.SPICE_MOUSE_BUTTON_LEFT, Constants.SPICE_MOUSE_BUTTON_MIDDLE, Constants.SPICE_MOUSE_BUTTON_RIGHT];
const MASKS = [1, 2, 4];
const OWN = ["mousemove", "mousedown", "mouseup", "mouseover", "mouseout", "contextmenu"];

export class SpiceScreen extends EventTarget {
  /** @param {HTMLElement} stage @param {WebSocket} socket @param {() => Promise<Ticket | null>} further */
  constructor(stage, socket, further) {
    super();
    this.viewOnly = false;
    this.buttons = 0;
    this.pad = document.createElement("div");
    this.pad.id = "spice-pad";
    this.pad.className = "gh-spice";
    this.pad.tabIndex = -1; // a button leads into it, or Tab would not come past it
    stage.replaceChildren(this.pad);
    beginWith(socket, further);
    this.main = new SpiceMainConn({
      uri: socket.url, screen_id: "spice-pad", password: "",
      onerror: () => this.dispatchEvent(new Event("disconnect")),
      onsuccess: () => this.dispatchEvent(new Event("connect")),
    });
    this.agent = new SpiceAgent(this.main, {
      text: (text) => this.dispatchEvent(new CustomEvent("clipboard", { detail: { text } })),
      changed: () => this.dispatchEvent(new Event("agent")),
    });
    for (const say of ["log_info", "log_warn"]) this.main[say] = () => {};
    this.wire();
  }

  get canvas() { return this.pad.querySelector("canvas"); }
  get hasAgent() { return this.agent.isThere; }

  wire() {
    const { pad } = this;
    for (const name of OWN) pad.addEventListener(name, (event) => { event.stopImmediatePropagation(); event.preventDefault(); }, true);
    for (const name of ["keydown", "keyup"]) pad.addEventListener(name, (event) => this.key(/** @type {KeyboardEvent} */ (event)), true);
    pad.addEventListener("pointermove", (event) => this.move(event));
    pad.addEventListener("pointerdown", (event) => { pad.focus(); pad.setPointerCapture(event.pointerId); this.button(event, true); });
    pad.addEventListener("pointerup", (event) => this.button(event, false));
    pad.addEventListener("wheel", (event) => { event.stopImmediatePropagation(); event.preventDefault(); this.wheel(event); }, { capture: true, passive: false });
    new MutationObserver(() => { if (this.canvas) this.canvas.tabIndex = -1; }).observe(pad, { childList: true });
  }

  /** @param {string} type a constant of the inputs channel @param {any} body */
  say(type, body) {
    const { inputs } = this.main;
    if (this.viewOnly || inputs?.state !== "ready") return;
    const message = new Messages.SpiceMiniData();
    message.build_msg(Constants[type], body);
    inputs.send_msg(message);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    this.sendKey(0, event.code, event.type === "keydown");
  }

  /** Press, let go, or both where nothing is said. @param {number} _keysym @param {string} code @param {boolean} [down] */
  sendKey(_keysym, code, down) {
    if (down === undefined) { this.sendKey(0, code, true); this.sendKey(0, code, false); return; }
    const key = down ? new Messages.SpiceMsgcKeyDown() : new Messages.SpiceMsgcKeyUp();
    key.code = scanCode(code, down);
    if (key.code) this.say(down ? "SPICE_MSGC_INPUTS_KEY_DOWN" : "SPICE_MSGC_INPUTS_KEY_UP", key);
  }

  /** @param {PointerEvent | WheelEvent} event @returns {[number, number]} where it is in the guest */
  place(event) {
    const { canvas } = this;
    if (!canvas) return [0, 0];
    const box = canvas.getBoundingClientRect(); // in which the picture keeps its proportions
    const scale = Math.min(box.width / canvas.width, box.height / canvas.height) || 1;
    const at = (/** @type {number} */ value, /** @type {number} */ room, /** @type {number} */ size) => (
      Math.min(Math.max(Math.round((value - (room - size * scale) / 2) / scale), 0), size - 1));
    return [at(event.clientX - box.left, box.width, canvas.width), at(event.clientY - box.top, box.height, canvas.height)];
  }

  /** @param {PointerEvent} event */
  move(event) {
    const isClient = this.main.mouse_mode === Constants.SPICE_MOUSE_MODE_CLIENT;
    const body = new Messages.SpiceMsgcMousePosition(this.main, null);
    [body.x, body.y] = isClient ? this.place(event) : [event.movementX, event.movementY];
    body.buttons_state = this.buttons;
    this.say(isClient ? "SPICE_MSGC_INPUTS_MOUSE_POSITION" : "SPICE_MSGC_INPUTS_MOUSE_MOTION", body);
  }

  /** @param {PointerEvent} event @param {boolean} down */
  button(event, down) {
    if (!(event.button in BUTTONS)) return;
    this.move(event);
    this.buttons = down ? this.buttons | MASKS[event.button] : this.buttons & ~MASKS[event.button];
    this.press(BUTTONS[event.button], down);
  }

  /** @param {number} button @param {boolean} down */
  press(button, down) {
    const body = down ? new Messages.SpiceMsgcMousePress() : new Messages.SpiceMsgcMouseRelease();
    body.button = button;
    body.buttons_state = this.buttons;
    this.say(down ? "SPICE_MSGC_INPUTS_MOUSE_PRESS" : "SPICE_MSGC_INPUTS_MOUSE_RELEASE", body);
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    const button = event.deltaY < 0 ? Constants.SPICE_MOUSE_BUTTON_UP : Constants.SPICE_MOUSE_BUTTON_DOWN;
    this.press(button, true);
    this.press(button, false);
  }

  /** Hands changed: what was said while watching did not reach the guest, so it is said again. @param {boolean} drives */
  drive(drives) {
    this.viewOnly = !drives;
    if (!drives || this.main.state !== "ready") return;
    if (this.main.mouse_mode !== undefined) this.main.handle_mouse_mode(this.main.mouse_mode, Constants.SPICE_MOUSE_MODE_CLIENT | this.main.mouse_mode);
    if (this.agent.isThere) this.agent.announce(1);
  }

  /** @param {string} text */
  clipboardPasteFrom(text) { this.agent.offer(text); }

  focus() { this.pad.focus(); }
  blur() { this.pad.blur(); }

  /** @param {(blob: Blob | null) => void} take @param {string} type */
  toBlob(take, type) { this.canvas?.toBlob(take, type); }

  disconnect() {
    this.main.onerror = () => {};
    try { this.main.stop(); } catch { /* it had not begun */ }
    this.pad.remove();
  }
}
