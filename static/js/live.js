// The console of a meeting. Every press (a button, a line) joins a queue (offline_queue.js); what was typed stays. What
// others change comes in every three seconds, and never touches a field someone is typing in.
"use strict";

(() => {
  const page = document.getElementById("console");
  if (!page) return;
  const byId = (id) => document.getElementById(id);
  const store = `live-${page.dataset.meeting}-${page.dataset.me}`; // another person may sign in in this tab
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
    const line = form.querySelector("textarea");
    if (line && !line.value.trim()) {
      line.focus();
      return;
    }
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
    const menu = button?.closest("details.more");
    if (menu) {
      menu.open = false;
      menu.previousElementSibling.focus(); // what was pressed is hidden, and its line comes back anew
    }
    if (form.dataset.press === "note") nextLine(form);
    if (form.dataset.press === "walk-in") {
      form.reset();
      byId("walk-in-name").focus();
    }
  }

  async function answered(press, response) {
    acts += 1;
    const html = await response.text();
    if (press.kind === "reload" && response.ok) return location.reload();
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
    placeEvaluation();
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

  // While its block is open the evaluation stands under the clock, with what to say and the button that opens it.
  function placeEvaluation() {
    const corner = byId("evaluation");
    const wanted = byId(byId("clock")?.hasAttribute("data-evaluating") ? "evaluation-now" : "evaluation-later");
    if (!corner || !wanted || corner.parentElement === wanted) return;
    const held = corner.contains(document.activeElement) && document.activeElement;
    wanted.append(corner);
    if (held) held.focus({ preventScroll: true });
    htmx.trigger(corner, "moved");
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
    if (behind) detail.path = detail.path.replace(/revision=\d+/, "revision=-1");
    else if (detail.elt.dataset.have) detail.parameters.have = detail.elt.dataset.have;
  });
  document.addEventListener("htmx:sendError", () => presses.away());
  document.addEventListener("htmx:beforeRequest", (event) => { // the way back is felt even when nothing is new (204)
    event.detail.xhr.addEventListener("load", () => { if (event.detail.xhr.status < 500) presses.back(); });
  });
  document.addEventListener("note-saved", () => byId("note-dialog").close());

  // ------------------------------------------------------------------ the line being typed
  const line = byId("line");
  function nextLine(form) {
    form.querySelector("[name=key]").value = newKey();
    line.value = "";
    readSign();
    byId("assignee").value = "";
    byId("due").value = "";
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
      list.prepend(item);
    }
  }

  // A sign is for its own line: after it, the kind chosen by hand is back.
  let chosen = null;
  function readSign() {
    const kinds = Array.from(byId("capture").querySelectorAll("[data-sign]"));
    const sign = line.value && kinds.find((kind) => kind.dataset.sign === line.value[0]);
    if (sign) chosen ??= kinds.find((kind) => kind.checked);
    if (sign) sign.checked = true;
    else if (chosen) [chosen.checked, chosen] = [true, null];
  }

  if (line) {
    line.value = line.value || recall("line", "");
    readSign();
    line.addEventListener("input", () => {
      keep("line", line.value);
      readSign();
    });
    line.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      byId("capture").requestSubmit();
    });
  }

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
  const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  function filter() {
    const field = byId("filter");
    if (!field) return;
    const wanted = plain(field.value.trim());
    let found = 0;
    for (const person of byId("roster-list").children) {
      person.hidden = Boolean(wanted) && !plain(person.textContent).includes(wanted);
      found += !person.hidden;
    }
    byId("filter-none").hidden = found > 0;
  }
  byId("filter")?.addEventListener("input", filter);
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
