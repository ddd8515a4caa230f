// @ts-check
// Pictures of screens: tell the server which are visible, put in what changed, say how old the rest is.
// <span data-screen="7" data-pace="wall" data-v="18c2" data-at="1763…"> inside of something with data-look.
import { post } from "./dom.js";
import { clock, format } from "./format.js";
import { onBatch } from "./live.js";

const AGAIN = 8000; // the server forgets after 20 s who looks
const STALE = 30; // seconds
/** @type {Record<string, number>} the shortest time between two questions */
const REST = { page: 400, wall: 1000, list: 3000 };
/** @typedef {{id: string, v: string, at: number, health: string, since: string, source: string, img: string | null}} Screen */

/** @type {Set<HTMLElement>} */
const visible = new Set();
/** @type {Map<string, string>} the newest picture of each machine and size, for what is drawn anew */
const pictures = new Map();
/** @type {Map<string, {timer?: ReturnType<typeof setTimeout>, asked: number}>} by pace */
const paces = new Map();

const watcher = new IntersectionObserver((entries) => {
  entries.forEach(({ target, isIntersecting }) => {
    const element = /** @type {HTMLElement} */ (target);
    if (isIntersecting) visible.add(element);
    else visible.delete(element);
  });
  askSoon();
}, { rootMargin: "80px" });

/** @param {HTMLElement} element */
const keyOf = (element) => `${element.dataset.screen}-${element.dataset.size ?? ""}`;

/** Watch what is new on the page. */
export function find() {
  document.querySelectorAll("[data-screen]:not([data-screen-known])").forEach((node) => {
    const element = /** @type {HTMLElement} */ (node);
    element.dataset.screenKnown = "";
    const picture = pictures.get(keyOf(element));
    if (picture && element.dataset.screen) show(element, picture);
    watcher.observe(element);
  });
}

/** @param {HTMLElement} element @param {string} url */
function show(element, url) {
  let image = element.querySelector(":scope > img");
  if (!image) {
    image = document.createElement("img");
    image.setAttribute("alt", "");
    element.prepend(image);
  }
  image.setAttribute("src", url);
  element.querySelector(".gh-screen__empty")?.setAttribute("hidden", "");
}

/** Draw the tag; "" is not sure, and no tag. @param {HTMLElement} element @param {string} health @param {string} since @param {string} source */
function tag(element, health, since, source) {
  const old = /** @type {HTMLElement | null} */ (element.querySelector(":scope > .gh-screen__tag"));
  const look = /** @type {HTMLTemplateElement | null} */ (document.querySelector(`template[data-screen-look="${CSS.escape(health)}"]`));
  if ((old?.dataset.health ?? "") !== health) {
    old?.remove();
    if (look) element.append(look.content.cloneNode(true));
    const drawn = /** @type {HTMLElement | null} */ (element.querySelector(":scope > .gh-screen__tag"));
    if (drawn && source === "serial") drawn.dataset.tip = drawn.dataset.tipSerial;
    ring(element, look);
  }
  const place = /** @type {HTMLElement | null} */ (element.querySelector(":scope > .gh-screen__tag [data-since]"));
  if (place && since) place.dataset.since = since;
}

/** @param {HTMLElement} element @param {HTMLTemplateElement | null} look */
function ring(element, look) {
  const tile = element.closest(".gh-tile");
  const drawn = look?.content.querySelector(".gh-screen__tag");
  for (const tone of ["brick", "amber"]) tile?.classList.toggle(`gh-tile--${tone}`, drawn?.classList.contains(`gh-screen__tag--${tone}`) ?? false);
}

/** @param {Screen} screen @param {string} size */
function take(screen, size) {
  if (screen.img) pictures.set(`${screen.id}-${size}`, screen.img);
  document.querySelectorAll(`[data-screen="${screen.id}"]`).forEach((node) => {
    const element = /** @type {HTMLElement} */ (node);
    if ((element.dataset.size ?? "") !== size) return;
    if (screen.img) show(element, screen.img);
    if (screen.v) element.dataset.v = screen.v;
    if (screen.at) element.dataset.at = String(screen.at);
    if (!element.hasAttribute("data-plain")) tag(element, screen.health, screen.since, screen.source);
  });
  tick();
}

