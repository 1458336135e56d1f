"""What is asked of those who left, by thumb: the three questions without a name, then news by name."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from communities.domain.members import asked_later, consents
from communities.models import Purpose
from evaluations.domain.campaigns import alumni, campaigns, links
from evaluations.models import Campaign
from tests import factories as make
from tests.evaluations.room import said_in
from tests.soundness import sound

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(site, community, sandrine):
    left_on = timezone.localdate() - dt.timedelta(days=400)
    for _ in range(5):
        asked_later.agree(make.a_member(community, status="alumni", left_on=left_on))
    fresh = alumni.fresh(community)
    typed = {name: getattr(fresh, name) for name in ("opens_on", "closes_on", "reminders")}
    campaign = campaigns.prepare(community, fresh.year, typed, sandrine, fresh.kind)
    campaigns.open_to_all(campaign, sandrine)
    return Campaign.objects.select_related("survey", "community").get(pk=campaign.pk)


def test_somebody_who_left_answers_then_wishes_for_news(opened, open_as):
    somebody = opened.community.memberships.first()
    page = open_as(None, width=390)
    page.goto(links.ballot_path(opened, somebody))
    expect(page.get_by_role("heading", level=1)).to_have_text("Qu’en reste-t-il?")
    assert sound(page) == []

    for number in range(3):
        page.locator("[data-screen]").nth(number).locator(".choice").first.click()
    page.get_by_label("Lequel").fill("Un jardin partagé, le samedi.")
    page.get_by_role("button", name="Envoyer mes réponses").click()
    expect(page.get_by_role("heading", name="Souhaitez-vous des nouvelles?")).to_be_visible()
    assert sound(page) == []
    page.get_by_role("link", name="Dire si je souhaite des nouvelles").click()
    assert sound(page) == []
    page.get_by_role("button", name="Oui, j’aimerais des nouvelles").click()

    expect(page.get_by_text("Oui : on peut vous écrire.")).to_be_visible()
    assert [one["N1"] for one in said_in(opened.survey)] == ["1"]
    assert consents.granted(somebody, Purpose.ALUMNI_CONTACT)


def test_sandrine_reads_it_at_a_desk_and_on_a_phone(opened, open_as, sandrine):
    page = open_as(sandrine)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for address in (opened.get_absolute_url(), f"/communautes/{opened.community_id}/evaluations-annuelles/"):
            page.goto(address)
            assert sound(page) == []
    expect(page.get_by_text("Anciennes et anciens membres", exact=True)).to_be_visible()
