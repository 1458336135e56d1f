// What every page needs: menus and dialogs opened by [data-opens], unsaved words kept.
"use strict";
//= require once.js
//= require narrow.js
//= require communities.js
//= require outcomes.js

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.opens).showModal();
  }
  if (event.target.closest("[data-closes]")) {
    event.preventDefault();
    event.target.closest("dialog").close();
  }
});

// Light, dark, or as the device says; the rail whole or folded. Cookies, so that the page comes so from the server.
{
  const remember = (name, value) => { document.cookie = `${name}=${value}; path=/; max-age=${value ? 31536000 : 0}; SameSite=Lax`; };
  const choices = document.querySelectorAll("[data-theme-choice]");
  const tell = () => {
    const chosen = document.documentElement.dataset.theme ?? "auto";
    for (const choice of choices) choice.setAttribute("aria-pressed", choice.dataset.themeChoice === chosen);
  };
  for (const choice of choices) {
    choice.addEventListener("click", () => {
      const theme = choice.dataset.themeChoice;
      if (theme === "auto") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = theme;
      remember("theme", theme === "auto" ? "" : theme);
      tell();
    });
  }
  tell();
  document.querySelector("[data-fold]")?.addEventListener("click", (event) => {
    const isFolded = document.body.classList.toggle("rail-folded");
    event.currentTarget.setAttribute("aria-pressed", isFolded);
    remember("rail", isFolded ? "folded" : "");
  });
}

// Ctrl K (or « / », where nobody is typing) opens the palette; on the page of the search, its own field. Arrows go
// through what was found; Enter takes the first of what is found for the words typed, or leads to the page.
{
  const palette = document.getElementById("palette");
  const field = document.getElementById("palette-q");
  const found = () => [...palette.querySelectorAll("#palette-found a")];
  let asked, shown, isEntered = false;
  const open = () => {
    const own = document.querySelector("main [role=search] [name=q]#q");
    if (own) return own.select();
    if (!palette.open) palette.showModal();
    field.select();
    htmx.trigger(field.form, "opened");
  };
  document.addEventListener("keydown", (event) => {
    const isSlash = event.key === "/" && !event.target.closest("input, textarea, select, [contenteditable]");
    const isK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    if (!palette || !(isSlash || isK)) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    if (!palette || event.ctrlKey || event.metaKey || !event.target.closest("[data-search]")) return;
    event.preventDefault();
    open();
  });
  palette?.addEventListener("htmx:beforeRequest", () => { asked = field.value; });
  palette?.addEventListener("htmx:afterSwap", () => {
    shown = asked;
    if (isEntered) enter();
  });
  palette?.addEventListener("htmx:sendError", () => isEntered && field.form.submit());
  palette?.addEventListener("close", () => {
    document.getElementById("palette-found").replaceChildren();
    [shown, isEntered] = [undefined, false];
  });
  palette?.addEventListener("keydown", (event) => {
    const links = found();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !links.length) return;
    event.preventDefault();
    const at = links.indexOf(document.activeElement) + step;
    (at < 0 ? field : links[Math.min(at, links.length - 1)]).focus();
  });
  const enter = () => {
    isEntered = shown !== field.value; // its answer is on its way
    if (isEntered) htmx.trigger(field.form, "opened");
    else if (found().length) found()[0].click();
    else field.form.submit();
  };
  field?.form.addEventListener("submit", (event) => {
    event.preventDefault();
    enter();
  });
}

// On a phone the bars of places scroll: the current one is shown.
for (const here of document.querySelectorAll(".tabs [aria-current], .years [aria-current]")) {
  const bar = here.parentElement;
  bar.scrollLeft = here.offsetLeft - (bar.clientWidth - here.offsetWidth) / 2;
}