/** Ask for what is visible, at each pace as soon as it may be. */
function askSoon() {
  if (document.hidden) return;
  for (const pace of new Set([...visible].map((element) => element.dataset.pace ?? "wall"))) {
    const state = paces.get(pace) ?? { asked: 0 };
    paces.set(pace, state);
    if (state.timer) continue;
    const wait = Math.max(120, state.asked + (REST[pace] ?? 1000) - Date.now());
    state.timer = setTimeout(() => { state.timer = undefined; state.asked = Date.now(); ask(pace); }, wait);
  }
}

/** @param {string} pace */
async function ask(pace) {
  const wanted = [...visible].filter((e) => e.isConnected && e.dataset.screen && (e.dataset.pace ?? "wall") === pace);
  visible.forEach((element) => { if (!element.isConnected) visible.delete(element); });
  if (!wanted.length) return;
  const url = /** @type {HTMLElement | null} */ (wanted[0].closest("[data-look]"))?.dataset.look;
  if (!url) return;
  const size = wanted[0].dataset.size ?? "";
  const have = wanted.map((e) => `${e.dataset.screen}:${e.querySelector(":scope > img") && pictures.has(keyOf(e)) ? e.dataset.v ?? "" : ""}`);
  try {
    const answer = await post(url, { have: have.join(","), pace, size });
    if (!answer.ok) return;
    /** @type {{screens: Screen[]}} */
    const { screens } = await answer.json();
    screens.forEach((screen) => take(screen, size));
  } catch { /* away: the next turn asks again */ }
}

/** How long, and how old. */
function tick() {
  const now = Date.now() / 1000;
  document.querySelectorAll("[data-since]").forEach((node) => {
    const { since } = /** @type {HTMLElement} */ (node).dataset;
    if (since) node.textContent = format(since, "up");
  });
  document.querySelectorAll("[data-screen]").forEach((node) => {
    const element = /** @type {HTMLElement} */ (node);
    const at = Number(element.dataset.at ?? 0);
    const stamp = /** @type {HTMLElement | null} */ (element.querySelector(":scope > [data-stamp]"));
    const isStale = at > 0 && now - at > STALE;
    element.classList.toggle("gh-screen--stale", isStale);
    if (stamp && at) {
      stamp.hidden = false;
      stamp.textContent = isStale ? `${stamp.dataset.asOf} ${clock(at * 1000)}` : stamp.dataset.live ?? "";
    }
  });
}

/** A machine that went off leaves its last screen. @param {number} id @param {boolean} isOff */
function dim(id, isOff) {
  document.querySelectorAll(`.gh-tile [data-screen="${id}"]`).forEach((node) => {
    node.classList.toggle("gh-screen--off", isOff);
    if (isOff) tag(/** @type {HTMLElement} */ (node), "", "", "");
  });
}

onBatch((items) => {
  let isNews = false;
  items.forEach(({ kind, id, facts }) => {
    if (kind === "vm" && "on" in facts) dim(id, !facts.on);
    if (kind !== "screen") return;
    document.querySelectorAll(`[data-screen^="${id}."]`).forEach((node) => { isNews ||= visible.has(/** @type {HTMLElement} */ (node)); });
    document.querySelectorAll(`[data-screen="${id}"]`).forEach((node) => {
      const element = /** @type {HTMLElement} */ (node);
      if (element.hasAttribute("data-plain")) return;
      tag(element, facts.health, facts.since, facts.source);
      isNews ||= visible.has(element) && Boolean(facts.v) && facts.v !== element.dataset.v;
    });
  });
  if (isNews) askSoon();
});
document.addEventListener("htmx:load", find);
document.addEventListener("live:swapped", find);
document.addEventListener("live:stale", askSoon);
document.addEventListener("visibilitychange", askSoon);
setInterval(askSoon, AGAIN);
setInterval(tick, 5000);
find();
