// @ts-check
// On a phone: the tools that are not in reach of the thumb, in a sheet above those that are.

/** @param {HTMLElement} room */
export function wireMoreTools(room) {
  const button = /** @type {HTMLElement} */ (document.getElementById("console-more"));
  const tools = /** @type {HTMLElement} */ (document.getElementById("console-tools"));
  const isOpen = () => room.classList.contains("gh-console--tools");

  /** @param {boolean} open */
  const set = (open) => {
    room.classList.toggle("gh-console--tools", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => {
    set(!isOpen());
    if (isOpen()) /** @type {HTMLElement | null} */ (tools.querySelector(":is(a, button):not([disabled])"))?.focus();
  });
  document.addEventListener("click", (event) => {
    const where = event.target instanceof Element ? event.target : null;
    if (!isOpen() || !where || button.contains(where)) return;
    // A menu's own button leaves the sheet open below the menu; whatever is chosen closes both.
    const stays = where.closest("[data-bs-toggle], [aria-disabled='true'], .dropdown-header");
    if (!tools.contains(where) || !stays) set(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    set(false);
    button.focus();
  });
}
