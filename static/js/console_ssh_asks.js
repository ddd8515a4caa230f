// @ts-check
// What a machine asks while one signs in by SSH, such as a code or a new password, as a form of its own words.
import { byId } from "./console_room.js";

const MOST_ANSWER = 1024; // signs

/** @typedef {{ words: string, prompts: { text: string, echo: boolean }[] }} Asked */

const form = /** @type {HTMLFormElement} */ (byId("ssh-asks"));
const fields = byId("ssh-asks-fields");
const inputs = () => [...fields.querySelectorAll("input")];

/** @param {{ text: string, echo: boolean }} prompt @param {number} at @param {string} otherwise */
function line(prompt, at, otherwise) {
  const part = document.createElement("div"), label = document.createElement("label"), input = document.createElement("input");
  part.className = "gh-console__line";
  label.htmlFor = input.id = `ssh-answer-${at}`;
  label.textContent = prompt.text.trim() || otherwise;
  input.className = "form-control";
  input.type = prompt.echo ? "text" : "password";
  input.maxLength = MOST_ANSWER;
  input.autocomplete = "off";
  input.spellcheck = false;
  input.autocapitalize = "none";
  part.append(label, input);
  return part;
}

/** Show what is asked. @param {Asked} asked @param {string} otherwise what stands at a prompt without words */
export function showQuestion(asked, otherwise) {
  byId("ssh-asks-words").textContent = asked.words;
  fields.replaceChildren(...asked.prompts.map((prompt, at) => line(prompt, at, otherwise)));
}

/** The cursor belongs in the first field, once the form is seen. */
export const focusQuestion = () => inputs()[0]?.focus();

/** @param {(answers: string[]) => void} answer @param {() => void} cancel */
export function wireQuestions(answer, cancel) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const answers = inputs().map((input) => input.value);
    fields.replaceChildren();
    answer(answers);
  });
  byId("ssh-asks-cancel").addEventListener("click", () => { fields.replaceChildren(); cancel(); });
}
