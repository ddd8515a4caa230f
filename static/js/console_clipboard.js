// @ts-check
// The guest's clipboard beside ours: a text goes there by a button, and what the guest copies shows in a field.
// Nothing is read from or written to our own clipboard unasked.

/** @typedef {{ clipboardPasteFrom: (text: string) => void }} Screen */

const MOST = 256 * 1024; // bytes, as the server lets through

/**
 * @param {import("./console_room.js").Room} room @param {() => Screen | null} current the screen while one drives
 */
export function wireClipboard(room, current) {
  const find = (/** @type {string} */ id) => document.getElementById(id);
  const there = /** @type {HTMLTextAreaElement | null} */ (find("clipboard-there"));
  const here = /** @type {HTMLTextAreaElement | null} */ (find("clipboard-here"));
  const note = find("clipboard-note");
  const says = room.words.says;

  find("clipboard-send")?.addEventListener("click", () => {
    if (!there || !note) return;
    const size = new TextEncoder().encode(there.value).length;
    const screen = current();
    if (size > MOST) { note.textContent = says["clipboard-long"]; return; }
    if (!screen) { note.textContent = room.viewingWords; return; }
    screen.clipboardPasteFrom(there.value);
    note.textContent = says["clipboard-sent"];
  });

  return {
    /** The guest copied a text. @param {string} text */
    heard(text) {
      if (!here || room.isViewing) return;
      here.value = text.slice(0, MOST);
      find("clipboard-copy")?.setAttribute("data-copy", here.value);
      if (note) note.textContent = says["clipboard-heard"];
    },
  };
}