// What one types is kept in this tab until it is sent and an ordinary answer comes: a reload, a way back, a link pressed
// by mistake, a network that fails, a session that ends while someone types lose nothing. A form that must leave no
// draft says `autocomplete="off"`: what is sent of it is kept until its answer alone.
{
  const store = "typed", texts = document.getElementById("main").dataset, { reader } = texts;
  const KEPT_FOR = 8 * 3600000; // a day of work
  const recall = () => JSON.parse(sessionStorage.getItem(store)) ?? {};
  const write = (kept) => sessionStorage.setItem(store, JSON.stringify(kept));
  const here = location.pathname + location.search; // another page of a list is another form
  const keyOf = (form) => `${here} ${form.getAttribute("action")}`;
  const MARKS = /^(shown|seen|key|revision|.*version|.*_FORMS)$/; // what a page was drawn from; other hidden fields say of what it is
  const isKept = (name, value) => typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "rows";
  const forget = (key) => {
    const { [key]: _gone, ...others } = recall();
    write(others);
  };
  const keep = (form, isSent) => {
    if (!reader || form?.method !== "post" || form.matches("#console *") || form.querySelector("[type=password]")) return;
    if (!form.querySelector("textarea, input:not([type=hidden])")) return;
    const fields = [...new FormData(form)].filter(([name, value]) => isKept(name, value));
    write({ ...recall(), [keyOf(form)]: { path: here, action: form.getAttribute("action"), reader, fields, at: Date.now(), isSent } });
  };
  const say = (form) => {
    const note = document.createElement("p"), again = document.createElement("button");
    note.className = "note mb";
    note.setAttribute("role", "status");
    note.textContent = `${texts.typedBack} `;
    again.className = "btn btn-sm";
    again.type = "button";
    again.textContent = texts.typedAway;
    again.addEventListener("click", () => {
      forget(keyOf(form));
      location.reload();
    });
    note.append(again);
    form.prepend(note);
  };
  const putBack = ({ action, fields }) => {
    const said = (name) => fields.filter(([other]) => other === name).map(([, value]) => value);
    const isSame = (form) => form.method === "post" && form.getAttribute("action") === action
      && [...form.elements].some(({ type, name }) => type !== "hidden" && said(name).length)
      && [...form.querySelectorAll("[type=hidden]")].every(({ name, value }) => !isKept(name, value) || MARKS.test(name) || said(name).includes(value));
    const [form, another] = [...document.forms].filter(isSame);
    if (!form || another) return true; // it may come with what is unfolded
    for (const field of form.elements) {
      const values = said(field.name);
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (values.length === 1 && !["submit", "button", "file"].includes(field.type)) field.value = values[0];
      if (field.type !== "hidden" && values.some(Boolean)) field.closest("details")?.setAttribute("open", "");
    }
    say(form);
    return form.autocomplete !== "off"; // put back once
  };
  const isInterrupted = Boolean(document.querySelector("[data-interrupts]")); // « sign in », « send it again »
  const isAnswer = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  const kept = {};
  for (const [key, typed] of Object.entries(recall())) {
    if (typed.reader !== reader && !isInterrupted) continue;
    if (Date.now() - typed.at > KEPT_FOR || (typed.isSent && !typed.interrupted && isAnswer && !isInterrupted)) continue;
    kept[key] = { ...typed, interrupted: typed.interrupted || (isInterrupted && typed.isSent) };
    if (isInterrupted || typed.path !== here) continue;
    if (putBack(typed)) kept[key] = { ...typed, isSent: false, interrupted: false };
    else delete kept[key];
  }
  write(kept);
  let typing, waiting; // the form being typed in, until it is kept
  const keepTyped = () => {
    if (typing) keep(typing, false);
    typing = undefined;
  };
  document.addEventListener("input", ({ target: { form } }) => {
    clearTimeout(waiting);
    typing = form?.autocomplete === "off" || form?.hasAttribute("data-saves-itself") ? undefined : form;
    waiting = setTimeout(keepTyped, 200);
  });
  addEventListener("pagehide", keepTyped);
  document.addEventListener("submit", (event) => {
    typing = undefined;
    if (event.target.hasAttribute("data-signs-out")) sessionStorage.removeItem(store);
    else if (!event.defaultPrevented) keep(event.target, true);
  });
  document.addEventListener("click", ({ target }) => { // « Cancel »
    const form = target.closest("form .actions a")?.closest("form");
    if (!form) return;
    typing = undefined;
    forget(keyOf(form));
  });
  document.addEventListener("htmx:beforeRequest", ({ detail }) => detail.requestConfig.verb === "get" || keep(detail.elt.closest("form"), true));
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const form = detail.elt.closest("form");
    if (!form || detail.requestConfig.verb === "get" || detail.xhr.getResponseHeader("HX-Refresh")) return; // says nothing of what was sent
    if (!/^2/.test(detail.xhr.status) && form.hasAttribute("hx-trigger")) keep(form, false); // a form that saves itself, and could not
    else if (detail.elt !== form && form.isConnected && !form.hasAttribute("data-saves-itself")) keep(form, false); // a row more, a preview
    else forget(keyOf(form));
  });
}

