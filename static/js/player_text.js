// @ts-check
// Plays a terminal: xterm.js is written what the guest once wrote, as large as it was then.
import { Terminal } from "../vendor/xterm/xterm.mjs";
import { play } from "./player.js";
import { styleWith } from "./styled.js";

const element = /** @type {HTMLElement} */ (document.getElementById("player"));
const stage = /** @type {HTMLElement} */ (document.getElementById("player-stage"));
const QUIET = 2; // seconds without a word, which may be skipped

/** @typedef {import("./player.js").Mark} Mark */

styleWith(element.dataset.nonce ?? "");

/** @param {string} label @param {number} at @returns {Mark} */
function markOf(label, at) {
  const [mark, ...rest] = label.split(": ");
  const words = rest.join(": ");
  return mark === "missing" ? { at, mark, seconds: Number(words) } : { at, mark, name: words };
}

/** @param {[number, string][]} written @param {number} length @returns {[number, number][]} */
function quietOf(written, length) {
  const times = [0, ...written.map(([at]) => at), length];
  return times.slice(1).flatMap((to, before) => (to - times[before] > QUIET ? [/** @type {[number, number]} */ ([times[before], to])] : []));
}

/** @returns {Promise<import("./player.js").Film>} */
async function film() {
  const answer = await fetch(element.dataset.content ?? "");
  if (!answer.ok) throw new Error(`the cast: ${answer.status}`);
  const [head, ...events] = (await answer.text()).trimEnd().split("\n").map((line) => JSON.parse(line));
  /** @type {[number, string][]} */
  const written = events.filter(([, kind]) => kind === "o").map(([at, , text]) => [at, text]);
  /** @type {[number, string, string][]} */
  const steps = events.filter(([, kind]) => kind === "o" || kind === "r");
  const length = Math.max(Number(element.dataset.length), ...events.slice(-1).map(([at]) => at));
  const terminal = new Terminal({
    cols: head.width, rows: head.height, disableStdin: true, scrollback: 0, fontSize: 14, minimumContrastRatio: 4.5,
    fontFamily: '"Geist Mono", ui-monospace, monospace',
    theme: { background: "#08090b", foreground: "#e9e7e4" },
  });
  terminal.open(stage);
  let drawn = 0, shown = -1;
  const write = (/** @type {string} */ text) => new Promise((done) => { terminal.write(text, () => done(undefined)); });

  /** @param {string} size */
  function resize(size) {
    const [columns, rows] = size.split("x").map(Number);
    terminal.resize(columns, rows);
  }

  return {
    length,
    quiet: quietOf(written, length),
    marks: events.filter(([, kind]) => kind === "m").map(([at, , label]) => markOf(label, at)),
    async show(at) {
      let text = "";
      if (at < shown) {
        terminal.reset();
        resize(`${head.width}x${head.height}`);
        drawn = 0;
      }
      shown = at;
      for (; drawn < steps.length && steps[drawn][0] <= at; drawn += 1) {
        const [, kind, what] = steps[drawn];
        if (kind === "o") { text += what; continue; }
        await write(text);
        text = "";
        resize(what);
      }
      await write(text);
    },
  };
}

play(film());
