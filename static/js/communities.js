// Lines that can be added, and controls that exist only when a script runs.
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
