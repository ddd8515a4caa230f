// @ts-check
// The form of an SSH sign-in: which way is chosen, and whether a pasted key is protected by a passphrase.
import { byId } from "./console_room.js";
import { recall, remember } from "./dom.js";

const MOST_KEY = 16384; // characters of a private key
const OPENSSH = "openssh-key-v1\0";
const WITH_PASSPHRASE = new Set(["ssh-locked-key", "ssh-wrong-passphrase"]);

/** @param {string} id */
const field = (id) => /** @type {HTMLInputElement} */ (byId(id));
const form = /** @type {HTMLFormElement} */ (byId("ssh-sign-in"));
const USER = `gh-ssh-user-${byId("console").dataset.vm}`;
/** The server said that the key is protected, whatever it looks like. */
let wasLocked = false;

const chosen = () => /** @type {HTMLInputElement} */ (form.querySelector("[name='ssh-method']:checked")).value;

/** Say whether a private key asks for a passphrase. @param {string} text */
export function isLocked(text) {
  const [, label, body] = text.match(/-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]*)/) ?? [];
  if (label === undefined) return false;
  if (label.trim() !== "OPENSSH") return label.includes("ENCRYPTED") || body.includes("ENCRYPTED");
  try {
    const head = atob(body.replace(/\s/g, "").slice(0, 64));
    return head.startsWith(OPENSSH) && head.slice(OPENSSH.length + 4, OPENSSH.length + 8) !== "none";
  } catch {
    return false;
  }
}

function show() {
  const method = chosen();
  form.querySelectorAll("[data-method]").forEach((part) => {
    const element = /** @type {HTMLElement} */ (part);
    element.hidden = element.dataset.method !== method;
  });
  byId("ssh-lock").hidden = method !== "key" || !(wasLocked || isLocked(field("ssh-key").value));
}

/** Take a key from a file. @param {string} tooLong */
async function load(tooLong) {
  const file = field("ssh-file").files?.[0];
  field("ssh-file").setCustomValidity("");
  if (!file) return;
  if (file.size > MOST_KEY) {
    field("ssh-file").setCustomValidity(tooLong);
    field("ssh-file").reportValidity();
    return;
  }
  field("ssh-key").value = await file.text();
  field("ssh-file").value = "";
  wasLocked = false;
  show();
}

/** What is to be typed next. @param {string} key why the form is shown again */
export function focusForm(key) {
  wasLocked = wasLocked || WITH_PASSPHRASE.has(key);
  show();
  const secret = { password: "ssh-password", key: "ssh-key", agent: "ssh-user" }[chosen()] ?? "ssh-user";
  const wanted = WITH_PASSPHRASE.has(key) ? "ssh-passphrase" : secret;
  field(field("ssh-user").value ? wanted : "ssh-user").focus();
}

/** Forget the key: one is in, or leaves. */
export function forgetKey() {
  field("ssh-key").value = field("ssh-passphrase").value = "";
  wasLocked = false;
  show();
}

/** Return what was filled in, and forget what is quickly typed again. */
export function takeWish() {
  const user = field("ssh-user").value.trim(), method = chosen();
  remember(USER, user);
  const secret = method === "agent" ? "" : field(method === "key" ? "ssh-key" : "ssh-password").value;
  const passphrase = method === "key" ? field("ssh-passphrase").value : "";
  field("ssh-password").value = field("ssh-passphrase").value = "";
  return { user, method, secret, passphrase };
}

/** @param {string} tooLong @param {() => void} go */
export function wireForm(tooLong, go) {
  field("ssh-user").value = recall(USER) ?? "";
  form.addEventListener("change", (event) => {
    if (event.target === field("ssh-file")) load(tooLong);
    else show();
  });
  field("ssh-key").addEventListener("input", () => { wasLocked = false; show(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go();
  });
  addEventListener("pagehide", forgetKey);
  show();
}
