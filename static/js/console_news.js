// @ts-check
// What happens in the room is told once: to screen readers all of it, to everybody what concerns them.
import { toast } from "./toasts.js";

const QUIET_MS = 250; // what happens at the same time is told together

/**
 * @typedef {{
 *   drive: string, driver: string, asks: boolean, recorded: boolean,
 *   people: Map<string, string>, askers: Map<string, string>,
 * }} Sight
 */

/** @param {string} selector @param {string} key @returns {Map<string, string>} whose names stand there */
const names = (selector, key) => new Map([...document.querySelectorAll(selector)].map((one) => [
  /** @type {HTMLElement} */ (one).dataset[key] ?? "", one.querySelector("b")?.textContent ?? "",
]));

/** @returns {Sight} what the page shows of the room */
function look() {
  const driver = document.getElementById("console-driver");
  return {
    drive: driver?.dataset.drive ?? "",
    driver: driver?.dataset.driver ?? "",
    asks: driver?.dataset.asks !== undefined,
    recorded: document.querySelector("#console-recording .gh-recording__mark") !== null,
    people: names("#console-people [data-who]", "who"),
    askers: names("#console-prompt [data-asker]", "asker"),
  };
}

/** @param {string} me @param {Record<string, string>} says */
export function wireNews(me, says) {
  const place = /** @type {HTMLElement} */ (document.getElementById("announcer"));
  let before = look();
  let isBegun = before.people.has(me) || document.querySelector("[data-own]") !== null; // a session of one's own has no room
  let hasWithdrawn = false;
  /** @type {string[]} */
  let lines = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {string} key @param {string} [name] */
  const words = (key, name = "") => says[key].replace("{name}", name);
  /** @param {string} text */
  const tell = (text) => {
    lines.push(text);
    clearTimeout(timer);
    timer = setTimeout(() => { place.textContent = lines.join(" "); lines = []; }, QUIET_MS);
  };

  /** @param {Sight} now */
  function seat(now) {
    if (now.drive === before.drive && now.driver === before.driver) return;
    if (now.drive === "me") tell(words("news-me"));
    else if (now.drive === "free") tell(words("news-free"));
    else if (before.drive === "me" && now.driver) toast({ tone: "amber", text: words("news-driver", now.driver) }); // is read out too
    else if (now.driver) tell(words("news-driver", now.driver));
  }

  /** @param {Sight} now */
  function people(now) {
    now.people.forEach((name, who) => { if (who !== me && !before.people.has(who)) tell(words("news-came", name)); });
    before.people.forEach((name, who) => { if (who !== me && !now.people.has(who)) tell(words("news-left", name)); });
    now.askers.forEach((name, who) => { if (!before.askers.has(who)) tell(words("news-asks", name)); });
  }

  /** @param {Sight} now */
  function answer(now) {
    const isSame = now.drive === "other" && now.driver === before.driver;
    if (before.asks && !now.asks && isSame && !hasWithdrawn) toast({ text: words("news-declined", now.driver) });
    if (before.asks && !now.asks) hasWithdrawn = false;
  }

  document.addEventListener("htmx:configRequest", (event) => {
    const { parameters } = /** @type {CustomEvent} */ (event).detail;
    if (parameters.act === "withdraw") hasWithdrawn = true;
  });
  document.addEventListener("live:swapped", () => {
    const now = look();
    if (isBegun) { // what was there on coming is no news
      seat(now);
      people(now);
      answer(now);
      if (now.recorded !== before.recorded) tell(words(now.recorded ? "news-recorded" : "news-unrecorded"));
    }
    isBegun ||= now.people.has(me);
    before = now;
  });
}
