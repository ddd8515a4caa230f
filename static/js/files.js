// @ts-check
// How far a file is on its way to Guesthouse; from there on its line says how far it is.
document.addEventListener("htmx:xhr:progress", (event) => {
  const { target, detail } = /** @type {CustomEvent} */ (event);
  const form = target instanceof Element ? target.closest("form[data-upload]") : null;
  const bar = form?.querySelector("progress");
  if (!(bar instanceof HTMLProgressElement) || !detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (detail.loaded / detail.total) * 100;
});