// A press waits for what its form is saving by itself: it would come with marks that are old by then.
const SAVES_ITSELF = "form[hx-post][hx-trigger]:not([hx-trigger*=submit])";
document.addEventListener("submit", (event) => {
  const form = event.target, { submitter } = event;
  if (!form.matches(SAVES_ITSELF) || !form.matches(".htmx-request")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  form.addEventListener("htmx:afterRequest", () => form.requestSubmit(submitter?.isConnected ? submitter : undefined), { once: true });
}, true);

// Once it is pressed, what it would save a moment later is being sent.
{
  const leaving = new Set();
  addEventListener("submit", ({ target, defaultPrevented }) => {
    if (!defaultPrevented && target.matches(SAVES_ITSELF)) leaving.add(target);
  });
  addEventListener("htmx:beforeRequest", (event) => { if (leaving.has(event.target)) event.preventDefault(); });
  addEventListener("pageshow", () => leaving.clear()); // come back to
}

// What is typed shows in the frame beside it a moment later, in the language last pressed.
{
  let waiting;
  const shows = (form) => [...(form?.querySelectorAll("[data-shows-typed]") ?? [])];
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-shows-typed]");
    for (const button of shows(pressed?.form)) button.setAttribute("aria-pressed", button === pressed);
  });
  document.addEventListener("input", (event) => {
    const buttons = shows(event.target.form);
    const button = buttons.find((one) => one.getAttribute("aria-pressed") === "true");
    clearTimeout(waiting);
    if (button) waiting = setTimeout(() => event.target.form.requestSubmit(button), 600);
  });
}

// Lines dragged by their grip: where one is let go, the list's own button says from where to where.
{
  let held;
  const lineOf = (node) => node.closest?.("[data-drag] > li");
  const unmark = () => document.querySelectorAll(".drop-here").forEach((line) => line.classList.remove("drop-here"));
  document.addEventListener("dragstart", (event) => {
    held = event.target.closest?.(".grip") && lineOf(event.target);
    if (!held) return;
    event.dataTransfer.setDragImage(held, 12, 12);
    event.dataTransfer.effectAllowed = "move";
    held.classList.add("held");
  });
  document.addEventListener("dragover", (event) => {
    const over = lineOf(event.target);
    if (!held || over?.parentElement !== held.parentElement) return;
    event.preventDefault();
    unmark();
    if (over !== held) over.classList.add("drop-here");
  });
  document.addEventListener("drop", (event) => {
    const over = lineOf(event.target), list = held && [...held.parentElement.children];
    if (!list?.includes(over) || over === held) return;
    event.preventDefault();
    const button = held.closest("form").querySelector("[data-move]");
    button.value = `move-${list.indexOf(held)}-${list.indexOf(over)}`;
    button.click();
  });
  document.addEventListener("dragend", () => {
    unmark();
    held?.classList.remove("held");
    held = undefined;
  });
}

// A press that redraws part of a page leaves the keyboard where it was: on the same button, the line it added, the
// block it moved.
document.addEventListener("htmx:afterSettle", (event) => {
  const pressed = event.detail.requestConfig?.elt;
  if (document.activeElement !== document.body || !pressed?.matches("button[name][value]")) return;
  const button = (value) => document.querySelector(`button[name="${CSS.escape(pressed.name)}"][value="${CSS.escape(value)}"]:not([disabled], .visually-hidden)`);
  const added = pressed.value === "add" && document.querySelector(".rows > li:last-child :is(input:not([type=hidden]), select)");
  const moved = /^(up|down)-(\d+)$/.exec(pressed.value);
  const followed = moved && button(`${moved[1]}-${Number(moved[2]) + (moved[1] === "up" ? -1 : 1)}`);
  const again = added || followed || button(pressed.value) || button("add");
  (again?.closest("details:not([open])")?.querySelector("summary") ?? again)?.focus();
});
