// @ts-check
// The passkey button shows where the browser knows passkeys; a key that fails says so.
for (const form of document.querySelectorAll("[data-passkey]")) {
  if (window.PublicKeyCredential && form instanceof HTMLElement) form.hidden = false;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const failed = document.getElementById("passkey-failed");
  if (failed) failed.hidden = false;
});
