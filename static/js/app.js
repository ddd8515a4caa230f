// @ts-check
// What every page does. Behaviours listen on the document, so that swapped fragments work without set-up.
import "./requests.js";
import "./theme.js";
import "./density.js";
import "./dialogs.js";
import "./toasts.js";
import "./tips.js";
import "./copy.js";
import "./reveal.js";
import "./sidebar.js";
import "./bulk.js";
import "./keys.js";
import "./list_keys.js";
import "./palette.js";
import "./live.js";
import "./jobs.js";
import "./notices.js";
