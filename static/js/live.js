// @ts-check
// Live status: patch what is on screen from the socket; fetch again what a few facts cannot say.
// Elements name themselves by data-live-kind and data-live-id; see patch.js for the cells.
import { closest } from "./dom.js";
import { patch } from "./patch.js";
import { refetch, refetchPage } from "./refetch.js";
import { LiveSocket } from "./socket.js";

/** @typedef {import("./socket.js").Item} Item */

/** @type {Set<(items: Item[]) => void>} */
const listeners = new Set();
const path = document.documentElement.dataset.live;

/** Hear every batch. @param {(items: Item[]) => void} listener @returns {() => void} stops listening */
export function onBatch(listener) {
  listeners.add(listener);
  return () => { listeners.delete(listener); };
}

/** @param {Item} item @returns {NodeListOf<HTMLElement>} */
const shown = (item) => document.querySelectorAll(`[data-live-kind="${CSS.escape(item.kind)}"][data-live-id="${item.id}"]`);

/** @param {HTMLElement} element @param {Item} item */
function take(element, item) {
  const known = Number(element.dataset.liveRev ?? 0);
  if (item.rev < known) return;
  if (item.facts.gone) { leave(element); return; }
  const changed = patch(element, item);
  element.dataset.liveRev = String(item.rev);
  const wanted = (element.dataset.liveRefresh ?? "").split(" ");
  const hasMoved = item.rev > known && wanted.includes("*"); // "*": whatever the row has that facts do not tell
  if (hasMoved || (item.first ?? item.rev) > known + 1 || changed.some((name) => wanted.includes(name))) refetch(element);
}

/** A row leaves; the page of the thing itself says so by loading again. @param {HTMLElement} element */
function leave(element) {
  if (element.matches("tr, li, [data-live-leaves]")) element.remove();
  else if (element.dataset.liveUrl || element.hasAttribute("data-live-page")) location.reload();
}

/** What this list does not show yet is offered, not forced in: rows keep their order. @param {Item} item */
function offerNew(item) {
  const offer = document.querySelector(`[data-live-new="${CSS.escape(item.kind)}"]`);
  if (offer instanceof HTMLElement && "name" in item.facts && !item.facts.gone) offer.hidden = false;
}

/** @param {Item[]} items */
function batch(items) {
  for (const item of items) {
    const elements = shown(item);
    if (!elements.length) offerNew(item);
    elements.forEach((element) => take(element, item));
  }
  listeners.forEach((listener) => listener(items));
}

function kinds() {
  const found = [...document.querySelectorAll("[data-live-kind], [data-live-new]")];
  const screens = document.querySelector("[data-screen]") ? ["screen"] : [];
  const rooms = document.querySelector("[data-face]") ? ["room"] : [];
  return [...new Set(["job", ...screens, ...rooms, ...found.map((e) => e.getAttribute("data-live-kind") ?? e.getAttribute("data-live-new") ?? "")])];
}

/** Hosts that this page looks at closely: their threads are read for it alone. */
const near = () => [...document.querySelectorAll("[data-near][data-live-id]")].map((e) => Number(e.getAttribute("data-live-id")));

function stale() {
  document.dispatchEvent(new CustomEvent("live:stale"));
  refetchPage();
}

if (path) {
  const socket = new LiveSocket(path, { batch, stale, kinds, near });
  let told = "";
  const tell = () => {
    const now = [...kinds(), ...near()].join();
    if (now !== told) socket.watch();
    told = now;
  };
  document.addEventListener("htmx:load", tell);
  document.addEventListener("live:swapped", tell);
}

document.addEventListener("click", (event) => {
  if (closest(event.target, "[data-live-new]")) location.reload();
});
