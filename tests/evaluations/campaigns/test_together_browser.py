"""Philippe launches several annual evaluations with the keyboard, at a desk and on a phone; and the year of a
community, from its launch to an improvement told back, in a browser."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from evaluations.domain.campaigns import links
from evaluations.models import Campaign
from meetings.domain.links import visitors
from tests import factories as make
from tests.evaluations.campaigns.test_campaigns import CHOSEN
from tests.forms import submit
from tests.soundness import sound

pytestmark = pytest.mark.browser
PAGE = "/evaluations-annuelles/"


@pytest.fixture
def two(site, community, programme):
    other = make.a_community("Les filles et le code", programme=programme)
    for one in (community, other):
        make.an_objective(one, f"Un but : {one.name}")
        for _ in range(6):
            make.a_member(one)
    return community, other


def test_two_are_launched_with_the_keyboard_and_read_at_both_widths(two, philippe, open_as):
    page = open_as(philippe, width=390)
    page.goto("/evaluations/")
    page.get_by_role("link", name="Évaluations annuelles").press("Enter")
    expect(page.get_by_role("checkbox", name="Les filles et le code")).to_be_checked()
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert sound(page) == []
    page.get_by_role("checkbox", name="Les filles et le code").press("Space")
    page.get_by_role("button", name="Lancer les évaluations cochées").press("Enter")

    expect(page.get_by_text(re.compile("1 évaluation (est ouverte|s’ouvrira)"))).to_be_visible()
    expect(page.get_by_role("checkbox", name="Les filles et le code")).to_be_visible()
    assert Campaign.objects.get().community == two[0]


# ---------------------------------------------------------------- a whole year


def by_thumb(page, next_one: str) -> None:
    """Each question in turn, the third answer of each, and the last screen sent."""
    screens = page.locator("[data-screen]")
    for number in range(screens.count()):
        screen = screens.nth(number)
        expect(screen).to_be_visible()
        if screen.locator("[type=checkbox]").count():
            screen.locator(".choice").nth(0).click()
        elif screen.locator(".choice").count():
            screen.locator(".choice").nth(2).click()  # leads on by itself
            continue
        if number < screens.count() - 1:
            page.get_by_role("button", name=next_one).click()
    page.locator("#ballot [type=submit]").click()


@pytest.mark.long
def test_a_year_of_thirty_one_answers_of_fifty_five_from_launch_to_what_changed(two, philippe, sandrine, open_as):
    """Three answer in a browser, in both languages; twenty-eight send the form of their page."""
    community = two[0]
    members = [*community.memberships.all(), *(make.a_member(community) for _ in range(49))]
    desk = open_as(philippe)
    desk.goto(PAGE)
    desk.get_by_role("checkbox", name="Les filles et le code").uncheck()
    desk.locator(f"[name=c{community.pk}-opens_on]").fill(timezone.localdate().isoformat())
    desk.get_by_role("button", name="Lancer les évaluations cochées").click()
    expect(desk.get_by_text("1 évaluation est ouverte")).to_be_visible()
    campaign = Campaign.objects.select_related("survey", "community").get()

    french, english = ("fr-ca", "Suivant", "Merci"), ("en", "Next", "Thank you")
    for member, (language, next_one, thanks) in zip(members[:3], (french, english, french), strict=True):
        type(member.user).objects.filter(pk=member.user_id).update(language=language)
        member.refresh_from_db()
        phone = open_as(None, width=390)
        phone.goto(links.ballot_path(campaign, member))
        by_thumb(phone, next_one)
        expect(phone.get_by_role("heading", level=1)).to_contain_text(thanks)
    chosen = {code: value for code, value in CHOSEN.items() if code != "M3.2"}
    for number, member in enumerate(members[3:31]):
        words = {"M19T": "Commencer à l’heure"} if number % 4 == 0 else {}
        assert submit(Client(), links.ballot_path(campaign, member), {**chosen, **words}).status_code == 302

    page = open_as(sandrine)
    page.goto(campaign.get_absolute_url())
    expect(page.get_by_text(re.compile("31 sur 55"))).to_be_visible()
    page.get_by_text("Fermer avant ce jour").click()
    page.get_by_role("button", name="Fermer l’évaluation").click()
    expect(page.get_by_role("heading", name="Objectifs", exact=True)).to_be_visible()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert sound(page) == []

    page.goto(reverse("evaluations:improvements", args=[community.pk]))
    page.locator("li", has_text="Commencer à l’heure").get_by_role("button", name="Amélioration").click()
    page.get_by_role("link", name="Commencer à l’heure").click()
    page.get_by_label("Ce qu’il faut changer").fill("Ouvrir la salle dix minutes plus tôt")
    page.get_by_label("Faite", exact=True).check()
    page.get_by_label("Réponse aux membres").fill("La salle ouvre à 8 h 50.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("sera dite dans la prochaine invitation")).to_be_visible()
    phone = open_as(None, width=390)
    phone.goto(reverse("meetings:space", args=[visitors.visitor_token(members[5].user)]))
    phone.get_by_role("link", name=re.compile("Ce que nous avons changé")).click()
    expect(phone.get_by_text("La salle ouvre à 8 h 50.")).to_be_visible()

    desk.goto(PAGE)
    expect(desk.locator("table.side-by-side")).to_contain_text("31")
