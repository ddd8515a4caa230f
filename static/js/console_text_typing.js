// @ts-check
// "Type text" for a text console: the text goes there as it is, a piece at a time, with progress and a way to stop.
// Serial lines are slow and their other end reads by the line, so a long text is not sent at once.

const PIECE = 32; // characters
const PAUSE_MS = 20;

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const pause = () => new Promise((done) => { setTimeout(done, PAUSE_MS); });

/**
 * @param {(text: string) => boolean} send returns whether it could be sent @param {() => void} focus back to the terminal
 * @param {Record<string, string>} says
 */
export function wireTextTyping(send, focus, says) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("type-text"));
  const text = /** @type {HTMLTextAreaElement} */ (byId("type-text-text"));
  const bar = /** @type {HTMLProgressElement} */ (byId("type-text-bar"));
  const note = byId("type-text-note"), go = byId("type-text-go");
  let isTyping = false, isStopped = false;

  async function type() {
    const end = /** @type {HTMLInputElement} */ (byId("type-text-enter")).checked ? "\r" : "";
    const all = [...text.value.replaceAll(/\r?\n/g, "\r") + end];
    isTyping = true;
    isStopped = false;
    go.textContent = says.stop;
    bar.max = all.length;
    bar.hidden = false;
    let done = 0;
    while (done < all.length && !isStopped && send(all.slice(done, done + PIECE).join(""))) {
      done = Math.min(all.length, done + PIECE);
      bar.value = done;
      await pause();
    }
    isTyping = false;
    bar.hidden = true;
    go.textContent = says.type;
    const isWhole = done === all.length;
    note.textContent = isWhole ? "" : says["typed-part"].replace("{done}", String(done)).replace("{all}", String(all.length));
    note.classList.toggle("gh-tone-brick", !isWhole);
    if (!isWhole) return;
    text.value = "";
    dialog.close();
    focus();
  }

  go.addEventListener("click", () => { if (isTyping) isStopped = true; else type(); });
  dialog.addEventListener("close", () => { isStopped = true; });
  byId("type-text-hide").addEventListener("change", (event) => {
    text.classList.toggle("gh-masked", /** @type {HTMLInputElement} */ (event.target).checked);
  });
}
