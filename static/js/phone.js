// A form leaves once; and the page follows the meeting: what is current replaces what was, in the same tab.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  form.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

(() => {
  const follows = document.getElementById("follows");
  if (!follows) return;
  const words = () => [...document.querySelectorAll("input:not([type=hidden])")].some((i) => i.value !== i.defaultValue);
  let asking = false;

  const show = (html) => {
    const now = new DOMParser().parseFromString(html, "text/html").getElementById("now");
    if (!now) return;
    const old = document.getElementById("now");
    if (now.dataset.goes && !old.dataset.goes) return location.replace(now.dataset.goes);
    const { stage, revision } = now.dataset;
    if (stage !== old.dataset.stage) {
      if (!words()) location.reload();
      return;
    }
    if (now.innerHTML === old.innerHTML) old.dataset.revision = revision; // nothing to say aloud again
    else old.replaceWith(now);
  };

  const ask = async () => {
    if (asking || document.hidden) return;
    asking = true;
    const { revision, stage } = document.getElementById("now").dataset;
    try {
      const url = `${follows.dataset.address}?revision=${revision}&stage=${stage}`;
      const answer = await fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout(8000) });
      if (answer.status === 200) show(await answer.text());
      else if (answer.status === 410 && !words()) location.reload();
    } catch { /* the network is away: the next question will tell */ }
    asking = false;
  };

  setInterval(ask, 1000 * follows.dataset.every);
  document.addEventListener("visibilitychange", ask);
})();
