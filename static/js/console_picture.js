// @ts-check
// What a console shows as a file: the picture of a screen, the text of a terminal.

/** @param {Blob | null} blob @param {string} name of the machine */
export function savePicture(blob, name) {
  if (blob) saveFile(blob, name, "png");
}

/** @param {Blob} blob @param {string} name of the machine @param {string} ending */
export function saveFile(blob, name, ending) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  const now = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  link.download = `${name}-${now}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
