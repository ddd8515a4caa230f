// @ts-check
// The screen of a machine: noVNC on the link, with scale, picture, keys and the ring that says where keys go.
import RFB from "../vendor/novnc/novnc.js";
import { Room, byId } from "./console_room.js";
import { wireKeys, wireTyping, wireWayBack } from "./console_keys.js";
import { wireLayoutMenu, wireTypingDialog } from "./console_typing.js";
import { wireClipboard } from "./console_clipboard.js";
import { recall, remember } from "./dom.js";

const SCALE = "gh-console-scale";
/** @type {any} */
let rfb = null;
let scale = recall(SCALE) ?? "fit";
const stage = byId("screen");

const room = new Room({
  open(socket) {
    stop();
    const own = new RFB(stage, /** @type {any} */ (socket), { shared: true });
    rfb = own;
    own.viewOnly = room.isViewing;
    own.background = "transparent";
    own.showDotCursor = true;
    own.addEventListener("connect", () => { if (rfb === own) shown(); });
    own.addEventListener("disconnect", () => { if (rfb === own) stop(); });
    own.addEventListener("clipboard", (event) => { if (rfb === own) clipboard.heard(/** @type {CustomEvent} */ (event).detail.text); });
    own.addEventListener("securityfailure", () => { if (rfb === own) failed(); });
    applyScale();
  },
  stop,
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
  if (picture) byId("console-size").textContent = `${picture.width} × ${picture.height}`;
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

function applyScale() {
  if (rfb) {
    rfb.scaleViewport = scale !== "one";
    rfb.resizeSession = scale === "remote" && !room.isViewing;
  }
  stage.dataset.scale = scale;
  byId("console-scale").textContent = room.words.says[scale];
  document.querySelectorAll("[data-scale][role]").forEach((item) => {
    item.setAttribute("aria-checked", String(/** @type {HTMLElement} */ (item).dataset.scale === scale));
  });
}

document.querySelectorAll("[data-scale][role]").forEach((item) => item.addEventListener("click", () => {
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
const typing = /** @type {HTMLTextAreaElement} */ (byId("console-typing"));
wireTyping(typing, () => (room.isViewing ? null : rfb));
wireTypingDialog(room.element, stage, () => (room.isViewing ? null : rfb), room.words.says);
wireLayoutMenu(room.element, stage, () => (room.isViewing ? null : rfb));
byId("console-board").addEventListener("click", () => typing.focus());

room.onHands(() => {
  if (!rfb) return;
  rfb.viewOnly = room.isViewing;
  applyScale();
  if (room.isViewing) setKeys("none");
  else if (matchMedia("(hover: hover)").matches) rfb.focus();
});
room.start();
