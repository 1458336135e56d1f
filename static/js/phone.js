// The page of a member or of a guest. What one presses waits for the network (offline_queue.js); what comes is morphed
// in place (morph.js); during a meeting what is current replaces what was, in the same tab.
"use strict";
//= require timer.js
//= require vendor/idiomorph.min.js
//= require morph.js
//= require offline_queue.js

(() => {
  const now = () => document.getElementById("now");
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  const presses = new OfflineQueue(`phone-${location.pathname}`, {
    headers: () => ({ "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value }),
    answered,
    changed: () => sayNetwork(presses),
  });

  // ------------------------------------------------------------ presses of [data-press], in order, whatever the network
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-press")) return;
    event.preventDefault();
    event.stopPropagation();
    const press = pressOf(form, event.submitter);
    const waits = (one) => one.url === press.url && JSON.stringify(one.data) === JSON.stringify(press.data);
    if (!presses.waiting.slice(-1).some(waits)) presses.add(press); // the same press twice, while it waits
    if (presses.isOffline) showWaiting(form, event.submitter);
    presses.changed();
  }, true);

  // What the press will have changed, shown while it waits.
  function showWaiting(form, button) {
    if (button?.dataset.toggle) showToggled(button);
    else if (button?.hasAttribute("aria-pressed")) {
      const others = form.querySelectorAll("[aria-pressed]");
      const isOn = others.length > 1 || button.getAttribute("aria-pressed") !== "true";
      for (const other of others) other.setAttribute("aria-pressed", other === button && isOn);
      button.disabled = others.length === 1; // one press at a time
    } else if (form.querySelector("[name=key]")) {
      form.querySelector("[name=key]").value = newKey();
      form.querySelector("textarea").value = "";
    } else if (form.querySelector("#propose")) form.reset();
  }

  // The page that answers is shown in place; where it is another page, we go there.
  async function answered(press, response) {
    const page = parse(await response.text());
    const isHere = now() && page.getElementById("now") && new URL(response.url).pathname.startsWith(location.pathname);
    const isSameForm = !now() && response.status === 422; // to be corrected
    if (presses.waiting.length) keepRefused(press, response, page);
    else if (isHere || isSameForm) show(press, page);
    else if (response.ok) location.assign(response.url);
    else {
      keepRefused(press, response, page);
      location.reload();
    }
  }

  function show(press, page) {
    const isArriving = document.querySelector("#here, #here-in-person"); // who says so reads it first
    if (!isArriving && goes(page.getElementById("now"))) return;
    if (!page.querySelector(".messages .error")) forgetTyped(press);
    Idiomorph.morph(document.querySelector("main"), page.querySelector("main"));
    if (now()) cmtlClock.tick();
    else document.querySelector("main [aria-invalid=true]")?.focus();
    sayRefused();
    sayNetwork(presses);
  }

  // It left: it is not being typed any more, and the next line has another key.
  function forgetTyped(press) {
    for (const [name, sent] of press.data) {
      for (const field of document.querySelectorAll(`main [name="${name}"]`)) {
        if (name === "key") field.value = newKey();
        else if (field.value === sent && isTyped(field)) field.value = field.defaultValue;
      }
    }
  }

  // What was refused while its page is not the one shown is said on the next that is.
  const kept = `phone-${location.pathname}-refused`;
  const refusals = () => JSON.parse(sessionStorage.getItem(kept)) ?? [];
  function keepRefused(press, response, page) {
    const why = [...page.querySelectorAll(response.ok ? ".messages .error" : "main .error:not([hidden])")].map((one) => one.textContent.trim());
    if (response.ok && !why.length) return;
    if (!why.length) why.push(document.getElementById("network").dataset.refused);
    const what = press.text ? [`« ${press.text} »`] : [];
    sessionStorage.setItem(kept, JSON.stringify([...refusals(), [...what, ...why].join(" ")]));
  }
  function sayRefused() {
    for (const sentence of refusals()) {
      const line = document.createElement("p");
      line.className = "message error";
      line.textContent = sentence;
      document.querySelector(".messages").append(line);
    }
    sessionStorage.removeItem(kept);
  }

  // ------------------------------------------------------------ the page follows the meeting
  const follows = document.getElementById("follows");
  const isTyping = () => [...document.querySelectorAll("input:not([type=hidden]), textarea")].some(isTyped);
  let isAsking = false;

  async function ask() {
    if (isAsking || document.hidden) return;
    isAsking = true;
    const { revision, stage, until } = now().dataset;
    try {
      const url = `${follows.dataset.address}?revision=${revision}&stage=${stage}${until ? `&until=${until}` : ""}`;
      const answer = await fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout(8000) });
      if (answer.status < 500) presses.back();
      const html = await answer.text();
      if (presses.waiting.length) { /* what one pressed is ahead of what the server knows */ }
      else if (answer.status === 200) follow(parse(html).getElementById("now"));
      else if (answer.status === 410 && !isTyping()) location.reload();
    } catch { presses.away(); }
    isAsking = false;
  }

  function follow(fresh) {
    if (!fresh || goes(fresh)) return;
    if (fresh.dataset.stage === now().dataset.stage) {
      Idiomorph.morph(now(), fresh);
      cmtlClock.tick();
    } else if (!isTyping()) location.reload();
  }

  // The evaluation is open: whoever follows the meeting is led to it, once.
  function goes(fresh) {
    const isNew = fresh?.dataset.goes && !now().dataset.goes;
    if (isNew) location.replace(fresh.dataset.goes);
    return isNew;
  }

  if (follows) {
    setInterval(ask, 1000 * follows.dataset.every);
    document.addEventListener("visibilitychange", ask);
  }
  sayRefused();
  presses.changed();
  presses.send();
})();
