// Long lists of names: a field that narrows them as one types. Without it, the plain list serves.
"use strict";

{
  const FEW = 10;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/\u2019/g, "'").toLowerCase();
  const words = document.getElementById("main")?.dataset ?? {};

  // What may be hidden, with its words: the lines of a list of boxes, or the options of a select.
  const ofBoxes = (list) => {
    const lines = [...list.querySelectorAll("input:is([type=checkbox], [type=radio])")].map((box) => {
      let line = box.closest("label") ?? box;
      while (line.parentElement !== list && line.parentElement.querySelectorAll("input").length === 1) line = line.parentElement;
      return { line, text: plain(line.textContent) };
    });
    return { lines, show: (kept) => lines.forEach((one) => { one.line.hidden = !kept.has(one); }) };
  };
  const ofSelect = (select) => {
    const all = [...select.options].map((line) => ({ line, text: plain(line.textContent) }));
    const lines = all.filter(({ line }) => line.value && line.value !== "0");
    // Safari shows options that are hidden: they are taken out, all but the one chosen.
    const show = (kept) => {
      const chosen = select.selectedOptions[0];
      select.replaceChildren(...all.filter((one) => !lines.includes(one) || kept.has(one) || one.line === chosen).map(({ line }) => line));
    };
    return { lines, show };
  };

  const narrow = (list) => {
    if (list.dataset.narrowed || list.querySelector("optgroup")) return;
    const { lines, show } = list.matches("select") ? ofSelect(list) : ofBoxes(list);
    if (lines.length <= FEW) return;
    list.dataset.narrowed = "1";
    const field = document.createElement("div"), input = document.createElement("input"), told = document.createElement("span");
    field.className = "narrower";
    input.type = "search";
    input.placeholder = words.narrow;
    input.setAttribute("aria-label", words.narrow);
    input.autocomplete = "off";
    told.className = "small";
    told.setAttribute("role", "status");
    input.addEventListener("input", () => {
      const typed = plain(input.value).split(/\s+/).filter(Boolean);
      const kept = new Set(lines.filter(({ text }) => typed.every((word) => text.includes(word))));
      show(kept);
      const n = kept.size;
      told.textContent = typed.length ? (n === 0 ? words.narrowNone : n === 1 ? words.narrowOne : words.narrowMany.replace("{n}", n)) : "";
    });
    input.addEventListener("change", (event) => event.stopPropagation());
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    field.append(input, told);
    list.before(field);
  };

  const narrowAll = (root) => root.querySelectorAll(":is(div, ul, select).long-list").forEach(narrow);
  narrowAll(document);
  document.addEventListener("htmx:load", (event) => narrowAll(event.detail.elt));

  // A field that narrows a list of links, each with words of its own; a heading left without any goes too.
  for (const field of document.querySelectorAll("[data-narrows]")) {
    const input = field.querySelector("input"), list = document.getElementById(field.dataset.narrows);
    const lines = [...list.querySelectorAll("[data-words]")].map((line) => ({ line, text: plain(`${line.textContent} ${line.dataset.words}`) }));
    field.hidden = false;
    input.addEventListener("input", () => {
      const typed = plain(input.value).split(/\s+/).filter(Boolean);
      for (const { line, text } of lines) line.hidden = !typed.every((word) => text.includes(word));
      for (const group of list.children) group.hidden = !group.querySelector("[data-words]:not([hidden])");
      field.querySelector("[role=status]").textContent = lines.some(({ line }) => !line.hidden) ? "" : field.dataset.none;
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "ArrowDown") return;
      event.preventDefault();
      const first = list.querySelector("[data-words]:not([hidden]) a");
      if (event.key === "Enter") first?.click();
      else first?.focus();
    });
  }

  // How many fields of a form are not as they were when the page came.
  const isChanged = (control) => {
    if (control.matches("[type=checkbox], [type=radio]")) return control.checked !== control.defaultChecked;
    if (!control.matches("select")) return control.value !== control.defaultValue;
    const was = [...control.options].filter((option) => option.defaultSelected);
    return was.length || control.multiple ? [...control.options].some((o) => o.selected !== o.defaultSelected) : control.selectedIndex > 0;
  };
  for (const told of document.querySelectorAll("[data-changes]")) {
    const form = told.closest("form");
    form.addEventListener("input", () => {
      const n = new Set([...form.elements].filter((one) => one.name && one.type !== "hidden" && isChanged(one)).map((one) => one.name)).size;
      told.textContent = n === 0 ? "" : n === 1 ? told.dataset.one : told.dataset.many.replace("{n}", n);
    });
  }
}
