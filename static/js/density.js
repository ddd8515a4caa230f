// @ts-check
// The height of rows: changed at once, kept by the server.
import { on, post } from "./dom.js";

const root = document.documentElement;

function show() {
  const current = root.dataset.density ?? (matchMedia("(pointer: coarse)").matches ? "roomy" : "compact");
  document.querySelectorAll("button[data-density]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.getAttribute("data-density") === current));
  });
}

on("click", "button[data-density]", (button) => {
  root.dataset.density = button.dataset.density;
  show();
  const form = document.querySelector("[data-theme-form]");
  if (form instanceof HTMLFormElement) post(form.action, { density: button.dataset.density ?? "" });
});
document.addEventListener("htmx:load", show);
show();
