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

/** @param {string} text */
export async function copyText(text) {
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  else copyOldWay(text);
}

on("click", "[data-copy]", async (button) => {
  await copyText(button.dataset.copy ?? "");
  const icon = button.querySelector("svg");
  if (!icon || button.dataset.copied !== undefined) return;
  const check = sprite("check", 14);
  icon.replaceWith(check);
  button.dataset.copied = "";
  setTimeout(() => { check.replaceWith(icon); delete button.dataset.copied; }, 1600);
});
