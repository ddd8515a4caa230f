// @ts-check
// The wall: size of the tiles, full screen, a closer look after a moment.
import { on } from "./dom.js";
import { find } from "./screens.js";
import { toast } from "./toasts.js";

const DELAY = 400;
const body = document.getElementById("wall-body");
const peek = document.getElementById("peek");
const frame = /** @type {HTMLElement | null} */ (peek?.querySelector("[data-screen]"));

on("click", "[data-wall-size]", (button) => {
  const size = button.dataset.wallSize ?? "m";
  if (body) body.dataset.size = size;
  document.querySelectorAll("[data-wall-size]").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
  document.cookie = `gh_wall=${size}; path=/; max-age=31536000; samesite=lax`;
});

on("click", "[data-wall-full]", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
});
document.addEventListener("fullscreenchange", () => {
  document.body.classList.toggle("gh-wall-full", Boolean(document.fullscreenElement));
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let wait;
/** @type {HTMLElement | null} */
let shown = null;

function close() {
  clearTimeout(wait);
  shown = null;
  if (peek) peek.hidden = true;
  if (frame) frame.dataset.screen = "";
}

/** Put the closer look over the tile, inside the window. @param {HTMLElement} tile */
function place(tile) {
  if (!peek) return;
  const rect = tile.getBoundingClientRect();
  const width = Math.min(560, innerWidth - 24);
  const height = width * 0.625 + 46;
  peek.style.width = `${width}px`;
  peek.style.left = `${Math.max(12, Math.min(innerWidth - width - 12, rect.left + rect.width / 2 - width / 2))}px`;
  peek.style.top = `${Math.max(12, Math.min(innerHeight - height - 12, rect.top + rect.height / 2 - height / 2))}px`;
}

/** @param {HTMLElement} tile */
function open(tile) {
  if (!peek || !frame || !tile.isConnected) return;
  shown = tile;
  const link = tile.querySelector(".gh-tile__link")?.getAttribute("href") ?? "";
  const name = tile.querySelector(".gh-tile__name");
  const small = tile.querySelector(".gh-screen");
  frame.replaceChildren(...[...(small?.children ?? [])].filter((one) => !one.matches("noscript")).map((one) => one.cloneNode(true)));
  frame.dataset.screen = tile.dataset.liveId ?? "";
  frame.dataset.v = "";
  frame.dataset.at = "";
  delete frame.dataset.screenKnown;
  const title = peek.querySelector("[data-peek-name]");
  if (title) title.textContent = name?.textContent ?? "";
  peek.querySelector("[data-peek-console]")?.setAttribute("href", link);
  place(tile);
  peek.hidden = false;
  find();
}

on("pointerover", ".gh-tile", (tile, event) => {
  if (tile === shown || /** @type {PointerEvent} */ (event).pointerType === "touch") return;
  clearTimeout(wait);
  if (tile.querySelector(".gh-tile__link:hover")) wait = setTimeout(() => open(tile), DELAY);
});
on("pointerout", ".gh-tile", (tile, event) => {
  const to = /** @type {PointerEvent} */ (event).relatedTarget;
  if (!(to instanceof Node && tile.contains(to))) clearTimeout(wait);
});
peek?.addEventListener("pointerleave", close);
document.addEventListener("scroll", close, { capture: true, passive: true });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
frame?.addEventListener("click", () => {
  const link = peek?.querySelector("[data-peek-console]")?.getAttribute("href");
  if (link) location.assign(link);
});

on("click", "[data-peek-restart]", async (button) => {
  const url = `${button.dataset.url}${frame?.dataset.screen}/reboot/`;
  const answer = await fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": document.documentElement.dataset.csrf ?? "", "HX-Request": "true" },
  });
  const told = answer.headers.get("HX-Trigger");
  if (answer.ok && told) toast(JSON.parse(told).toast);
  else toast({ tone: "brick", text: new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-refusal]")?.textContent?.trim() || `${answer.status}` });
  close();
});
