// @ts-check
// Light, dark or as the system: changed at once, kept by the server for the next page.
import { on, post } from "./dom.js";

const root = document.documentElement;
const darkSystem = matchMedia("(prefers-color-scheme: dark)");
export const isDark = () => (root.dataset.bsTheme ?? (darkSystem.matches ? "dark" : "light")) === "dark";

/** @param {string} theme @param {string} url */
export function setTheme(theme, url) {
  if (theme === "auto") delete root.dataset.bsTheme;
  else root.dataset.bsTheme = theme;
  document.querySelectorAll("[data-theme-form] [role='menuitemradio']").forEach((item) => {
    item.setAttribute("aria-checked", String(/** @type {HTMLButtonElement} */ (item).value === theme));
  });
  return post(url, { theme });
}

on("submit", "[data-theme-form]", (form, event) => {
  const { submitter } = /** @type {SubmitEvent} */ (event);
  if (!(submitter instanceof HTMLButtonElement) || !(form instanceof HTMLFormElement)) return;
  event.preventDefault();
  const flipped = isDark() ? "light" : "dark";
  setTheme(submitter.hasAttribute("data-theme-toggle") ? flipped : submitter.value, form.action);
});
