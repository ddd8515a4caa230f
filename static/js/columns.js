// @ts-check
// Which columns a list shows: changed at once, kept in this browser.
import { on } from "./dom.js";

const YEAR = 31536000; // s

on("change", "[data-column]", () => {
  const boxes = [...document.querySelectorAll("input[data-column]")];
  const hidden = boxes.filter((box) => box instanceof HTMLInputElement && !box.checked).map((box) => box.getAttribute("value") ?? "");
  document.documentElement.dataset.hide = hidden.join(" ");
  document.cookie = `gh_columns=${hidden.join("-")}; path=/; max-age=${YEAR}; samesite=lax`;
});
