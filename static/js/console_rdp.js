// @ts-check
// The desktop of a machine by RDP: a form asks who signs in, IronRDP does it through the gateway and draws the desktop.
import { wireClipboard } from "./console_clipboard.js";
import { wireKeys, wireWayBack } from "./console_keys.js";
import { savePicture } from "./console_picture.js";
import { byId } from "./console_room.js";
import { SignInRoom } from "./console_sign_in.js";
import { wireSoftKeyboard } from "./console_soft.js";
import { wireKeysBelow, wireTouch } from "./console_touch.js";
import { wireLayoutMenu, wireTypingDialog } from "./console_typing.js";
import { recall, remember } from "./dom.js";
import { Fingers } from "./rdp_fingers.js";
import { RdpScreen, load } from "./rdp_screen.js";
import { refetch } from "./refetch.js";

const SCALE = "gh-rdp-scale";
const USER = `gh-rdp-user-${byId("console").dataset.vm}`;
const DOMAIN = `gh-rdp-domain-${byId("console").dataset.vm}`;
const REFUSED = new Set([1, 2, 3]); // kinds of IronRDP's errors: password, logon, access
const SETTLE_MS = 400; // that a window keeps its size before the desktop takes it
const ANSWER_MS = 4000; // that a machine may take for that
const LAST_WORDS_MS = 3000; // that the gateway may take to say why
const SMALLEST = { width: 1280, height: 800 }; // of a desktop that is begun where little is shown
const stage = byId("screen");
const isMouse = () => matchMedia("(hover: hover)").matches;

/** @param {string} id */
const field = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id));
const form = /** @type {HTMLFormElement} */ (document.getElementById("rdp-sign-in"));
/** @type {RdpScreen | null} */
let screen = null;
let isOpen = false;
/** What the form says, until it is sent. */
let password = "";
let scale = recall(SCALE) ?? "remote";
let isZoomed = false;
const current = () => (isOpen ? screen : null);

const room = new SignInRoom({
  open(socket) {
    const own = new RdpScreen(byId("screen-sheet"));
    screen = own;
    const signIn = { ...named(), password };
    password = "";
    own.addEventListener("connect", () => { if (screen === own) shown(); });
    new MutationObserver(measure).observe(own.canvas, { attributes: true, attributeFilter: ["width", "height"] });
    own.addEventListener("clipboard", (event) => clipboard.heard(/** @type {CustomEvent} */ (event).detail.text));
    own.addEventListener("ended", () => { if (screen === own) later(socket, room.words.closings["rdp-ended"].words); });
    own.addEventListener("failed", (event) => { if (screen === own) failed(socket, /** @type {CustomEvent} */ (event).detail.kind); });
    socket.addEventListener("open", () => own.run(socket, signIn, wished()));
  },
  focus() { screen?.focus(); },
  stop() {
    const old = screen;
    screen = null;
    isOpen = false;
    setKeys("");
    byId("console-size").textContent = "";
    old?.disconnect();
  },
}, { facts: "console-rdp", begin: () => (field("rdp-user").value ? field("rdp-password") : field("rdp-user")).focus() });
const says = room.words.says;
const clipboard = wireClipboard(room, current);

/** Who the form names: people write a domain where they are used to. */
function named() {
  const typed = field("rdp-user").value.trim(), domain = field("rdp-domain").value.trim();
  const [before, ...rest] = typed.split("\\");
  return rest.length ? { user: rest.join("\\"), domain: domain || before } : { user: typed, domain };
}

function shown() {
  isOpen = true;
  room.connected();
  measure();
  applyScale();
  if (isMouse()) screen?.focus();
  else setKeys("");
  refetch(byId("console-rdp"));
}

/** The client ended by itself: the gateway's own words are better, where they come. @param {WebSocket} socket @param {number} kind */
function failed(socket, kind) {
  if (REFUSED.has(kind)) room.link.close();
  if (REFUSED.has(kind)) room.ended(room.words.closings["rdp-refused"].words, "rdp-refused");
  else later(socket, isOpen ? says.lost : says["rdp-failed"]);
}

