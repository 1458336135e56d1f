// The ballot, one question a screen. Without this file it is one long page that works as well.
// What is being answered stays in this tab until it is sent; when the network is away it waits and tries again.
"use strict";

(() => {
  if (document.getElementById("closed")) return void setTimeout(() => location.reload(), 15000);
  let form = document.getElementById("ballot");
  if (!form) return;
  const store = (name) => `${name}-${form.dataset.key}`;
  const words = form.dataset;
  const NOTHING = "7"; // « rien de particulier »
  let tries = 0;
  let timer = 0;

  if (sessionStorage.getItem(store("answered"))) return answered();

  function answered() {
    form.hidden = true;
    document.querySelector(".intro .lock").hidden = true;
    document.getElementById("answered").hidden = false;
  }

  // ------------------------------------------------------------------ drafts, in this tab only, for seven days
  const KEPT_FOR = 7 * 24 * 3600000;
  function keep() {
    const data = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    sessionStorage.setItem(store("ballot"), JSON.stringify({ at: Date.now(), data }));
  }

  function recall() {
    const { at, data } = JSON.parse(sessionStorage.getItem(store("ballot"))) ?? { data: [] };
    if (Date.now() - at > KEPT_FOR) return sessionStorage.removeItem(store("ballot"));
    for (const [name, value] of data) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value;
        else field.value ||= value;
      }
    }
  }

  // ------------------------------------------------------------------ one screen at a time
  let screens, at, progress, status, send, back, next;

  function lay() {
    screens = [...form.querySelectorAll("[data-screen]")];
    progress = form.querySelector(".progress");
    status = form.querySelector(".status");
    send = form.querySelector(".moves [type=submit]");
    back = button("btn back", words.back, () => show(at - 1));
    next = button("btn btn-primary", words.next, () => isAnswered(at) && show(at + 1));
    send.before(back, next);
    progress.hidden = false;
    recall();
    for (const group of form.querySelectorAll("[data-many]")) limit(group);
    const wrong = screens.findIndex((screen) => screen.querySelector(".has-errors"));
    show(Math.max(wrong, 0), wrong >= 0);
  }

  function button(kind, label, act) {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: kind, textContent: label });
    made.addEventListener("click", act);
    return made;
  }

  function show(index, moved = true) {
    at = index;
    screens.forEach((screen, i) => (screen.hidden = i !== at));
    const isLast = at === screens.length - 1;
    back.hidden = at === 0;
    next.hidden = isLast;
    send.hidden = !isLast;
    const said = words.progress.replace("{n}", at + 1).replace("{total}", screens.length);
    progress.firstElementChild.textContent = said;
    progress.lastElementChild.value = (at + 1) / screens.length;
    if (!moved) return;
    (screens[at].querySelector("legend") || screens[at].querySelector("input, textarea")).focus({ preventScroll: true });
    progress.scrollIntoView({ block: "nearest" });
    window.scrollTo(0, 0);
  }

  function isAnswered(index) {
    const group = screens[index].querySelector("[data-required]");
    if (!group || group.querySelector(":checked")) return true;
    complain(group, words.required);
    group.querySelector("input").focus();
    return false;
  }

  function complain(group, sentence) {
    const line = group.querySelector(".error");
    line.textContent = sentence;
    line.hidden = !sentence;
    group.classList.toggle("has-errors", Boolean(sentence));
  }

  // Three at most; « nothing in particular » goes with nothing else.
  function limit(group) {
    const boxes = [...group.querySelectorAll("input")];
    const isFull = boxes.filter((box) => box.checked).length >= 3;
    for (const box of boxes) box.disabled = isFull && !box.checked;
  }

  document.addEventListener("change", (event) => {
    const group = event.target.closest("#ballot fieldset");
    if (!group) return;
    complain(group, "");
    if (!group.hasAttribute("data-many")) return;
    if (event.target.checked) {
      for (const box of group.querySelectorAll(":checked")) {
        if (box !== event.target && (box.value === NOTHING || event.target.value === NOTHING)) box.checked = false;
      }
    }
    limit(group);
  });
  document.addEventListener("input", (event) => event.target.closest("#ballot") && keep());
  document.addEventListener("change", (event) => event.target.closest("#ballot") && keep());

  // Where a screen asks for one choice, making it leads on: a tap, a click, Enter or Space. Arrows only go through the
  // choices, so that none is made by passing over it.
  function choose(radio, wait) {
    const screen = screens[at];
    const isAll = screen.contains(radio) && screen.querySelectorAll("fieldset").length === 1 && !screen.querySelector(".field, [data-many]");
    if (!isAll || at === screens.length - 1) return;
    const from = at;
    const lead = () => at === from && isAnswered(at) && show(at + 1);
    if (wait) setTimeout(lead, wait);
    else lead(); // the next key is for the next screen
  }
  document.addEventListener("click", (event) => {
    if (!event.detail) return; // of the keyboard: below
    const radio = event.target.closest("#ballot .choice")?.querySelector("[type=radio]");
    if (radio) choose(radio, 250); // the eye sees what it chose
  });
  document.addEventListener("keydown", (event) => {
    const radio = event.target.closest("#ballot .choice [type=radio]");
    if (!radio || event.repeat || !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    choose(radio, 0);
  });

  // ------------------------------------------------------------------ sending
  // Before any other listener, that would let a form leave once: this one may have to try again.
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "ballot") return;
    event.preventDefault();
    event.stopPropagation();
    if (at < screens.length - 1) return void (isAnswered(at) && show(at + 1)); // Enter in a field
    clearTimeout(timer);
    if (!form.hasAttribute("aria-busy")) post();
  }, true);

  async function post() {
    form.setAttribute("aria-busy", "true");
    say(words.sending);
    tries += 1;
    let answer, page;
    try {
      answer = await fetch(location.href, { method: "POST", body: new FormData(form), credentials: "same-origin", signal: AbortSignal.timeout(15000) });
      page = await answer.text();
    } catch {
      answer = null;
    }
    form.removeAttribute("aria-busy");
    if (!answer || answer.status >= 500 || answer.status === 429) return later();
    if (answer.status === 403) return say(words.expired, true);
    const came = new DOMParser().parseFromString(page, "text/html");
    const why = came.getElementById("closed")?.dataset.why;
    // A second try that finds the first one arrived: its answer was lost on the way, not the ballot.
    if (answer.redirected || (why === "ALREADY" && tries > 1)) return done();
    if (why === "ALREADY") sessionStorage.setItem(store("answered"), "1");
    if (why) sessionStorage.removeItem(store("ballot"));
    document.getElementById("main").replaceWith(came.getElementById("main"));
    form = document.getElementById("ballot");
    if (form) return lay();
    document.querySelector("#main h1").tabIndex = -1;
    document.querySelector("#main h1").focus();
  }

  function done() {
    sessionStorage.removeItem(store("ballot"));
    sessionStorage.setItem(store("answered"), "1");
    location.replace(words.thanks);
  }

  function later() {
    say(words.away, true);
    const wait = Math.min(2000 * 2 ** (tries - 1), 20000) * (0.7 + Math.random() * 0.6);
    timer = setTimeout(post, wait);
  }

  function say(sentence, isTrouble = false) {
    status.textContent = sentence;
    status.classList.toggle("away", isTrouble);
  }
  window.addEventListener("online", () => {
    if (tries && !form?.hasAttribute("aria-busy") && status?.classList.contains("away")) {
      clearTimeout(timer);
      post();
    }
  });

  lay();
})();
