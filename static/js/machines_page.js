// @ts-check
// The page of a machine: its dialogs and its charts.
import "./screens.js";
import "./machines_dialogs.js";
import "./machines_charts.js";
