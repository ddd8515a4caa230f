// @ts-check
// The bell: its drawer fetches the newest notices, and opening it means that they were seen.
import { on, post } from "./dom.js";

const drawer = () => /** @type {HTMLDialogElement | null} */ (document.getElementById("bell-drawer"));

async function fill() {
  const body = document.getElementById("bell-drawer-body");
  const { url = "", read = "" } = drawer()?.dataset ?? {};
  if (!body) return;
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(String(answer.status));
    body.innerHTML = await answer.text();
    await post(read, {});
    document.querySelector(".gh-bell__count")?.remove();
  } catch {
    body.textContent = body.dataset.failed ?? "";
  }
}

on("click", "[data-dialog='bell-drawer']", () => { fill(); });
