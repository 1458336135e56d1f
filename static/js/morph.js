// What comes in is morphed in place (idiomorph): what is being typed stays, with the key of its line; what is unfolded
// stays so, and the keyboard where it was. For the console, and for the pages without an account that answer presses.
"use strict";

const isTyped = (field) => "defaultValue" in field && field.value !== field.defaultValue;

const morphing = {
  isInUse: (field) => isTyped(field) || (field.type === "radio" && field.checked !== field.defaultChecked),
  isLeft: false, // a field in use was left as it is
};

// What held the keyboard goes: what held that holds it.
function focusOn(element) {
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

Object.assign(Idiomorph.defaults.callbacks, {
  beforeNodeMorphed(old, fresh) { // with the hidden version beside it, which says what the text comes from
    const fields = "input, textarea, select";
    if (!old.matches?.(`.field, ${fields}`)) return true;
    if (old.name === "key") return ![...(old.form?.elements ?? [])].some(isTyped);
    const within = (element) => [element, ...element.querySelectorAll(fields)];
    const isInUse = within(old).some((field) => morphing.isInUse(field) && within(fresh).some(({ name }) => name === field.name));
    morphing.isLeft ||= isInUse;
    return !isInUse;
  },
  beforeAttributeUpdated(name, element, change) { // what is unfolded stays so, and where the keyboard is
    return change !== "remove" || !(name === "open" || (name === "tabindex" && element === document.activeElement));
  },
  beforeNodeRemoved(node) {
    if (node.parentElement?.matches("details.more[open]") && node.matches?.(".menu")) return false;
    if (node.contains(document.activeElement)) focusOn(node.parentElement.closest("[id]"));
    return true;
  },
});
