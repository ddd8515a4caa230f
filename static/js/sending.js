// @ts-check
// A field with data-send sends its form as soon as it is changed.
import { on } from "./dom.js";

on("change", "[data-send]", (field) => { field.closest("form")?.requestSubmit(); });
