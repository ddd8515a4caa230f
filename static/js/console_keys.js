// @ts-check
// Keys that a keyboard cannot send to the guest: combinations, sticky modifiers, and the way back.

/** @typedef {{ sendKey: (keysym: number, code: string, down?: boolean) => void, focus: () => void, blur: () => void }} Screen */

/** @param {string} text "65507:ControlLeft 65535:Delete" @returns {[number, string][]} */
const parse = (text) => text.split(" ").map((key) => {
  const [keysym, code] = key.split(":");
  return [Number(keysym), code];
});

/** Press the keys in order and let them go in reverse. @param {Screen} screen @param {string} text */
export function press(screen, text) {
  const keys = parse(text);
  keys.forEach(([keysym, code]) => screen.sendKey(keysym, code, true));
  keys.reverse().forEach(([keysym, code]) => screen.sendKey(keysym, code, false));
}

/** @param {() => Screen | null} current */
export function wireKeys(current) {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-press], [data-sticky]") : null;
    const screen = current();
    if (!(button instanceof HTMLElement) || !screen) return;
    if (button.dataset.press) {
      press(screen, button.dataset.press);
      releaseSticky(screen);
    } else {
      toggle(screen, button);
    }
    if (!button.closest(".gh-console__keys")) screen.focus();
  });
}

/** @param {Screen} screen @param {HTMLElement} button */
function toggle(screen, button) {
  const down = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(down));
  const [[keysym, code]] = parse(button.dataset.sticky ?? "");
  screen.sendKey(keysym, code, down);
}

/** A modifier holds for one key, as on a phone's own keyboard. @param {Screen} screen */
export function releaseSticky(screen) {
  document.querySelectorAll("[data-sticky][aria-pressed='true']").forEach((button) => {
    toggle(screen, /** @type {HTMLElement} */ (button));
  });
}

/**
 * Left Ctrl and left Alt, pressed and released with nothing else, give the keyboard back.
 * Listens before noVNC does, and swallows nothing: the guest sees both keys go up.
 * @param {HTMLElement} stage @param {() => void} giveBack
 */
export function wireWayBack(stage, giveBack) {
  const both = new Set(["ControlLeft", "AltLeft"]);
  /** @type {Set<string>} */
  const down = new Set();
  let alone = false;
  stage.addEventListener("keydown", (event) => {
    if (event.repeat) return;
    if (!down.size) alone = true;
    down.add(event.code);
    if (!both.has(event.code)) alone = false;
  }, true);
  stage.addEventListener("keyup", (event) => {
    const wasBoth = down.has("ControlLeft") && down.has("AltLeft");
    down.delete(event.code);
    if (alone && wasBoth) stage.dataset.back = "1";
    if (down.size) return;
    if (alone && stage.dataset.back) setTimeout(giveBack);
    delete stage.dataset.back;
  }, true);
  stage.addEventListener("blur", () => { down.clear(); alone = false; }, true);
}
