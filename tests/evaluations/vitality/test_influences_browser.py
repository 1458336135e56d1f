"""On a phone: a meeting is closed, its minute written in under ten presses, what hindered noted, told in the report."""

import datetime as dt

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from evaluations.domain.reports import publishing
from evaluations.domain.reports.report import pdf_source
from evaluations.models import Influence, SelfAssessment
from meetings.domain.preparation.self_checklist import QUALITIES
from meetings.models import Reflection
from tests import factories as make
from tests.soundness import sound

pytestmark = pytest.mark.browser
YEAR = timezone.localdate().year
LATE = "Le budget annoncé trop tard"


class Thumb:
    """Counts the presses."""

    def __init__(self, page) -> None:
        self.page, self.presses = page, 0

    def press(self, target) -> None:
        target.click()
        self.presses += 1

    def choose(self, words: str, nth: int = 0) -> None:
        self.press(self.page.locator("label", has_text=words).nth(nth))


@pytest.fixture
def held(site, community, sandrine):
    start = timezone.now() - dt.timedelta(hours=2)
    meeting = make.a_meeting(
        community, start, title="Un sujet", started_at=start, closed_at=timezone.now(), followed_up_at=timezone.now()
    )
    meeting.facilitators.add(sandrine)
    return meeting


def test_from_the_closed_meeting_to_the_report(held, community, sandrine, open_as):
    page = open_as(sandrine, width=390)
    page.goto(held.get_absolute_url())
    thumb = Thumb(page)

    thumb.press(page.locator("#step-reflect a"))
    expect(page.locator("h1")).to_have_text("Deux minutes pour vous")
    assert sound(page) == []
    thumb.choose("Bien")
    thumb.choose("Environ la moitié")
    thumb.choose("Plutôt d’accord")
    thumb.choose("À reprendre avec le groupe")
    thumb.press(page.get_by_role("button", name="Garder, puis noter ce qui a aidé ou nui"))

    expect(page.locator("h1")).to_have_text("Ce qui a aidé, ce qui a nui")
    kept = Reflection.objects.get()
    assert (kept.face, kept.contributed, kept.stayed_close, kept.rules_kept) == (4, "half", "3", "again")
    assert thumb.presses < 10
    assert sound(page) == []
    thumb.choose("A nui")
    page.get_by_label("Ce qui est arrivé").fill(LATE)
    thumb.press(page.get_by_role("button", name="Garder cette ligne"))
    assert thumb.presses < 10
    expect(page.locator(".list")).to_contain_text(LATE)

    page.get_by_role("link", name=f"Choisir ce que reprend le bilan {YEAR}").click()
    expect(page.locator("#influences-title")).to_be_visible()
    assert sound(page) == []
    page.locator("label", has_text=LATE).click()
    page.get_by_role("button", name="Voir le brouillon").click()
    expect(page.locator("#part-factors")).to_be_visible()
    expect(page.locator("section", has=page.locator("#part-factors")).last).to_contain_text(LATE)
    assert Influence.objects.get().is_in_report

    report = publishing.publish(community, YEAR, by=sandrine)
    template, context = pdf_source(community, YEAR, report)
    assert LATE in render_to_string(template, context), "printed there"


@pytest.mark.parametrize("width", [390, 1280])
def test_the_nine_qualities_are_answered_by_thumb(width, site, community, sandrine, open_as):
    page = open_as(sandrine, width=width)
    page.goto(reverse("evaluations:self_assessment"))
    assert sound(page) == []

    for n in range(9):
        page.locator("fieldset.quality").nth(n).locator("label.choice").nth(n % 4).click()
    page.get_by_label("Un exemple").first.fill("La liste relue la veille")
    page.get_by_role("button", name="Garder cette page").click()

    expect(page.locator("body")).to_contain_text("C’est gardé. Personne d’autre ne le lit.")
    kept = SelfAssessment.objects.get()
    assert [kept.answers[quality.code][0] for quality in QUALITIES] == [1, 2, 3, 4, 1, 2, 3, 4, 1]
    assert kept.answers["preparation"] == [1, "La liste relue la veille"]


def test_a_factor_is_rated_by_its_sentence(site, community, sandrine, open_as):
    page = open_as(sandrine, width=390)
    page.goto(reverse("evaluations:vitality", args=[community.pk]))
    rules = page.locator("article", has=page.locator("#factor-rules"))

    rules.locator("summary").click()
    assert sound(page) == []
    rules.locator("label", has_text="Partagées au lancement.").click()
    rules.get_by_role("button", name="Garder cette appréciation").click()

    expect(page.locator("article", has=page.locator("#factor-rules"))).to_contain_text("Solide (2 sur 3)")