/** Say it unless the gateway does. @param {WebSocket} socket @param {string} words */
function later(socket, words) {
  setTimeout(() => {
    if (room.link.socket !== socket) return;
    room.link.close();
    room.ended(words, "");
  }, LAST_WORDS_MS);
}

function measure() {
  const picture = screen?.canvas;
  if (!isOpen || !picture) return;
  answered = true;
  byId("console-size").textContent = `${picture.width} × ${picture.height}`;
  room.element.style.setProperty("--gh-console-ratio", `${picture.width} / ${picture.height}`);
}

/** Say where keys go: "guest" or "". @param {string} where */
function setKeys(where) {
  stage.dataset.keys = where;
  byId("console-hint").textContent = isOpen ? says[where ? "keys-guest" : "keys-here"] : "";
}

stage.addEventListener("focusin", () => { if (isOpen) setKeys("guest"); });
stage.addEventListener("focusout", () => { if (isOpen) setKeys(""); });

// Scale and size

let answered = true;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** How large the desktop is to be: as the stage, where that is no phone's. @returns {{ width: number, height: number }} */
function wished() {
  const { clientWidth, clientHeight } = stage;
  if (clientWidth < SMALLEST.width / 2 || clientHeight < SMALLEST.height / 2) return SMALLEST;
  return { width: clientWidth - 8 - (clientWidth % 2), height: clientHeight - 8 - (clientHeight % 2) };
}

function applyScale() {
  stage.dataset.scale = scale === "one" && !isZoomed ? "one" : "fit";
  byId("console-scale").textContent = says[scale];
  document.querySelectorAll("[data-scale][role]").forEach((item) => {
    item.setAttribute("aria-checked", String(/** @type {HTMLElement} */ (item).dataset.scale === scale));
  });
  grow();
}

/** Let the desktop become as large as the window, once that rests. */
function grow() {
  clearTimeout(timer);
  if (scale !== "remote" || isZoomed || !isMouse()) return;
  timer = setTimeout(() => {
    const size = wished(), picture = current()?.canvas;
    if (!picture || (picture.width === size.width && picture.height === size.height)) return;
    answered = false;
    current()?.resize(size);
    setTimeout(() => { if (isOpen && !answered) room.say(says["rdp-size"]); }, ANSWER_MS);
  }, SETTLE_MS);
}

new ResizeObserver(grow).observe(stage);
document.querySelectorAll("[data-scale][role]").forEach((item) => item.addEventListener("click", () => {
  scale = /** @type {HTMLElement} */ (item).dataset.scale ?? "remote";
  remember(SCALE, scale);
  applyScale();
}));

// Hands

byId("console-picture").addEventListener("click", () => current()?.toBlob((blob) => savePicture(blob, room.element.dataset.name ?? ""), "image/png"));
wireKeys(current);
wireWayBack(stage, () => { screen?.blur(); byId("console-keys").focus(); });
wireTypingDialog(room.element, stage, current, says);
const layout = wireLayoutMenu(room.element, stage, current);
wireSoftKeyboard(/** @type {HTMLTextAreaElement} */ (byId("console-typing")), current, layout);
wireKeysBelow(room.element);
wireTouch(room.element, stage, current, (zoomed) => { isZoomed = zoomed; applyScale(); });
new Fingers(stage, current, () => !room.element.classList.contains("gh-console--pad"));

// Signing in

const button = /** @type {HTMLButtonElement} */ (form.querySelector("[type='submit']"));

/** Load the client while the form is filled in. @returns {Promise<boolean>} */
async function prepare() {
  if (typeof WebAssembly !== "object") { room.ask(says["rdp-old-browser"], ""); button.disabled = true; return false; }
  try { await load(); } catch { room.ask(says["rdp-not-loaded"], ""); return false; }
  return true;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  remember(USER, field("rdp-user").value.trim());
  remember(DOMAIN, field("rdp-domain").value.trim());
  password = field("rdp-password").value;
  field("rdp-password").value = "";
  room.cover("connecting", says["rdp-loading"], "");
  if (await prepare()) room.link.connect();
  else password = "";
});

applyScale();
field("rdp-user").value = recall(USER) ?? "";
field("rdp-domain").value = recall(DOMAIN) ?? "";
room.start();
prepare();
