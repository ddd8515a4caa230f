// @ts-check
// Full screen: the bar goes away and comes back at the upper edge, by its handle, and whenever focus is in it.
// The keyboard is never caught: Esc leaves, left Ctrl and left Alt alone give it back and bring the bar.

const EDGE = 4; // pixels
const STAY_MS = 1200; // that the bar stays after the pointer left it
const TELL_MS = 4000;

/** @param {HTMLElement} room @param {HTMLButtonElement} button @param {string} impossible why there is none */
export function wireFullScreen(room, button, impossible) {
  const bar = /** @type {HTMLElement} */ (room.querySelector(".gh-console__bar"));
  const handle = /** @type {HTMLElement} */ (document.getElementById("console-handle"));
  const note = /** @type {HTMLElement} */ (document.getElementById("console-full-note"));
  if (!document.fullscreenEnabled) {
    button.setAttribute("aria-disabled", "true");
    button.setAttribute("aria-description", impossible);
    button.dataset.tip = impossible;
    return;
  }
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const isFull = () => document.fullscreenElement !== null;
  const isInUse = () => bar.matches(":hover") || bar.contains(document.activeElement) || bar.querySelector(".show") !== null;

  /** @param {boolean} isShown */
  const set = (isShown) => {
    clearTimeout(timer);
    room.classList.toggle("gh-console--bar", isShown);
    handle.setAttribute("aria-expanded", String(isShown));
  };
  const hideSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => { if (isInUse()) hideSoon(); else set(false); }, STAY_MS);
  };
  const show = () => { set(true); hideSoon(); };

  button.addEventListener("click", () => {
    if (isFull()) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {});
  });
  handle.addEventListener("click", () => (room.classList.contains("gh-console--bar") ? set(false) : show()));
  document.addEventListener("pointermove", (event) => { if (isFull() && event.clientY <= EDGE) show(); });
  bar.addEventListener("focusin", () => { if (isFull()) show(); });
  document.addEventListener("fullscreenchange", () => {
    room.classList.toggle("gh-console--full", isFull());
    button.setAttribute("aria-pressed", String(isFull()));
    set(false);
    note.hidden = !isFull();
    if (isFull()) setTimeout(() => { note.hidden = true; }, TELL_MS);
    (/** @type {HTMLElement | null} */ (room.querySelector("#screen canvas, #screen textarea")))?.focus();
  });
}
