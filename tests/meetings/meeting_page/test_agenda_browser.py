"""The agenda of a meeting's page in a browser: dragged, and by the keyboard alone."""

import pytest
from playwright.sync_api import expect

from meetings.models import Meeting
from tests.keyboard import tab_to

pytestmark = pytest.mark.browser


@pytest.fixture
def page(site, open_as, meeting, sandrine):
    for position, (title, minutes) in enumerate([("Accueil", 5), ("Échange", 40), ("Évaluation", 15)]):
        meeting.agenda.create(kind="exchange", title=title, minutes=minutes, position=position)
    found = open_as(sandrine)
    found.goto(meeting.get_absolute_url())
    return found


def titles_of(meeting):
    return [block.title for block in Meeting.objects.get(pk=meeting.pk).agenda.all()]


def test_a_block_is_dragged_to_its_place_and_saved(page, meeting):
    page.locator(".slots li", has_text="Évaluation").locator(".grip").drag_to(page.locator(".slots li").first)

    expect(page.locator(".slots .what b")).to_have_text(["Évaluation", "Accueil", "Échange"])
    assert titles_of(meeting) == ["Évaluation", "Accueil", "Échange"]


def test_a_block_let_go_where_it_was_saves_nothing(page, meeting):
    line = page.locator(".slots li").first
    line.locator(".grip").drag_to(line)

    meeting.refresh_from_db()
    assert meeting.version == 0


def test_a_block_goes_down_by_the_keyboard_and_the_keyboard_follows_it(page, meeting):
    tab_to(page, '.slots button[value="down-0"]')
    page.keyboard.press("Enter")

    expect(page.locator(".slots .what b")).to_have_text(["Échange", "Accueil", "Évaluation"])
    expect(page.locator('.slots button[value="down-1"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".slots .what b")).to_have_text(["Échange", "Évaluation", "Accueil"])
    assert titles_of(meeting) == ["Échange", "Évaluation", "Accueil"]


def test_lines_being_edited_are_dragged_too_and_their_hours_follow(page, meeting):
    page.goto(f"{meeting.get_absolute_url()}deroulement/")
    page.locator(".blocks > li").nth(1).locator(".grip").drag_to(page.locator(".blocks > li").first)

    expect(page.locator(".blocks input[name$=-title]").first).to_have_value("Échange")
    assert titles_of(meeting) == ["Accueil", "Échange", "Évaluation"]  # nothing is written before « save »
