// @ts-check
// A desktop over RDP that is used like noVNC's: IronRDP speaks with the machine and draws, keys, pointer and
// clipboard are ours.
import { beginWith } from "./rdp_socket.js";
import { placeCode } from "./scan_codes.js";
import { Backend, displayControl, enableCredssp, init } from "../vendor/ironrdp/ironrdp.js";

/** @typedef {{ user: string, password: string, domain: string }} SignIn */
/** @typedef {{ width: number, height: number }} Size */

const { ClipboardData, DesktopSize, DeviceEvent, InputTransaction, SessionBuilder } = Backend;
const LINE = 1, PIXEL = 0; // units of a wheel
const MOST_WHEEL = 240; // in one message
const TEXT = "text/plain";
/** @type {Promise<void> | undefined} */
let ready;

/** Load the client, once; a failed try may be repeated. @returns {Promise<void>} */
export function load() {
  ready ??= init("ERROR").catch((/** @type {unknown} */ error) => { ready = undefined; throw error; });
  return /** @type {Promise<void>} */ (ready);
}

/** @param {number} keysym of X11 @returns {string} its sign, "" for a key without one */
function signOf(keysym) {
  const point = keysym >= 0x01000000 ? keysym - 0x01000000 : keysym;
  return point >= 0x20 && (point < 0x100 || keysym >= 0x01000000) ? String.fromCodePoint(point) : "";
}

export class RdpScreen extends EventTarget {
  /** @param {HTMLElement} place where to draw */
  constructor(place) {
    super();
    /** @type {any} */
    this.session = null;
    this.text = "";
    this.pad = document.createElement("div");
    this.pad.className = "gh-spice gh-rdp";
    this.canvas = document.createElement("canvas");
    this.canvas.tabIndex = 0;
    this.pad.append(this.canvas);
    place.replaceChildren(this.pad);
    this.wire();
  }

  /**
   * Sign in, and serve until the end; "connect", then "ended", or "failed" with what IronRDP says.
   * @param {WebSocket} socket @param {SignIn} signIn @param {Size} size of the desktop that is wished
   */
  async run(socket, signIn, size) {
    try {
      const session = await this.begin(socket, signIn, size);
      this.session = session;
      this.dispatchEvent(new Event("connect"));
      await session.run();
      this.dispatchEvent(new Event("ended"));
    } catch (error) {
      const { kind } = /** @type {any} */ (error ?? {});
      this.say("failed", { kind: typeof kind === "function" ? kind.call(error) : 0 });
    } finally {
      this.session = null;
    }
  }

  /** @param {WebSocket} socket @param {SignIn} signIn @param {Size} size */
  begin(socket, { user, password, domain }, { width, height }) {
    beginWith(socket);
    return new SessionBuilder().username(user).password(password).serverDomain(domain)
      .destination("machine").proxyAddress(socket.url).authToken("ticket") // the gateway decides by its own
      .desktopSize(new DesktopSize(width, height)).renderCanvas(this.canvas)
      .setCursorStyleCallbackContext(this).setCursorStyleCallback(this.showCursor)
      .remoteClipboardChangedCallback((/** @type {any} */ data) => this.heard(data))
      .forceClipboardUpdateCallback(() => this.offer())
      .extension(enableCredssp(true)).extension(displayControl(true))
      .connect();
  }

  /** @param {string} name @param {any} [detail] */
  say(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }

  /** Called by IronRDP. @param {string} kind @param {string} [data] @param {number} [x] @param {number} [y] */
  showCursor(kind, data, x, y) {
    const names = /** @type {Record<string, string>} */ ({ hidden: "none", none: "none" });
    const isDrawn = kind === "url" && data?.startsWith("data:image/");
    this.canvas.style.cursor = isDrawn ? `url(${data}) ${Math.round(x ?? 0)} ${Math.round(y ?? 0)}, default` : names[kind] ?? "default";
  }

  wire() {
    const { canvas } = this;
    const on = (/** @type {string} */ name, /** @type {(event: any) => void} */ act) => {
      canvas.addEventListener(name, (event) => { event.preventDefault(); act(event); }, { passive: false });
    };
    on("keydown", (event) => this.key(event, true));
    on("keyup", (event) => this.key(event, false));
    on("mousemove", (event) => this.point(event));
    on("mousedown", (event) => { this.focus(); this.button(event, true); });
    on("mouseup", (event) => this.button(event, false));
    on("wheel", (event) => this.wheel(event));
    on("contextmenu", () => {});
    canvas.addEventListener("pointerdown", (event) => { if (event.pointerType === "mouse") canvas.setPointerCapture(event.pointerId); });
    canvas.addEventListener("blur", () => this.session?.releaseAllInputs());
    canvas.addEventListener("focus", () => { this.isFresh = true; });
  }

