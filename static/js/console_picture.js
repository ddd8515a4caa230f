// @ts-check
// A picture of the screen as a file.

/** @param {Blob | null} blob @param {string} name of the machine */
export function savePicture(blob, name) {
  if (!blob) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  const now = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  link.download = `${name}-${now}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
