"""Hands that only have a keyboard: going somewhere, and knowing where one is."""

OUTLINED = """() => {
  const at = document.activeElement;
  return [at, at.nextElementSibling, at.parentElement].some((one) => {
    const style = one && getComputedStyle(one);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  });
}"""


def tab_to(page, selector, most=120):
    """Press Tab until there; out of reach within `most` presses is a fault of the page."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} is out of the keyboard’s reach")


def expect_place(page, pattern):
    """What holds the keyboard (its id, else its tag; « body » is nowhere) comes to match, within Playwright's wait."""
    page.wait_for_function(
        """(wanted) => {
          const at = document.activeElement;
          return new RegExp(wanted).test(at.id || at.tagName.toLowerCase());
        }""",
        arg=pattern,
    )


def sees_where_it_is(page):
    """What holds the keyboard is outlined (a hidden radio, on what stands for it)."""
    return page.evaluate(OUTLINED)
