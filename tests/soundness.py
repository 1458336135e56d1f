"""What every page must be, asked of the page that a browser shows."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

ONLY_VIOLATIONS = {"resultTypes": ["violations"]}  # describing all that is well takes half of its time
NO_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}  # and contrast most of the rest


def violations(page, *, contrast: bool = True) -> list[dict[str, Any]]:
    """What axe finds wrong with it."""
    options = ONLY_VIOLATIONS if contrast else ONLY_VIOLATIONS | NO_CONTRAST
    return Axe().run(page, options=options).response["violations"]


def sound(page) -> list[str]:
    """The same in a line each, and whether it scrolls sideways."""
    found = [f"{v['id']}: {v['nodes'][0]['target']}" for v in violations(page)]
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([f"sideways by {sideways}"] if sideways else [])
