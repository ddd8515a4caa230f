// @ts-check
// The wall follows the house: counts change and machines that start come at once; the order, and machines that went
// off, wait until nobody has touched the page for a while, or until it is a display in full screen.
import { onBatch } from "./live.js";
import { find } from "./screens.js";

const REST = 5000; // between two looks at the whole
const CALM = 30000; // without a hand
const TILE = ".gh-tile[data-live-id]";

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let looked = 0;
let touched = Date.now();

const wall = () => document.getElementById("wall");
const isCalm = () => document.fullscreenElement !== null || Date.now() - touched > CALM;
/** @param {ParentNode} where @returns {Map<string, HTMLElement>} its tiles by machine */
const tilesIn = (where) => new Map([...where.querySelectorAll(TILE)].map((one) => {
  const tile = /** @type {HTMLElement} */ (one);
  return [tile.dataset.liveId ?? "", tile];
}));

/** @param {Element} fresh */
const adopt = (fresh) => {
  const node = document.adoptNode(fresh);
  /** @type {any} */ (window).htmx?.process?.(node);
  return node;
};

/** @param {Element} old @param {Element} fresh */
function put(old, fresh) {
  if (!old.contains(document.activeElement)) old.replaceWith(adopt(fresh));
}

/** @param {HTMLElement} place @param {Map<string, HTMLElement>} fresh */
function follow(place, fresh) {
  const shown = tilesIn(place);
  const more = place.querySelector(".gh-wall__more");
  if (!isCalm()) {
    fresh.forEach((tile, id) => { if (!shown.has(id)) place.insertBefore(adopt(tile), more); });
    return;
  }
  shown.forEach((tile, id) => { if (!fresh.has(id) && tile.querySelector(".gh-screen--off")) tile.remove(); });
  const ordered = [...fresh].map(([id, tile]) => shown.get(id) ?? adopt(tile));
  if (place.contains(document.activeElement)) return; // a move would take the focus away
  place.prepend(...ordered);
}

async function renew() {
  looked = Date.now();
  const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("wall"), here = wall();
  if (!fresh || !here) return;
  for (const part of [".gh-wall__chips", ".gh-wall-head .gh-count"]) {
    const old = document.querySelector(part), next = page.querySelector(part);
    if (old && next && old.innerHTML !== next.innerHTML) put(old, next);
  }
  const place = /** @type {HTMLElement | null} */ (here.querySelector(".gh-wall__tiles"));
  if (place) follow(place, tilesIn(fresh));
  else put(here, fresh); // the first machine
  find();
}

function renewSoon() {
  if (timer || document.hidden) return;
  timer = setTimeout(() => { timer = undefined; renew(); }, Math.max(300, looked + REST - Date.now()));
}

export function wireWall() {
  for (const name of ["pointermove", "pointerdown", "keydown", "scroll"]) {
    document.addEventListener(name, () => { touched = Date.now(); }, { capture: true, passive: true });
  }
  onBatch((items) => {
    const shown = tilesIn(document);
    const isNews = items.some(({ kind, id, facts }) => (kind === "vm" && "on" in facts && facts.on !== shown.has(String(id)))
      || (kind === "screen" && "health" in facts));
    if (isNews) renewSoon();
  });
  document.addEventListener("live:stale", renewSoon);
  document.addEventListener("visibilitychange", renewSoon);
  setInterval(() => { if (isCalm()) renewSoon(); }, CALM);
}
