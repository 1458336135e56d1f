// Lines that can be added, ticks that tick all, and controls that exist only when a script runs.
"use strict";

for (const scripted of document.querySelectorAll("[data-adds], [data-scripted]")) scripted.hidden = false;

document.addEventListener("click", (event) => {
  const adder = event.target.closest("[data-adds]");
  if (!adder) return;
  const lines = adder.parentElement.querySelector(".lines");
  const line = lines.lastElementChild.cloneNode();
  line.value = "";
  lines.append(line);
  line.focus();
});

document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-ticks]");
  if (!all) return;
  for (const box of document.getElementsByName(all.dataset.ticks)) box.checked = all.checked;
});
