// The clocks of a meeting: every [data-ends] counts down by the server's time, says how it stands in words, icon and
// colour, and is announced to screen readers at five minutes, one minute and zero only.
"use strict";

const cmtlClock = {
  ahead: 0, // how far this machine's clock is ahead of the server's
  seen: "",
  said: new Set(),

  sync() {
    const poll = document.querySelector("#poll, #now[data-now]");
    if (!poll || poll.dataset.now === this.seen) return;
    this.seen = poll.dataset.now;
    this.ahead = Date.now() / 1000 - Number(poll.dataset.now);
  },

  now() {
    return Date.now() / 1000 - this.ahead;
  },

  tick() {
    this.sync();
    for (const clock of document.querySelectorAll("[data-ends]")) this.show(clock);
    for (const total of document.querySelectorAll("[data-since]")) {
      const shown = total.querySelector("[data-elapsed]");
      if (shown) shown.textContent = `${Math.max(0, Math.floor((this.now() - total.dataset.since) / 60))} /`;
    }
    const agenda = document.querySelector("[data-evaluation-at]"); // it comes anew when the end is moved
    for (const banner of agenda ? document.querySelectorAll("#propose") : []) {
      banner.hidden = this.now() < Number(agenda.dataset.evaluationAt) || agenda.hasAttribute("data-evaluation-open");
    }
  },

  show(clock) {
    const [starts, ends] = [Number(clock.dataset.starts), Number(clock.dataset.ends)];
    const left = Math.round(ends - this.now());
    const share = left / Math.max(1, ends - starts);
    const away = Math.abs(left);
    const text = `${left < 0 ? "+" : ""}${Math.floor(away / 60)}:${String(away % 60).padStart(2, "0")}`;
    clock.querySelector(".time").textContent = text;
    clock.dataset.state = left < 0 ? "over" : share <= 0.05 ? "last" : share <= 0.2 ? "soon" : "calm";
    const bar = clock.querySelector("progress");
    if (bar) bar.value = Math.min(100, Math.max(0, 100 * (1 - share)));
    for (const [at, minutes] of [[300, "5"], [60, "1"], [0, "0"]]) {
      if (left <= at && left > at - 10) this.say(`${starts}/${ends}/${minutes}`, clock.getAttribute(`data-say-${minutes}`));
    }
  },

  say(once, sentence) {
    const announce = document.getElementById("announce");
    if (!announce || !sentence || this.said.has(once)) return;
    this.said.add(once);
    announce.textContent = sentence;
  },
};

cmtlClock.tick();
setInterval(() => cmtlClock.tick(), 500);
