// @ts-check
// Hand out machines: tick all members or none.

for (const button of document.querySelectorAll("button[data-tick]")) {
  if (!(button instanceof HTMLButtonElement)) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const form = button.closest("form");
    for (const box of form?.querySelectorAll("input[name='members']") ?? []) {
      if (box instanceof HTMLInputElement) box.checked = button.dataset.tick === "all";
    }
    form?.dispatchEvent(new Event("change"));
  });
}
