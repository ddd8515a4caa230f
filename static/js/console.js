// @ts-check
// The screen of a machine: noVNC on the link, with scale, picture, keys and the ring that says where keys go.
import RFB from "../vendor/novnc/novnc.js";
import { Room, byId } from "./console_room.js";
import { wireKeys, wireWayBack } from "./console_keys.js";
import { wireSoftKeyboard } from "./console_soft.js";
import { wireKeysBelow, wireTouch } from "./console_touch.js";
import { wireLayoutMenu, wireTypingDialog } from "./console_typing.js";
import { wireClipboard } from "./console_clipboard.js";
import { recall, remember } from "./dom.js";

const SCALE = "gh-console-scale";
/** @type {any} */
let rfb = null;
let scale = recall(SCALE) ?? "fit";
let isZoomed = false;
const stage = byId("screen");

const room = new Room({
  open(socket) {
    stop();
    const own = new RFB(byId("screen-sheet"), /** @type {any} */ (socket), { shared: true });
    rfb = own;
    own.viewOnly = room.isViewing;
    own.background = "transparent";
    own.showDotCursor = true;
    own.focusOnClick = matchMedia("(hover: hover)").matches; // else it would send the phone's keyboard away
    own.addEventListener("connect", () => { if (rfb === own) shown(); });
    own.addEventListener("disconnect", () => { if (rfb === own) { rfb = null; stop(); } });
    own.addEventListener("clipboard", (event) => { if (rfb === own) clipboard.heard(/** @type {CustomEvent} */ (event).detail.text); });
    own.addEventListener("securityfailure", () => { if (rfb === own) failed(); });
    applyScale();
  },
  stop,
  focus() { rfb?.focus(); },
});

const clipboard = wireClipboard(room, () => (room.isViewing ? null : rfb));

function stop() {
  const old = rfb;
  rfb = null;
  setKeys("");
  byId("console-size").textContent = "";
  try { old?.disconnect(); } catch { /* it had not begun */ }
}

function failed() {
  room.link.close();
  room.ended(room.words.says.failed, "failed");
}

function shown() {
  room.connected();
  measure();
  if (!room.isViewing && matchMedia("(hover: hover)").matches) rfb.focus();
  else setKeys(room.isViewing ? "none" : "");
  new ResizeObserver(measure).observe(canvas());
  new MutationObserver(measure).observe(canvas(), { attributes: true, attributeFilter: ["width", "height"] });
}

const canvas = () => /** @type {HTMLCanvasElement} */ (stage.querySelector("canvas"));

function measure() {
  const picture = canvas();
  if (!picture?.width) return;
  byId("console-size").textContent = `${picture.width} × ${picture.height}`;
  room.element.style.setProperty("--gh-console-ratio", `${picture.width} / ${picture.height}`);
}

/** Say where keys go: "guest", "" or "none". @param {string} where */
function setKeys(where) {
  stage.dataset.keys = where;
  const says = where === "none" ? room.viewingWords : room.words.says[where ? "keys-guest" : "keys-here"];
  byId("console-hint").textContent = rfb ? says : "";
}

stage.addEventListener("focusin", () => { if (rfb && !room.isViewing) setKeys("guest"); });
stage.addEventListener("focusout", () => { if (rfb && !room.isViewing) setKeys(""); });

// Scale

const canResize = document.querySelector("[data-scale='remote'][role]:not([aria-disabled])") !== null;
if (scale === "remote" && !canResize) scale = "fit";

function applyScale() {
  if (rfb) {
    rfb.scaleViewport = scale !== "one" || isZoomed;
    rfb.resizeSession = scale === "remote" && !room.isViewing && !isZoomed && canResize;
  }
  stage.dataset.scale = scale;
  byId("console-scale").textContent = room.words.says[scale];
  document.querySelectorAll("[data-scale][role]").forEach((item) => {
    item.setAttribute("aria-checked", String(/** @type {HTMLElement} */ (item).dataset.scale === scale));
  });
}

document.querySelectorAll("[data-scale][role]:not([aria-disabled])").forEach((item) => item.addEventListener("click", () => {
  scale = /** @type {HTMLElement} */ (item).dataset.scale ?? "fit";
  remember(SCALE, scale);
  applyScale();
}));

// Picture

byId("console-picture").addEventListener("click", () => rfb?.toBlob((/** @type {Blob | null} */ blob) => {
  if (!blob) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  const now = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  link.download = `${room.element.dataset.name}-${now}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}, "image/png"));

// Keys

wireKeys(() => (room.isViewing ? null : rfb));
wireWayBack(stage, () => {
  rfb?.blur();
  byId("console-keys").focus();
});
wireTypingDialog(room.element, stage, () => (room.isViewing ? null : rfb), room.words.says);
const layout = wireLayoutMenu(room.element, stage, () => (room.isViewing ? null : rfb));
wireSoftKeyboard(/** @type {HTMLTextAreaElement} */ (byId("console-typing")), () => (room.isViewing ? null : rfb), layout);
wireKeysBelow(room.element);
wireTouch(room.element, stage, () => (room.isViewing ? null : rfb), (zoomed) => { isZoomed = zoomed; applyScale(); });

room.onHands(() => {
  if (!rfb) return;
  rfb.viewOnly = room.isViewing;
  applyScale();
  if (room.isViewing) setKeys("none");
  else if (matchMedia("(hover: hover)").matches) rfb.focus();
});
room.start();
