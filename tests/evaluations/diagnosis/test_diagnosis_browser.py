"""From Today, two presses lead to what can be done; on a phone the alert is set aside with a reason."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from evaluations.models import RetainedCause
from meetings.models import Meeting
from tests import factories as make
from tests.evaluations.today.test_decline_alert import held_with
from tests.soundness import sound

pytestmark = pytest.mark.browser


@pytest.fixture
def declining(site, community, sandrine):
    """Always on the same day at the same hour, which the group's own words say suits no more."""
    held_with(community, [15, 16, 14, 17, 16, 12, 8, 5])
    thursday = timezone.now() - dt.timedelta(days=7)
    for weeks, meeting in enumerate(Meeting.objects.order_by("-starts_at")):
        start = thursday - dt.timedelta(weeks=4 * weeks)
        Meeting.objects.filter(pk=meeting.pk).update(starts_at=start, ends_at=start + dt.timedelta(hours=1))
    make.a_meeting(community)
    return community


def test_two_presses_lead_from_today_to_the_action(declining, sandrine, open_as):
    page = open_as(sandrine)
    page.goto("/")

    page.get_by_role("link", name="Ouvrir le diagnostic").click()
    expect(page.locator("h1")).to_have_text("Une baisse marquée et répétée")
    assert sound(page) == []
    page.get_by_role("button", name="Demander quand se réunir").click()

    expect(page.get_by_role("status").first).to_contain_text("Cause retenue : Le moment")
    assert page.url.endswith("/rencontres/sondage/")
    assert RetainedCause.objects.get().by == sandrine


def test_on_a_phone_the_alert_is_set_aside_with_a_reason(declining, sandrine, open_as):
    page = open_as(sandrine, width=390)
    page.goto(f"/communautes/{declining.pk}/diagnostic/")
    assert sound(page) == []

    page.get_by_label("Pourquoi écarter l’alerte").fill("La baisse était prévue")
    page.get_by_role("button", name="Écarter l’alerte").click()

    expect(page.locator("h1")).to_have_text("Une baisse dont l’alerte est écartée")
    expect(page.get_by_text("La baisse était prévue").first).to_be_visible()
