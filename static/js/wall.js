// @ts-check
// The wall: size of the tiles, full screen.
import { on } from "./dom.js";
import { wirePeek } from "./peek.js";
import { wireWall } from "./wall_live.js";

const body = document.getElementById("wall-body");

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

wirePeek(".gh-tile", ".gh-tile__link");
wireWall();
