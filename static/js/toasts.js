// @ts-check
// Toasts: what was done, for 6 s, with Undo where there is one. Servers send them as HX-Trigger "toast".
import { on, post } from "./dom.js";
import { sprite } from "./icons.js";

const STAY = 6000;
/** @type {Record<string, string>} */
const GLYPHS = { leaf: "circle-check", amber: "alert-triangle", brick: "alert-circle", iris: "info-circle" };

/**
 * @typedef {{tone?: string, text: string, more?: string, link?: string, linkLabel?: string, link_label?: string, undo?: string, reload?: boolean}} Toast
 */

/** @param {HTMLElement} element */
function leaveLater(element) {
  let timer = setTimeout(() => element.remove(), STAY);
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("focusin", () => clearTimeout(timer));
  element.addEventListener("pointerleave", () => { timer = setTimeout(() => element.remove(), STAY / 2); });
}

/** @param {string} tag @param {string} css @param {string} text */
function part(tag, css, text) {
  const element = document.createElement(tag);
  element.className = css;
  element.textContent = text;
  return element;
}

/** @param {Toast} message */
export function toast(message) {
  const place = document.getElementById("toasts");
  if (!place || !message.text) return;
  const tone = message.tone ?? "iris";
  const element = part("div", `gh-toast gh-toast--${tone}`, "");
  if (tone === "brick") element.setAttribute("role", "alert");
  const words = part("span", "gh-toast__text", "");
  words.append(part("strong", "gh-strong", message.text), message.more ? ` ${message.more}` : "");
  element.append(sprite(GLYPHS[tone] ?? GLYPHS.iris, 18), words);
  if (message.link) {
    const link = part("a", "gh-toast__act", message.linkLabel ?? message.link_label ?? message.link);
    link.setAttribute("href", message.link);
    element.append(link);
  }
  if (message.undo) {
    const undo = part("button", "gh-toast__act", place.dataset.undo ?? "");
    undo.addEventListener("click", async () => {
      element.remove();
      await post(message.undo ?? "", {});
      if (message.reload) location.reload();
    });
    element.append(undo);
  }
  const close = part("button", "btn btn-sm gh-btn--ghost gh-btn--icon", "");
  close.setAttribute("aria-label", place.dataset.close ?? "");
  close.setAttribute("data-dismiss", "");
  close.append(sprite("x", 14));
  element.append(close);
  place.append(element);
  if (tone !== "brick") leaveLater(element);
}

on("click", ".gh-toast [data-dismiss]", (button) => button.closest(".gh-toast")?.remove());
document.addEventListener("toast", (event) => {
  const { detail } = /** @type {CustomEvent} */ (event);
  const several = Array.isArray(detail.value) ? detail.value : [detail];
  several.forEach(toast);
});
document.querySelectorAll("[data-toast]").forEach((element) => {
  const { tone, undo } = /** @type {HTMLElement} */ (element).dataset;
  element.remove();
  const words = element.firstElementChild ?? element;
  toast({ tone, text: words.textContent?.trim() ?? "", undo, reload: true });
});
