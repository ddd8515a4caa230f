// @ts-check
// The sidebar: narrow or wide by "[", kept in this browser; a sheet from the phone bar.
import { closest, on, recall, remember } from "./dom.js";

const app = document.getElementById("app");
const wide = matchMedia("(min-width: 1200px)");

export function toggleSidebar() {
  if (!app) return;
  if (wide.matches) remember("gh-sidebar", app.classList.toggle("gh-app--narrow") ? "narrow" : "wide");
  else open(!app.classList.contains("gh-app--open"));
}

/** @param {boolean} is */
function open(is) {
  app?.classList.toggle("gh-app--open", is);
  document.querySelector("[data-sidebar]")?.setAttribute("aria-expanded", String(is));
}

if (recall("gh-sidebar") === "narrow") app?.classList.add("gh-app--narrow");
on("click", "[data-sidebar]", toggleSidebar);
document.addEventListener("click", (event) => {
  if (!closest(event.target, "#side, [data-sidebar]")) open(false);
});
