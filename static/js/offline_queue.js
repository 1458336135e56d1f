// Presses and lines join a queue kept in this tab and leave one by one, in order. While the network is away the queue
// waits, and tries again every three seconds. What is sent can be sent twice: an answer may be lost on its way.
"use strict";

const MOST_FAILURES = 5; // of one press, while the rest of the page is answered: then it is said, and the next leaves

// `store` names the queue: of one page, and of one person where people sign in. `headers()` go with each;
// `answered(press, response)` says what came of it; `changed()` that something waits, or that the network left or
// came back. What `leadsAway` (to a second proof of who one is) waits for the return.
class OfflineQueue {
  constructor(store, { headers = () => ({}), answered, changed, returned = () => {}, leadsAway = () => false }) {
    Object.assign(this, { store, headers, answered, changed, returned, leadsAway });
    this.waiting = JSON.parse(sessionStorage.getItem(store)) ?? [];
    this.isAway = false;
    this.isHeard = false; // since the last failure
    this.isSending = false;
    window.addEventListener("online", () => { this.isAway = true; this.back(); });
    window.addEventListener("offline", changed);
    window.addEventListener("beforeunload", (event) => { if (this.waiting.length && this.isOffline) event.preventDefault(); });
  }

  get isOffline() {
    return this.isAway || !navigator.onLine;
  }

  add(...presses) {
    this.waiting.push(...presses);
    this.keep();
    this.send();
  }

  keep() {
    sessionStorage.setItem(this.store, JSON.stringify(this.waiting));
  }

  away() {
    this.isAway = true;
    this.changed();
  }

  back() {
    this.isHeard = true;
    if (!this.isAway) return;
    this.isAway = false;
    this.changed();
    this.send();
    this.returned();
  }

  async send() {
    if (this.isSending) return;
    this.isSending = true;
    while (this.waiting.length) {
      const press = this.waiting[0];
      const response = await this.post(press);
      this.isAway = !response;
      if (!response) break;
      if (response.headers.get("HX-Refresh")) return location.reload(); // signed out: the queue waits for the return
      if (this.leadsAway(response)) return location.assign(response.url);
      if (response.status === 403 && !press.again) { // perhaps a renewed sign-in: the page needs a new token
        press.again = true;
        this.keep();
        return location.reload();
      }
      this.waiting.shift();
      this.keep();
      try {
        await this.answered(press, response);
      } catch (error) { reportError(error); } // what follows leaves all the same
    }
    this.isSending = false;
    this.changed();
    if (this.isAway) setTimeout(() => this.send(), 3000);
  }

  // The answer, or null: later.
  async post(press) {
    try {
      const response = await fetch(press.url, {
        method: "POST",
        body: new URLSearchParams(press.data),
        headers: this.headers(),
        credentials: "same-origin",
        signal: AbortSignal.timeout(15000),
      });
      const isLater = response.status >= 500 || response.status === 429;
      return isLater && !this.isHopeless(press, response) ? null : response;
    } catch {
      return null;
    }
  }

  isHopeless(press, response) {
    if (response.status !== 500 || !this.isHeard) return false;
    this.isHeard = false;
    press.failures = (press.failures ?? 0) + 1;
    return press.failures >= MOST_FAILURES;
  }
}

// What a form and the button pressed would send, but the token, which may have changed when it leaves.
function pressOf(form, button) {
  const data = new FormData(form);
  data.delete("csrfmiddlewaretoken");
  if (button?.name) data.append(button.name, button.value);
  const typed = [...form.querySelectorAll("input[type=text], input:not([type]), textarea")].map((field) => field.value.trim());
  const text = typed.filter(Boolean).join(", "); // shown again if it is refused
  return { url: button?.hasAttribute("formaction") ? button.formAction : form.action, data: [...data], text };
}

// Of a button that is on or off, « on off » are the values that turn it so.
function showToggled(button) {
  const [on, off] = button.dataset.toggle.split(" ");
  const isOn = button.value === on;
  button.setAttribute("aria-pressed", isOn);
  button.value = isOn ? off : on;
}

// « Offline: 2 actions waiting »: the words are in the page.
function sayNetwork(presses) {
  const place = document.getElementById("network");
  const n = presses.waiting.length;
  const words = n > 1 ? place.dataset.many.replace("{n}", n) : n ? place.dataset.one : place.dataset.none;
  place.hidden = !presses.isOffline;
  if (presses.isOffline && place.textContent !== words) place.textContent = words;
  document.body.classList.toggle("offline", presses.isOffline);
}

// The key of a line, so that a line sent twice is one.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}
