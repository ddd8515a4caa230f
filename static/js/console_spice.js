// @ts-check
// The screen of a machine over SPICE, in the same room as over VNC.
import { wireKeys, wireWayBack } from "./console_keys.js";
import { wireSoftKeyboard } from "./console_soft.js";
import { wireKeysBelow } from "./console_touch.js";
import { wireLayoutMenu, wireTypingDialog } from "./console_typing.js";
import { wireClipboard } from "./console_clipboard.js";
import { Room, byId } from "./console_room.js";
import { recall, remember } from "./dom.js";
import { savePicture } from "./console_picture.js";
import { SpiceScreen } from "./spice_screen.js";

const SCALE = "gh-console-scale";
const stage = byId("screen");
/** @type {SpiceScreen | null} */
let screen = null;
let scale = recall(SCALE) === "one" ? "one" : "fit";
const typing = () => (room.isViewing ? null : screen);

const room = new Room({
  open(socket) {
    stop();
    const own = new SpiceScreen(stage, socket, further);
    screen = own;
    own.viewOnly = room.isViewing;
    own.addEventListener("connect", () => { if (screen === own) shown(); });
    own.addEventListener("disconnect", () => { if (screen === own) socket.close(); });
    own.addEventListener("clipboard", (event) => clipboard.heard(/** @type {CustomEvent} */ (event).detail.text));
  },
  stop,
  focus() { screen?.focus(); },
});
const clipboard = wireClipboard(room, () => typing());

/** A ticket for a further channel. @returns {Promise<any>} */
async function further() {
  const { mode = "control", ticketUrl = "" } = room.element.dataset;
  const answer = await fetch(ticketUrl, {
    method: "POST",
    body: new URLSearchParams({ kind: "channel", mode }),
    headers: { "X-CSRFToken": document.documentElement.dataset.csrf ?? "", Accept: "application/json" },
  }).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

function stop() {
  const old = screen;
  screen = null;
  setKeys("");
  byId("console-size").textContent = "";
  old?.disconnect();
}

function shown() {
  room.connected();
  new MutationObserver(measure).observe(stage, { subtree: true, childList: true, attributes: true, attributeFilter: ["width", "height"] });
  if (!room.isViewing && matchMedia("(hover: hover)").matches) screen?.focus();
  else setKeys(room.isViewing ? "none" : "");
}

function measure() {
  const picture = screen?.canvas;
  if (picture) byId("console-size").textContent = `${picture.width} × ${picture.height}`;
}

/** Say where keys go: "guest", "" or "none". @param {string} where */
function setKeys(where) {
  stage.dataset.keys = where;
  const says = where === "none" ? room.viewingWords : room.words.says[where ? "keys-guest" : "keys-here"];
  byId("console-hint").textContent = screen ? says : "";
}

stage.addEventListener("focusin", () => { if (screen && !room.isViewing) setKeys("guest"); });
stage.addEventListener("focusout", () => { if (screen && !room.isViewing) setKeys(""); });

function applyScale() {
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
applyScale();

byId("console-picture").addEventListener("click", () => screen?.toBlob((blob) => savePicture(blob, room.element.dataset.name ?? ""), "image/png"));
wireKeys(typing);
wireWayBack(stage, () => { screen?.blur(); byId("console-keys").focus(); });
wireTypingDialog(room.element, stage, typing, room.words.says);
const layout = wireLayoutMenu(room.element, stage, typing);
wireSoftKeyboard(/** @type {HTMLTextAreaElement} */ (byId("console-typing")), typing, layout);
wireKeysBelow(room.element);

room.onHands(() => {
  screen?.drive(!room.isViewing);
  if (!screen) return;
  if (room.isViewing) setKeys("none");
  else if (matchMedia("(hover: hover)").matches) screen.focus();
});
room.start();
