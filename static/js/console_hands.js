// @ts-check
// Whose keys reach the guest: what the page shows of it comes from the server, which alone decides.
import { refetch } from "./refetch.js";

const parts = ["console-driver", "console-people", "console-prompt", "console-recording", "console-recorded", "console-links"];
const current = () => document.getElementById("console-driver");

/** "me", "other", "free" while nobody drives, "" before this console is open. */
export const seat = () => current()?.dataset.drive ?? "";

/** @returns {string} who drives, for a sentence */
export const driverName = () => current()?.dataset.driver ?? "";

/** Whether typing makes sense: also before the console is open, which takes a free seat. */
export const mayType = () => seat() === "me" || seat() === "";

/** @param {() => void} changed */
export function watchHands(changed) {
  let before = seat();
  parts.forEach((id) => { const part = document.getElementById(id); if (part) later(part); });
  document.addEventListener("live:swapped", (event) => {
    if (!(event.target instanceof Element) || !parts.includes(event.target.id)) return;
    later(event.target);
    if (event.target.id !== "console-driver" || seat() === before) return;
    before = seat();
    changed();
  });
}

/** Who has no live socket asks by the clock. @param {number} seconds @returns {() => void} ends it */
export function pollHands(seconds) {
  const timer = setInterval(() => parts.forEach((id) => {
    const part = document.getElementById(id);
    if (part && !document.hidden) refetch(part);
  }), seconds * 1000);
  return () => clearInterval(timer);
}

/** A part that will look different in a while is fetched again then. @param {Element} part */
function later(part) {
  const mark = part.querySelector("[data-later]");
  if (!(mark instanceof HTMLElement) || !(part instanceof HTMLElement)) return;
  setTimeout(() => { if (part.isConnected) refetch(part); }, (Number(mark.dataset.later) + 0.5) * 1000);
}
