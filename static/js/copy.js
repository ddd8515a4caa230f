// @ts-check
// data-copy puts its text on the clipboard and shows a check for a moment.
import { on } from "./dom.js";
import { sprite } from "./icons.js";

/** Plain http has no clipboard API. @param {string} text */
function copyOldWay(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

on("click", "[data-copy]", async (button) => {
  const text = button.dataset.copy ?? "";
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  else copyOldWay(text);
  const icon = button.querySelector("svg");
  if (!icon || button.dataset.copied !== undefined) return;
  const check = sprite("check", 14);
  icon.replaceWith(check);
  button.dataset.copied = "";
  setTimeout(() => { check.replaceWith(icon); delete button.dataset.copied; }, 1600);
});