  /** @param {...any} events */
  send(...events) {
    if (!this.session) return;
    const all = new InputTransaction();
    events.forEach((event) => all.addEvent(event));
    this.session.applyInputs(all);
  }

  /** @param {KeyboardEvent} event @param {boolean} isDown */
  key(event, isDown) {
    event.stopPropagation();
    const locks = ["ScrollLock", "NumLock", "CapsLock"];
    if (this.isFresh || locks.includes(event.code)) { // locks may have changed elsewhere
      const [scroll, number, capital] = locks.map((name) => event.getModifierState(name));
      this.isFresh = false;
      this.session?.synchronizeLockKeys(scroll, number, capital, false);
      if (locks.includes(event.code)) return;
    }
    if (placeCode(event.code)) this.sendKey(0, event.code, isDown);
    else if (isDown && [...event.key].length === 1) this.sign(event.key);
  }

  /** Press, let go, or both where nothing is said. @param {number} keysym @param {string} code @param {boolean} [isDown] */
  sendKey(keysym, code, isDown) {
    const place = placeCode(code), sign = signOf(keysym);
    if (!place && isDown !== false && sign) this.sign(sign);
    if (!place) return;
    if (isDown !== false) this.send(DeviceEvent.keyPressed(place));
    if (isDown !== true) this.send(DeviceEvent.keyReleased(place));
  }

  /** Send a sign that no key is known for. @param {string} sign */
  sign(sign) { this.send(DeviceEvent.unicodePressed(sign), DeviceEvent.unicodeReleased(sign)); }

  /** @param {{ clientX: number, clientY: number }} event @returns {[number, number]} where it is on the desktop */
  place(event) {
    const { canvas } = this;
    const box = canvas.getBoundingClientRect(); // in which the picture keeps its proportions
    const scale = Math.min(box.width / canvas.width, box.height / canvas.height) || 1;
    const at = (/** @type {number} */ value, /** @type {number} */ room, /** @type {number} */ size) => (
      Math.min(Math.max(Math.round((value - (room - size * scale) / 2) / scale), 0), size - 1));
    return [at(event.clientX - box.left, box.width, canvas.width), at(event.clientY - box.top, box.height, canvas.height)];
  }

  /** @param {{ clientX: number, clientY: number }} event */
  point(event) { this.send(DeviceEvent.mouseMove(...this.place(event))); }

  /** @param {{ clientX: number, clientY: number, button: number }} event @param {boolean} isDown */
  button(event, isDown) {
    const change = isDown ? DeviceEvent.mouseButtonPressed(event.button) : DeviceEvent.mouseButtonReleased(event.button);
    this.send(DeviceEvent.mouseMove(...this.place(event)), change);
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? PIXEL : LINE;
    /** @type {[boolean, number][]} */
    const turns = [[true, -event.deltaY], [false, event.deltaX]];
    turns.filter(([, way]) => way).forEach(([isVertical, way]) => {
      this.send(DeviceEvent.wheelRotations(isVertical, Math.max(-MOST_WHEEL, Math.min(MOST_WHEEL, Math.round(way))), unit));
    });
  }

  /** The guest copied something. @param {any} data */
  heard(data) {
    const text = data.items().find((/** @type {any} */ item) => item.mimeType() === TEXT);
    if (text) this.say("clipboard", { text: String(text.value()) });
  }

  /** Offer a text to the guest. @param {string} text */
  clipboardPasteFrom(text) {
    this.text = text;
    this.offer();
  }

  offer() {
    const data = new ClipboardData();
    if (this.text) data.addText(TEXT, this.text);
    this.session?.onClipboardPaste(data).catch(() => {});
  }

  /** Ask the machine for a desktop of another size. @param {Size} size */
  resize({ width, height }) { this.session?.resize(width, height); }

  focus() { this.canvas.focus({ preventScroll: true }); }
  blur() { this.canvas.blur(); }

  /** @param {(blob: Blob | null) => void} take @param {string} type */
  toBlob(take, type) { this.canvas.toBlob(take, type); }

  disconnect() {
    const { session } = this;
    this.session = null;
    try { session?.shutdown(); } catch { /* it has ended */ }
    this.pad.remove();
  }
}
