"""The annual evaluation on a phone, by thumb, and its pages for those who run it."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from evaluations.domain.campaigns import campaigns, links
from evaluations.domain.surveys import collection
from evaluations.models import Campaign
from tests import factories as make
from tests.evaluations.room import said_in
from tests.soundness import sound

pytestmark = pytest.mark.browser
CHOSEN = {"M1": "1", "M10": "3", "M11": "4", "M15": "3", "M18": ["1"], "M20": "4"}


@pytest.fixture
def opened(site, community, sandrine):
    make.an_objective(community, "Rejoindre les pères isolés")
    for _ in range(7):
        make.a_member(community)
    campaign = make.a_campaign(community)
    campaigns.open_to_all(campaign, sandrine)
    return Campaign.objects.select_related("survey", "community").get(pk=campaign.pk)


@pytest.mark.parametrize(
    ("language", "next_one", "thanks"),
    [("fr-ca", "Suivant", "Merci"), pytest.param("en", "Next", "Thank you", marks=pytest.mark.long)],
)
def test_a_member_answers_one_question_a_screen_with_a_thumb(opened, open_as, language, next_one, thanks):
    member = opened.community.memberships.first()
    type(member.user).objects.filter(pk=member.user_id).update(language=language)
    member.refresh_from_db()
    page = open_as(None, width=390)
    page.goto(links.ballot_path(opened, member))
    send = page.locator("#ballot [type=submit]")
    screens = page.locator("[data-screen]")
    assert sound(page) == []

    for number in range(screens.count()):
        screen = screens.nth(number)
        expect(screen).to_be_visible()
        is_last = number == screens.count() - 1
        boxes = screen.locator("[type=checkbox]")
        if boxes.count():
            screen.locator(".choice").nth(0).click()
        elif screen.locator(".choice").count():
            screen.locator(".choice").nth(2).click()  # leads on by itself
            continue
        elif not is_last:
            screen.locator("textarea").first.fill("Un café des pères, le samedi.")
        if not is_last:
            page.get_by_role("button", name=next_one).click()
    send.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(thanks)
    [said] = said_in(opened.survey)
    assert said["M3.1"] == "3"
    assert said["M15T"] == "Un café des pères, le samedi."


def test_sandrine_follows_closes_and_reads_it_at_a_desk_and_on_a_phone(opened, open_as, sandrine):
    page = open_as(sandrine)
    for member in opened.community.memberships.all():
        collection.answer(opened.survey, member, CHOSEN, in_session=False)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(opened.get_absolute_url())
        expect(page.get_by_text(re.compile("7 sur 7"))).to_be_visible()
        assert sound(page) == []
        page.goto(reverse("evaluations:preview_campaign", args=[opened.pk]))
        assert sound(page) == []

    page.goto(opened.get_absolute_url())
    page.get_by_text("Fermer avant ce jour").click()
    page.get_by_role("button", name="Fermer l’évaluation").click()

    expect(page.get_by_role("heading", name="Objectifs", exact=True)).to_be_visible()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert sound(page) == []
        page.goto(reverse("evaluations:campaigns", args=[opened.community.pk]))
        assert sound(page) == []
        page.goto(opened.get_absolute_url())


def test_she_prepares_it_with_the_keyboard(site, open_as, community, sandrine):
    page = open_as(sandrine, width=390)
    page.goto(reverse("evaluations:campaigns", args=[community.pk]))
    page.get_by_role("link", name=re.compile("Préparer l’évaluation")).press("Enter")
    expect(page.get_by_label("Ferme le")).to_be_visible()
    assert sound(page) == []
    later = timezone.localdate() + dt.timedelta(days=120)
    page.get_by_label("Ferme le").fill(later.isoformat())
    page.get_by_role("button", name="Préparer").press("Enter")

    expect(page.get_by_text("Rien n’a été envoyé.").first).to_be_visible()
    assert Campaign.objects.get().closes_on == later
