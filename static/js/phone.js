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
  const words = () => [...document.querySelectorAll("input:not([type=hidden]), textarea")].some((i) => i.value !== i.defaultValue);
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
    if (plain(now) === plain(old)) { // nothing to say aloud again
      old.dataset.revision = revision;
      if (now.dataset.until) old.dataset.until = now.dataset.until;
      else delete old.dataset.until;
    } else {
      keepTyping(old, now);
      old.replaceWith(now);
      document.getElementById(held)?.focus();
    }
  };

  // Without what differs at each answer: the token of a form, the key of a line.
  const plain = (now) => now.innerHTML.replace(/(name="(?:csrfmiddlewaretoken|key)" value=)"[^"]*"/g, "$1");

  // What is being typed stays, with the key of its line, and the field keeps the cursor.
  let held = "";
  const keepTyping = (old, now) => {
    held = old.contains(document.activeElement) ? document.activeElement.id : "";
    for (const field of old.querySelectorAll("input[id], textarea[id]")) {
      const same = now.querySelector(`#${field.id}`);
      if (!same || field.value === field.defaultValue) continue;
      same.value = field.value;
      const [key, fresh] = [field, same].map((one) => one.form?.querySelector("[name=key]"));
      if (key && fresh) fresh.value = key.value;
    }
    for (const chosen of old.querySelectorAll("input[type=radio]:checked")) {
      const same = now.querySelector(`input[name="${chosen.name}"][value="${chosen.value}"]`);
      if (same) same.checked = true;
    }
  };

  const ask = async () => {
    if (asking || document.hidden) return;
    asking = true;
    const { revision, stage, until } = document.getElementById("now").dataset;
    try {
      const url = `${follows.dataset.address}?revision=${revision}&stage=${stage}${until ? `&until=${until}` : ""}`;
      const answer = await fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout(8000) });
      if (answer.status === 200) show(await answer.text());
      else if (answer.status === 410 && !words()) location.reload();
    } catch { /* the network is away: the next question will tell */ }
    asking = false;
  };

  setInterval(ask, 1000 * follows.dataset.every);
  document.addEventListener("visibilitychange", ask);
})();
