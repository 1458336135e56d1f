"""A press that redraws part of a page leaves someone who uses the keyboard alone where they were."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from meetings.domain.agenda import agendas

pytestmark = pytest.mark.browser


def press(page, selector):
    page.focus(selector)
    page.keyboard.press("Enter")


def test_a_date_added_is_where_one_types_next(site, meeting, sandrine, open_as):
    page = open_as(sandrine)
    page.goto(reverse("meetings:plan", args=[meeting.community_id]))

    press(page, "[value=add]")
    expect(page.locator("[name='1-day']")).to_be_focused()

    press(page, "summary:has-text('Générer')")
    press(page, "[value=generate]")
    expect(page.locator("summary:has-text('Générer')")).to_be_focused()


def test_a_block_is_moved_twice_without_looking_for_it_again(site, meeting, sandrine, open_as):
    agendas.default_agenda(meeting)
    page = open_as(sandrine)
    page.goto(reverse("meetings:agenda", args=[meeting.pk]))

    press(page, "[value=down-0]")
    expect(page.locator("[value=down-1]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[value=down-2]")).to_be_focused()
