"""Nothing moves under the eyes or the finger while a page comes, though its scripts and its letters are late."""

import pytest
from django.urls import reverse

from tests import factories as make

PAGES = ("today", "community", "meeting", "members")
LATE = 300  # milliseconds: the first paint is done before
WATCH = """window.moved = [];
new PerformanceObserver((list) => list.getEntries().forEach((shift) => window.moved.push(
  shift.sources.map(({ node }) => (node?.outerHTML ?? node?.textContent ?? "").slice(0, 120)).join(" | "),
))).observe({ type: "layout-shift", buffered: true });"""


@pytest.fixture
def addresses(community, meeting, sandrine):
    for n in range(14):
        make.a_member(community, make.a_person(f"Membre {n}"))
    return {
        "today": "/",
        "community": community.get_absolute_url(),
        "meeting": meeting.get_absolute_url(),
        "members": reverse("communities:members", args=[community.pk]),
    }


def come_late(page) -> None:
    def wait(route):
        page.wait_for_timeout(LATE)
        route.continue_()

    page.route("**/*.{js,woff2}", wait)


def moved_on(page, address) -> list[str]:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_timeout(300)
    return page.evaluate("window.moved")


@pytest.mark.browser
@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.long), 390])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_moves_while_a_page_comes(open_as, sandrine, addresses, name, width):
    page = open_as(sandrine, width=width)
    page.add_init_script(WATCH)
    come_late(page)

    assert moved_on(page, addresses[name]) == []


@pytest.mark.browser
def test_control_what_comes_late_above_the_rest_is_seen(open_as, sandrine, addresses):
    page = open_as(sandrine)
    page.add_init_script(WATCH)
    page.add_init_script(
        "addEventListener('load', () => setTimeout(() => { const late = document.createElement('p');"
        " late.style.height = '90px'; document.querySelector('main').prepend(late); }, 100))"
    )

    assert moved_on(page, addresses["community"])
