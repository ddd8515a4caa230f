// @ts-check
// The eye beside a password field.
import { on } from "./dom.js";

on("click", "[data-reveal]", (button) => {
  const field = document.getElementById(button.dataset.reveal ?? "");
  if (!(field instanceof HTMLInputElement)) return;
  const hidden = field.type === "password";
  field.type = hidden ? "text" : "password";
  button.setAttribute("aria-pressed", String(hidden));
  field.focus();
});
