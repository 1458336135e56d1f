// A double press sends a form once, on every page. The button is not disabled (its value must be sent): the second
// submit is stopped. What leaves the page where it is (a file to take away, another tab) may be asked for again.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  const target = event.submitter?.getAttribute("formtarget") ?? form.target;
  if (form.method !== "post" || (target && target !== "_self") || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  form.setAttribute("aria-busy", "true");
  // What takes more than a second is said too; the bar is drawn by the style sheet.
  const said = document.getElementById("messages"), wait = document.getElementById("main")?.dataset.wait;
  if (said && wait) setTimeout(() => form.dataset.sent && said.append(wait), 1000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});
