"""What every page must be, asked of the page that a browser shows."""

from axe_playwright_python.sync_playwright import Axe


def sound(page) -> list[str]:
    """What axe finds wrong with it, and whether it scrolls sideways."""
    found = [f"{v['id']}: {v['nodes'][0]['target']}" for v in Axe().run(page).response["violations"]]
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([f"sideways by {sideways}"] if sideways else [])
