// @ts-check
// The page of a machine: its dialogs and its charts.
import "./machines_dialogs.js";
import "./machines_charts.js";
