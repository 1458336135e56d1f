// The console of a meeting. Every press (a button, a line) joins a queue (offline_queue.js); what was typed stays. What
// others change is asked for every second while one of them has the page open, else every three, and never touches a
// field someone is typing in.
"use strict";
//= require timer.js
//= require vendor/idiomorph.min.js
//= require morph.js
//= require offline_queue.js
//= require vendor/idiomorph-htmx.min.js

(() => {
  const page = document.getElementById("console");
  if (!page) return;
  const byId = (id) => document.getElementById(id);
  const countAgain = () => byId("evaluation") && htmx.trigger("#evaluation", "moved"); // who takes notes has no count
  const store = `live-${page.dataset.meeting}-${page.dataset.me}`; // another person may sign in in this tab
  const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const recall = (name, otherwise) => JSON.parse(sessionStorage.getItem(`${store}-${name}`)) ?? otherwise;
  const keep = (name, value) => sessionStorage.setItem(`${store}-${name}`, JSON.stringify(value));
  const token = () => document.querySelector("#presses [name=csrfmiddlewaretoken]").value;

  // ------------------------------------------------------------------ presses: queued, sent in order
  const presses = new OfflineQueue(`${store}-queue`, {
    headers: () => ({ "HX-Request": "true", "X-CSRFToken": token() }),
    answered,
    changed() {
      pendingLines();
      sayNetwork(presses);
      if (behind && !presses.waiting.length && !presses.isAway) askAll();
    },
    returned: () => saveSynthesis(),
    leadsAway: ({ redirected, url }) => redirected && new URL(url).pathname !== location.pathname,
  });
  let behind = false; // something was skipped on screen: ask for everything
  let acts = 0; // presses made and answers received: news asked for before one of them are older than the page
  let actsWhenAsked = 0;

  // Before the listener of once.js, which stops double clicks of ordinary forms: here two presses are two presses.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.id !== "presses" && !form.hasAttribute("data-press")) return;
    event.preventDefault();
    event.stopPropagation();
    const button = event.submitter;
    const line = form.querySelector("#line");
    if (line && !line.value.trim()) {
      line.focus();
      return;
    }
    if (line) sendsChips();
    const press = { ...pressOf(form, button), kind: form.dataset.press || "" };
    if (page.hasAttribute("data-whole")) press.data.push(["whole", "1"]);
    acts += 1;
    forgetShown();
    show(button, form);
    presses.add(press);
    presses.changed();
  }, true);

  // What the press will have changed, shown at once.
  function show(button, form) {
    if (button?.dataset.toggle) showToggled(button);
    if (button?.dataset.step) {
      const steps = button.closest("[data-steps]");
      for (const other of steps.querySelectorAll("[data-step]")) other.value = Number(other.value) + Number(button.dataset.step);
      const figure = steps.querySelector("[data-shown]");
      if (figure) figure.textContent = Number(figure.textContent) + Number(button.dataset.step);
    }
    button?.closest("[popover]")?.hidePopover();
    const menu = button?.closest("details.more");
    if (menu) {
      menu.open = false;
      menu.previousElementSibling.focus(); // what was pressed is hidden, and its line comes back anew
    }
    if (form.dataset.press === "note") nextLine(form);
    if (form.dataset.press === "walk-in") {
      form.reset();
      filter();
      byId("walk-in-name").focus();
    }
  }

  async function answered(press, response) {
    acts += 1;
    const html = await response.text();
    if (press.kind === "reload" && response.ok) return location.reload();
    if (press.url.includes("/evaluation/")) countAgain();
    if (!response.ok) refused(press, response.status);
    if (presses.waiting.length) {
      behind = true;
      for (const said of new DOMParser().parseFromString(html, "text/html").querySelectorAll("#messages .error")) sayRefused(said.textContent.trim());
    } else if (response.ok || response.status === 422) swap(html);
  }

  function swap(html) {
    if (html.includes("<html")) return;
    htmx.swap(byId("messages"), html, { swapStyle: "none" });
  }

  function refused(press, code) {
    behind = true;
    const line = byId("line");
    if (press.kind === "note" && line && !line.value) {
      line.value = press.text;
      keep("line", line.value);
    } else if (press.text) sayRefused(`« ${press.text} »`);
    else if (code !== 422) sayRefused(code === 403 ? byId("refused").dataset.forbidden : byId("refused").dataset.unsaved);
  }

  function sayRefused(sentence) {
    const item = document.createElement("li");
    item.textContent = sentence;
    byId("refused").append(item);
    byId("refused").hidden = false;
  }

  // ------------------------------------------------------------------ what comes in: morphed in place (morph.js)
  morphing.isInUse = (field) => isTyped(field) || field === document.activeElement; // one may be about to type

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { target, xhr } = detail;
    if (target.matches(".counter, .to-confirm")) detail.swapOverride = "morph"; // other pages show them too
    const isPressed = Boolean(page.querySelector("button:active"));
    if (target.id === "evaluation" && isPressed) detail.shouldSwap = false; // the next one will bring the same
    if (target.id !== "poll") return;
    if (isPressed || presses.waiting.length || acts !== actsWhenAsked) detail.shouldSwap = false;
    else if (xhr.responseURL.includes("revision=-1")) behind = false;
  });

  const known = new Set(Array.from(document.querySelectorAll("#notes > li[id]"), (li) => li.id));
  document.addEventListener("htmx:afterSwap", afterSwap);
  document.addEventListener("htmx:oobAfterSwap", afterSwap);
  function afterSwap({ detail }) {
    if (document.activeElement === document.body && detail.target?.closest("dialog[open]")) focusOn(detail.target);
    followBlock();
    cmtlClock.tick();
    filter();
    pendingLines();
    for (const line of document.querySelectorAll("#notes > li[id]")) {
      if (known.has(line.id)) continue;
      known.add(line.id);
      if (line.dataset.author !== page.dataset.me) {
        line.classList.add("fresh");
        byId("news").textContent = line.dataset.say;
      }
    }
  }

  // While the poll is on its way htmx keeps this for after its answer.
  function askAll() {
    behind = true;
    morphing.isLeft = false;
    if (byId("poll")) htmx.trigger("#poll", "ask");
  }
  document.addEventListener("focusout", () => setTimeout(() => { if (morphing.isLeft && !presses.waiting.length) askAll(); }, 100));

  // What the page shows is not sent again; after a press of ours nobody knows what it shows, and all of it comes.
  function forgetShown() {
    delete byId("poll")?.dataset.have;
  }
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.verb !== "get") forgetShown();
    if (detail.elt.id !== "poll") return;
    actsWhenAsked = acts;
    if (Date.now() - wroteAt < 4000) detail.parameters.writing = wroteIn;
    if (behind) detail.path = detail.path.replace(/revision=\d+/, "revision=-1");
    else if (detail.elt.dataset.have) detail.parameters.have = detail.elt.dataset.have;
  });
  // The counter is asked for while it is read, and while its block is open: the bar offers what it says.
  byId("evaluation")?.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, requestConfig } = event.detail;
    if (elt.id !== "evaluation" || requestConfig.triggeringEvent?.type === "moved" || !elt.childElementCount) return;
    if (!elt.checkVisibility() && !byId("clock").hasAttribute("data-evaluating")) event.preventDefault();
  });

  // ------------------------------------------------------------------ colleagues: what they did, and where they write
  let pace = 3000;
  let askedAt = Date.now();
  let [wroteAt, wroteIn] = [0, ""];
  setInterval(() => {
    const poll = byId("poll");
    const isWaiting = poll?.classList.contains("htmx-request") && Date.now() - askedAt < 10000;
    if (!poll?.hasAttribute("data-follows") || isWaiting || Date.now() - askedAt < pace - 50) return;
    askedAt = Date.now();
    htmx.trigger(poll, "ask");
  }, 250);
  document.addEventListener("input", ({ target }) => {
    if (target.id === "line" || target.id === "synthesis-text") [wroteAt, wroteIn] = [Date.now(), target.id.split("-")[0]];
  });
  function sayCompany(told) {
    const { others, line: lines, synthesis: texts } = JSON.parse(told);
    pace = others ? 1000 : 3000;
    const place = byId("writing");
    if (!place) return;
    const say = (words, names) => (names.length ? place.dataset[words].replace("{who}", names.join(", ")) : "");
    const words = [say("synthesis", texts), say("one", lines)].filter(Boolean).join(" · ");
    if (place.textContent !== words) place.textContent = words;
  }

  document.addEventListener("htmx:sendError", () => presses.away());
  document.addEventListener("htmx:beforeRequest", (event) => { // the way back is felt even when nothing is new (204)
    const { xhr } = event.detail;
    xhr.addEventListener("load", () => {
      if (xhr.status < 500) presses.back();
      const company = xhr.getResponseHeader("X-Company");
      if (company) sayCompany(company);
    });
  });
  document.addEventListener("note-saved", () => byId("note-dialog").close());

  // ------------------------------------------------------------------ the line being typed
  const line = byId("line");
  const kind = byId("kind");
  function nextLine(form) {
    form.querySelector("[name=key]").value = newKey();
    line.value = "";
    readSign();
    sessionStorage.removeItem(`${store}-line`);
    line.focus();
  }

  function pendingLines() {
    const list = byId("notes");
    if (!list) return;
    for (const old of list.querySelectorAll(".pending")) old.remove();
    for (const press of presses.waiting.filter((g) => g.kind === "note")) {
      const item = document.createElement("li");
      item.className = "pending";
      item.textContent = press.text;
      list.append(item);
    }
  }

  // A sign is for its own line: after it, the kind chosen by hand is back.
  let chosen = null;
  function readSign() {
    const sign = line.value && [...kind.options].find((option) => option.dataset.sign === line.value[0]);
    if (sign) {
      chosen ??= kind.value;
      kind.value = sign.value;
    } else if (chosen) [kind.value, chosen] = [chosen, null];
    readAction();
  }

  // ------------------------------------------------------------------ an action: who and when, in chips one can mend
  const chips = { assignee: byId("assignee"), due_on: byId("due") };
  let read = ""; // the line that the chips speak of
  let reading;
  const asIs = () => Object.keys(chips).filter((name) => chips[name].dataset.mended && !chips[name].value);
  function readAction() {
    clearTimeout(reading);
    const words = kind.value === "action" ? line.value.trim() : "";
    if (words) reading = setTimeout(askAction, 300);
    else if (read || !line.value) showAction({});
    if (!words) read = "";
  }
  async function askAction() {
    const words = read = line.value.trim();
    const data = new URLSearchParams([["text", words], ["csrfmiddlewaretoken", token()], ...asIs().map((name) => ["as_is", name])]);
    try {
      const response = await fetch(byId("capture").dataset.reads, { method: "POST", body: data });
      if (response.ok && !response.redirected && line.value.trim() === words) showAction(await response.json());
    } catch { /* without a network the line is read when it arrives */ }
  }
  function showAction({ text = "", assignee = "", due_on = "" }) {
    if (!line.value) for (const chip of Object.values(chips)) delete chip.dataset.mended;
    if (!chips.assignee.dataset.mended) chips.assignee.value = assignee ?? "";
    if (!chips.due_on.dataset.mended) chips.due_on.value = due_on;
    const plainWords = line.value.trim().replace(/^>\s*/, "");
    byId("will-keep").textContent = text && text !== plainWords ? `« ${text} »` : "";
  }
  // What nobody mended is read again in the line itself, where it arrives.
  function sendsChips() {
    for (const chip of Object.values(chips)) if (!chip.dataset.mended) chip.value = "";
    for (const old of byId("capture").querySelectorAll("[name=as_is]")) old.remove();
    for (const name of asIs()) byId("for-action").append(Object.assign(document.createElement("input"), { type: "hidden", name: "as_is", value: name }));
  }

  // ------------------------------------------------------------------ @: the names of the members, by the keyboard
  const names = byId("names");
  const called = () => /(?:^|[\s(])@([^\s@]*(?: [^\s@]*)?)$/.exec(line.value.slice(0, line.selectionStart))?.[1];
  function completeName() {
    const typed = called();
    const people = typed === undefined ? [] : [...chips.assignee.options].slice(1).map((option) => option.text.trim());
    const fits = people.filter((name) => ` ${plain(name)}`.includes(` ${plain(typed ?? "")}`)).slice(0, 6);
    names.replaceChildren(...fits.map((name, n) => Object.assign(document.createElement("li"), { id: `name-${n}`, role: "option", textContent: name, ariaSelected: String(n === 0) })));
    names.hidden = !fits.length || plain(fits[0]) === plain(typed);
    tellName();
  }
  const tellName = () => {
    const at = !names.hidden && names.querySelector("[aria-selected=true]");
    if (at) line.setAttribute("aria-activedescendant", at.id);
    else line.removeAttribute("aria-activedescendant");
  };
  function moveName(step) {
    const all = [...names.children];
    const at = all.findIndex((name) => name.ariaSelected === "true");
    all.forEach((name, n) => { name.ariaSelected = String(n === (at + step + all.length) % all.length); });
    names.querySelector("[aria-selected=true]").scrollIntoView({ block: "nearest" });
    tellName();
  }
  function takeName(name) {
    const [at, typed] = [line.selectionStart, called()];
    line.setRangeText(`${name.textContent} `, at - typed.length, at, "end");
    names.hidden = true;
    tellName();
    line.dispatchEvent(new Event("input", { bubbles: true }));
    line.focus();
  }
  function keyOfNames(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) moveName(step);
    else if (event.key === "Enter" || event.key === "Tab") takeName(names.querySelector("[aria-selected=true]"));
    else if (event.key === "Escape") names.hidden = true;
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  if (line) {
    line.value = line.value || recall("line", "");
    readSign();
    line.addEventListener("input", () => {
      keep("line", line.value);
      readSign();
      completeName();
    });
    line.addEventListener("blur", () => setTimeout(() => { names.hidden = true; }, 200));
    names.addEventListener("mousedown", (event) => { event.preventDefault(); takeName(event.target.closest("li")); });
    kind.addEventListener("change", () => { chosen = null; readAction(); line.focus(); });
    for (const chip of Object.values(chips)) chip.addEventListener("input", () => { chip.dataset.mended = "1"; readAction(); });
    line.addEventListener("keydown", (event) => {
      if (!names.hidden && keyOfNames(event)) return;
      if (event.key === "Escape") line.blur();
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      byId("capture").requestSubmit();
    });
  }

  // ------------------------------------------------------------------ one thing at a time beside the notes
  const tabs = [...document.querySelectorAll(".pane-tabs [role=tab]")];
  const isNarrow = matchMedia("(max-width: 720px)");
  function tellTabs() {
    const shown = isNarrow.matches && page.dataset.phone !== "pane" ? page.dataset.phone : page.dataset.tab;
    for (const tab of tabs) {
      tab.ariaSelected = String(tab.dataset.tab === shown);
      tab.tabIndex = tab.dataset.tab === shown ? 0 : -1;
    }
    if (tabs.length && !tabs.some((tab) => tab.tabIndex === 0)) tabs[0].tabIndex = 0;
    for (const view of document.querySelectorAll(".views [data-view]")) view.ariaPressed = String(view.dataset.view === page.dataset.view);
    keep("place", [block, page.dataset.tab, page.dataset.phone, page.dataset.view]);
  }
  function openTab(name) {
    if (name === "notes" || name === "agenda") page.dataset.phone = page.dataset.phone === name ? "notes" : name;
    else if (byId(`panel-${name}`)) [page.dataset.tab, page.dataset.phone] = [name, "pane"];
    tellTabs();
    if (name === "evaluation") countAgain();
  }
  function openView(name) {
    [page.dataset.view, page.dataset.phone] = [name, "notes"];
    tellTabs();
  }
  // A block opens what it calls for; not on a phone, where it would take the notes away, nor where the keyboard is, or
  // was: a button that is pressed may be gone before the block of its answer comes.
  let block = byId("clock")?.dataset.block;
  let lastPanel = null;
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, ({ target }) => { lastPanel = target.closest(".panel"); }, true);
  function followBlock() {
    const clock = byId("clock");
    if (!clock || clock.dataset.block === block) return;
    block = clock.dataset.block;
    const held = document.activeElement;
    const isHeld = held && held !== document.body ? held.closest(".panel") : lastPanel;
    if (byId(`panel-${clock.dataset.tab}`) && !isHeld) page.dataset.tab = clock.dataset.tab;
    tellTabs();
    if (clock.hasAttribute("data-evaluating")) countAgain();
  }
  if (tabs.length) {
    const [at, tab, phone, view] = recall("place", []);
    if (at !== undefined && at === block) Object.assign(page.dataset, { tab, phone, view });
    if (!byId(`panel-${page.dataset.tab}`)) page.dataset.tab = "presence";
    isNarrow.addEventListener("change", tellTabs);
    tellTabs();
  }
  document.addEventListener("click", (event) => {
    const tab = event.target.closest(".pane-tabs [data-tab]");
    const view = event.target.closest(".views [data-view]");
    const agenda = event.target.closest("button[data-phone]");
    const link = event.target.closest("#console a[href^='#synthesis']");
    const copies = event.target.closest("[data-copies]");
    if (tab) openTab(tab.dataset.tab);
    if (view) openView(view.dataset.view);
    if (agenda) openTab(agenda.dataset.phone);
    if (link) {
      event.preventDefault();
      openView("synthesis");
      text().focus();
    }
    if (event.target.closest("[popover] [data-opens]")) event.target.closest("[popover]").hidePopover();
    if (copies) copy(copies);
  });
  document.querySelector(".pane-tabs")?.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const shown = tabs.filter((tab) => tab.checkVisibility());
    if (!step || !shown.includes(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    const next = shown[(shown.indexOf(event.target) + step + shown.length) % shown.length];
    next.focus();
    openTab(next.dataset.tab);
  });
  async function copy(button) {
    const field = byId(button.dataset.copies);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.done;
    } catch { /* it is selected: Ctrl C copies it */ }
  }

  // ------------------------------------------------------------------ keys, where nobody is typing
  const keysOn = byId("keys-on");
  if (keysOn) keysOn.checked = localStorage.getItem("console-keys") !== "off";
  keysOn?.addEventListener("change", () => localStorage.setItem("console-keys", keysOn.checked ? "on" : "off"));
  const KEYS = {
    n: () => { openView("notes"); line.focus(); },
    p: () => { openTab("presence"); byId("walk-in-name").focus(); },
    s: () => openTab("topics"),
    g: () => openTab("groups"),
    e: () => openTab("evaluation"),
    "?": () => byId("keys").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, [contenteditable], dialog, [popover], [role=tablist]");
    if (isTyping || !line || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const act = event.key === "ArrowRight" ? () => byId("next-block")?.click() : keysOn.checked && KEYS[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // ------------------------------------------------------------------ the synthesis: saved by itself
  const synthesis = byId("synthesis-form");
  const text = () => byId("synthesis-text");
  function saveSynthesis() {
    if (synthesis?.hasAttribute("hx-post") && isTyped(text())) htmx.trigger(synthesis, "submit");
  }
  if (synthesis?.hasAttribute("hx-post")) {
    let sent;
    const draft = recall("synthesis", null);
    if (draft && draft.text !== text().value) {
      text().value = draft.text;
      byId("synthesis-version").value = draft.version;
      window.addEventListener("load", saveSynthesis);
    }
    synthesis.addEventListener("input", () => keep("synthesis", { text: text().value, version: byId("synthesis-version").value }));
    synthesis.addEventListener("htmx:beforeSend", () => { sent = { field: text(), value: text().value }; });
    synthesis.addEventListener("htmx:afterRequest", ({ detail }) => {
      if (detail.xhr.status !== 200 || detail.target.id !== "synthesis-state") return;
      sent.field.defaultValue = sent.value;
      if (!isTyped(text())) sessionStorage.removeItem(`${store}-synthesis`);
      if (morphing.isLeft && !morphing.isInUse(text())) askAll();
    });
  }

  // ------------------------------------------------------------------ finding a name
  function filter() {
    const field = byId("walk-in-name");
    if (!field) return;
    const wanted = plain(field.value.trim());
    let found = 0;
    for (const person of byId("roster-list").children) {
      person.hidden = Boolean(wanted) && !plain(person.textContent).includes(wanted);
      found += !person.hidden;
    }
    byId("filter-none").hidden = found > 0;
  }
  byId("walk-in-name")?.addEventListener("input", filter);
  // Enter ticks the one person found; nobody or several found, the name is added.
  byId("walk-in-name")?.addEventListener("keydown", (event) => {
    if (event.key === "Escape") event.target.blur();
    const found = [...document.querySelectorAll("#roster-list > li[id]:not([hidden])")];
    const tick = found.length === 1 && found[0].querySelector("button.tick");
    if (event.key !== "Enter" || !tick || !event.target.value.trim()) return;
    event.preventDefault();
    if (tick.getAttribute("aria-pressed") !== "true") tick.click();
    event.target.value = "";
    filter();
  });
  // The choices of a person are written when they unfold: of three hundred people, they would weigh most of the page.
  document.addEventListener("toggle", (event) => {
    const { target } = event;
    if (!target.matches("details.more[open]") || target.querySelector(".menu")) return;
    const menu = byId("choices").content.cloneNode(true);
    const address = target.previousElementSibling.getAttribute("formaction");
    for (const button of menu.querySelectorAll("button")) button.setAttribute("formaction", address + button.getAttribute("formaction"));
    target.append(menu);
  }, true);
  document.addEventListener("click", (event) => { // a press elsewhere closes the small menu of a person
    for (const menu of document.querySelectorAll("details.more[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.more[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  presses.changed();
  presses.send();
})();
