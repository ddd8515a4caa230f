// @ts-check
// Who drove when: a band of colours over the line, and a list that says it in words.
import { clock } from "./player_clock.js";

/** @typedef {import("./player.js").Film} Film */
/** @typedef {import("./player.js").Mark} Mark */

const COLOURS = 6;

/** @param {Film} film @param {Record<string, string>} words @param {(at: number) => void} go */
export function drawMarks(film, words, go) {
  drawBand(film);
  const list = document.getElementById("player-marks");
  film.marks.forEach((mark) => list?.append(item(mark, words, go)));
}

/** @param {Film} film */
function drawBand(film) {
  const band = document.getElementById("player-drivers");
  const turns = film.marks.filter((mark) => mark.mark === "drives");
  const names = [...new Set(turns.map((turn) => turn.name).filter(Boolean))];
  turns.forEach((turn, at) => {
    if (!turn.name) return;
    const end = turns[at + 1]?.at ?? film.length;
    const piece = document.createElement("span");
    piece.style.left = `${turn.at / film.length * 100}%`;
    piece.style.width = `${(end - turn.at) / film.length * 100}%`;
    piece.style.background = `var(--gh-s${names.indexOf(turn.name) % COLOURS + 1})`;
    piece.dataset.tip = turn.name;
    band?.append(piece);
  });
}

/** @param {Mark} mark @param {Record<string, string>} words @param {(at: number) => void} go */
function item(mark, words, go) {
  const line = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "gh-player__at gh-num";
  button.textContent = clock(mark.at);
  button.addEventListener("click", () => go(mark.at));
  line.append(button, ` ${said(mark, words)}`);
  return line;
}

/** @param {Mark} mark @param {Record<string, string>} words */
function said(mark, words) {
  const name = mark.name || words.nobody;
  if (mark.mark === "drives") return words.drives.replace("{name}", name);
  if (mark.mark === "here") return words.here.replace("{names}", name);
  if (mark.mark === "missing") return words.missing.replace("{seconds}", String(Math.round(mark.seconds ?? 0)));
  return words[mark.mark] ?? mark.mark;
}
