"""What someone was typing when their session ended comes back once they have signed in again."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

WORDS = "Trois pistes pour recruter"


@pytest.fixture
def interrupted(meeting, sandrine, open_as):
    """She presses « Save » after her session has ended: she is asked to sign in."""
    page = open_as(sandrine)
    page.goto(reverse("meetings:edit", args=[meeting.pk]))
    page.fill("[name=objective]", WORDS)
    hers = page.context.cookies()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Enregistrer").last.click()
    page.wait_for_url("**/login/**")
    page.context.add_cookies(hers)  # she signs in again
    return page


def test_what_was_typed_comes_back_after_signing_in(interrupted, meeting):
    page = interrupted
    page.goto(reverse("meetings:edit", args=[meeting.pk]))

    expect(page.locator("[name=objective]")).to_have_value(WORDS)
    expect(page.get_by_text("Ce que vous aviez tapé est revenu")).to_be_visible()

    page.get_by_role("button", name="Enregistrer").last.click()
    page.wait_for_url(f"**{meeting.get_absolute_url()}")
    meeting.refresh_from_db()
    assert meeting.objective == WORDS


def test_it_comes_back_where_it_was_typed_alone_until_it_is_given_up(interrupted, meeting):
    page = interrupted
    page.goto(reverse("meetings:plan", args=[meeting.community_id]))
    expect(page.locator("[name=objective]")).to_have_value("")

    edit = reverse("meetings:edit", args=[meeting.pk])
    page.goto(edit)
    expect(page.locator("[name=objective]")).to_have_value(WORDS)
    page.goto(edit)
    expect(page.locator("[name=objective]")).to_have_value(WORDS)
    page.get_by_role("button", name="Repartir de ce qui est enregistré").click()
    expect(page.locator("[name=objective]")).not_to_have_value(WORDS)
    page.goto(edit)
    expect(page.locator("[name=objective]")).not_to_have_value(WORDS)
