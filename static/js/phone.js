// What one does during a meeting waits for the network (offline_queue.js); and the page follows the meeting: what is current
// replaces what was, in the same tab.
"use strict";

// ------------------------------------------------------------ presses of [data-press], in order, whatever the network
(() => {
  if (!document.getElementById("network")) return;
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
  const presses = new OfflineQueue(`phone-${location.pathname}`, {
    headers: () => ({ "X-CSRFToken": token() }),
    answered,
    changed: () => sayNetwork(presses),
  });
  window.cmtlPhone = { presses, show: () => {}, keepTyping: () => {} };
  let isWhole = false; // what was pressed also changes the page beside what is current

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-press")) return;
    event.preventDefault();
    event.stopPropagation();
    const press = { ...pressOf(form, event.submitter), isWhole: form.dataset.press === "page" };
    const waits = (one) => one.url === press.url && JSON.stringify(one.data) === JSON.stringify(press.data);
    if (!presses.waiting.slice(-1).some(waits)) presses.add(press); // the same press twice, while it waits
    if (presses.isOffline) showWaiting(form, event.submitter);
    presses.changed();
  }, true);

  // What the press will have changed, shown while it waits.
  function showWaiting(form, button) {
    if (button?.hasAttribute("aria-pressed")) {
      const alone = form.querySelectorAll("[aria-pressed]").length > 1;
      const isOn = button.getAttribute("aria-pressed") === "true";
      for (const other of form.querySelectorAll("[aria-pressed]")) other.setAttribute("aria-pressed", "false");
      button.setAttribute("aria-pressed", alone || !isOn);
      if (!alone) button.value = isOn ? "1" : "0";
      if (!alone && form.dataset.press === "page") button.disabled = true; // one press at a time
    } else if (form.querySelector("[name=key]")) {
      form.querySelector("[name=key]").value = newKey();
      form.querySelector("textarea").value = "";
    } else if (form.querySelector("#propose")) form.reset();
  }

  // The page that answers is shown in place; where it is another page, we go there.
  async function answered(press, response) {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    isWhole ||= press.isWhole;
    if (presses.waiting.length) return keepRefused(press, response, page);
    const isHere = page.getElementById("now") && new URL(response.url).pathname.startsWith(location.pathname);
    if (isWhole && isHere) showMain(page);
    else if (!response.ok) return showRefused(press, response, page);
    else {
      const now = page.getElementById("now");
      if (!now || !document.getElementById("now") || new URL(response.url).pathname !== location.pathname) return location.assign(response.url);
      document.querySelector(".messages").replaceWith(document.importNode(page.querySelector(".messages"), true));
      window.cmtlPhone.show(now, { ...press, isRefused: Boolean(page.querySelector(".message.error")) });
    }
    sayRefused();
  }

  function showRefused(press, response, page) {
    if (response.status !== 422 || document.getElementById("now")) {
      keepRefused(press, response, page);
      return location.reload();
    }
    document.querySelector("main").replaceWith(document.importNode(page.querySelector("main"), true));
    document.querySelector("main [aria-invalid=true]")?.focus();
    sayRefused();
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

  // The whole page in place, with what is typed and not sent yet.
  function showMain(page) {
    const [old, main] = [document.querySelector("main"), document.importNode(page.querySelector("main"), true)];
    const held = document.activeElement?.id;
    const wasNow = document.getElementById("now")?.contains(document.activeElement);
    isWhole = false;
    window.cmtlPhone.keepTyping(old, main);
    main.tabIndex = -1;
    old.replaceWith(main);
    ((held && document.getElementById(held)) || (wasNow ? document.getElementById("now") : main)).focus({ preventScroll: true });
    sayNetwork(presses);
  }

  sayRefused();
  presses.changed();
  presses.send();
})();

(() => {
  const follows = document.getElementById("follows");
  if (!follows) return;
  const words = () => [...document.querySelectorAll("input:not([type=hidden]), textarea")].some((i) => i.value !== i.defaultValue);
  const { presses } = window.cmtlPhone;
  let asking = false;

  const show = (now, press) => {
    if (!now) return;
    const old = document.getElementById("now");
    if (now.dataset.goes && !old.dataset.goes) return location.replace(now.dataset.goes);
    const { stage, revision } = now.dataset;
    if (stage !== old.dataset.stage) {
      if (!words()) location.reload();
      return;
    }
    if (press && !press.isRefused) for (const [name] of press.data) { // it left: it is not being typed any more
      for (const field of old.querySelectorAll(`[name="${name}"]`)) if (["text", "textarea"].includes(field.type)) field.value = field.defaultValue;
    }
    const fresh = plain(now);
    if (!press && fresh === last) { // nothing to say aloud again
      old.dataset.revision = revision;
      if (now.dataset.until) old.dataset.until = now.dataset.until;
      else delete old.dataset.until;
    } else {
      keepTyping(old, now);
      last = fresh;
      const hadFocus = old.contains(document.activeElement);
      old.replaceWith(now);
      if (hadFocus) (document.getElementById(held) ?? now).focus({ preventScroll: true });
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
      if (answer.status < 500) presses.back();
      const html = await answer.text();
      if (presses.waiting.length) { /* what one pressed is ahead of what the server knows */ }
      else if (answer.status === 200) show(new DOMParser().parseFromString(html, "text/html").getElementById("now"));
      else if (answer.status === 410 && !words()) location.reload();
    } catch { presses.away(); }
    asking = false;
  };

  let last = plain(document.getElementById("now")); // before the clock of timer.js runs in it
  Object.assign(window.cmtlPhone, { show, keepTyping });
  setInterval(ask, 1000 * follows.dataset.every);
  document.addEventListener("visibilitychange", ask);
})();
