// @ts-check
// The server ended the live socket because the session or the rights did: open the page anew, and say why.
import { toast } from "./toasts.js";

const MARK = "gh-rights-ended";

export function openAnew() {
  try { sessionStorage.setItem(MARK, "1"); } catch { /* it is opened without words */ }
  location.reload();
}

function explain() {
  try {
    if (!sessionStorage.getItem(MARK)) return;
    sessionStorage.removeItem(MARK);
  } catch { return; }
  toast({ tone: "amber", text: document.getElementById("toasts")?.dataset.rights ?? "" });
}

explain();
