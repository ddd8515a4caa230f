// @ts-check
// A new machine: the ISO file that is chosen becomes the value of its card.

document.addEventListener("change", (event) => {
  const list = event.target;
  if (!(list instanceof HTMLSelectElement) || list.id !== "iso") return;
  const card = document.querySelector("input[data-isos]");
  if (!(card instanceof HTMLInputElement)) return;
  card.value = list.value;
  card.checked = true;
});

