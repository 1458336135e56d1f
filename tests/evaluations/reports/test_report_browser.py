"""A member reads the report on a phone and on a desk, and whoever may correct it is told what differs since."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from evaluations.domain.reports import publishing
from meetings.models import Meeting
from tests import factories as make
from tests.evaluations.indicators.test_indicators import held, members, survey
from tests.evaluations.reports.test_report import words
from tests.soundness import sound

pytestmark = pytest.mark.browser
YEAR = timezone.localdate().year - 1


@pytest.fixture
def published(site, community, sandrine):
    some = members(community, 8, region="Estrie", organisation="Table de quartier")
    for year, months, present in [(YEAR - 1, (3, 9), some[:6]), (YEAR, (2, 5, 9), some)]:
        for month in months:
            survey(held(community, month, present=present, year=year), [4] * len(present))
    held(community, 6, present=some, year=YEAR, kind=Meeting.Kind.TRAINING, mode="in_person")
    make.a_budget_line(community, "Salle", spent=250_00, planned=300_00, on=dt.date(YEAR, 6, 10))
    publishing.write_report(community, YEAR, 1, 0, words(highlights="Trois quartiers s’appellent."), {})
    publishing.publish(community, YEAR, by=sandrine)
    return community


@pytest.mark.parametrize("width", [390, 1280])
def test_a_member_reads_it_at_any_width(published, nadia, open_as, width):
    page = open_as(nadia, width=width)
    page.goto(reverse("evaluations:report", args=[published.pk, YEAR]))

    expect(page.locator(".sentence").first).to_have_text("Trois quartiers s’appellent.")
    chart = page.locator(".curve svg:visible")
    expect(chart).to_have_count(1)
    said = " ".join(chart.locator("desc").text_content().split())
    assert f"10 septembre : 8 personnes. En {YEAR - 1}" in said
    expect(page.get_by_text("250 $").first).to_be_visible()
    assert sound(page) == []
    if width > 1000:
        page.get_by_role("link", name="Retombées et ressources").click()
        expect(page.locator("#chapter-outcomes")).to_be_in_viewport()


def test_what_differs_since_leads_to_a_correction(published, sandrine, open_as):
    published.meetings.filter(starts_at__year=YEAR, starts_at__month=2).update(guests=9)
    page = open_as(sandrine)
    page.goto(reverse("evaluations:report", args=[published.pk, YEAR]))

    page.get_by_text("diffèrent de ce qui est consigné aujourd’hui").click()
    row = page.get_by_role("row", name="Présences par rencontre")
    expect(row.first).to_contain_text("11,0")
    assert sound(page) == []
    page.locator("details.note").get_by_role("link", name="Corriger…").click()
    expect(page.locator("h1")).to_contain_text(f"Corriger le bilan {YEAR}")
