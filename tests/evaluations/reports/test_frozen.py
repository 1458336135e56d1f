"""A year that is published keeps its figures everywhere; whoever may correct it is told what differs since."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone, translation

from evaluations.domain import indicators
from evaluations.domain.across.behind import Behind
from evaluations.domain.across.comparing import Across
from evaluations.domain.across.table import MEASURES
from evaluations.domain.reports import frozen, publishing
from evaluations.domain.reports.report import CommunityYear
from evaluations.domain.vitality import Board
from evaluations.models import AnnualReport
from meetings.models import Attendance
from tests import factories as make
from tests.evaluations.indicators.test_indicators import held, members, survey
from tests.evaluations.reports.test_report import words
from tests.forms import on_one_line

YEAR = timezone.localdate().year - 1


@pytest.fixture
def published(community, sandrine):
    """Eight people at each of three meetings; then nine guests of one of them are remembered."""
    some = members(community, 8)
    for month in (2, 5, 9):
        held(community, month, present=some, year=YEAR)
    report = publishing.publish(community, YEAR, by=sandrine)
    community.meetings.filter(starts_at__month=2).update(guests=9)
    return report


def attendance(years):
    return years.by_code["P1"].value


def counted(community, *years):
    return indicators.over([community], years or (YEAR,))


def test_a_published_year_keeps_its_figures(published):
    community = published.community
    live = counted(community)

    told = frozen.as_published(live)

    assert attendance(live[community.pk][YEAR]) == 11
    assert attendance(told[community.pk][YEAR]) == 8
    assert told[community.pk][YEAR].turnouts == live[community.pk][YEAR].turnouts, "meetings are opened as they are"


def test_its_neighbours_are_counted(published):
    other, year = make.a_community("Voisine"), YEAR + 1
    for community in (other, published.community):
        held(community, 1, present=members(community, 6), year=year)
    live = indicators.over([other, published.community], (YEAR, year))

    told = frozen.as_published(live)

    assert told[other.pk] == live[other.pk]
    assert told[published.community_id][year] == live[published.community_id][year]


def test_a_correction_gives_the_figures_of_its_day(published, sandrine):
    publishing.write_report(published.community, YEAR, 2, 0, words(correction="Neuf personnes invitées."), {})
    assert attendance(frozen.as_published(counted(published.community))[published.community_id][YEAR]) == 8

    publishing.publish(published.community, YEAR, by=sandrine)

    assert attendance(frozen.as_published(counted(published.community))[published.community_id][YEAR]) == 11


def test_a_year_published_while_it_lasts_goes_on(community, sandrine):
    some, year = members(community, 6), timezone.localdate().year
    held(community, 1, present=some, year=year)
    publishing.publish(community, year, by=sandrine, today=dt.date(year, 6, 30))
    community.meetings.update(guests=4)

    assert attendance(frozen.as_published(counted(community, year))[community.pk][year]) == 10


def test_it_takes_one_query_however_many(published, django_assert_num_queries):
    others = [make.a_community() for _ in range(3)]
    found = indicators.over([published.community, *others], range(YEAR - 2, YEAR + 1))

    with django_assert_num_queries(1):
        frozen.as_published(found)


def test_vitality_shows_what_was_published(published):
    board = Board(published.community)

    assert attendance(next(year for year in board.years if year.year == YEAR)) == 8


def test_whoever_may_correct_reads_what_differs_and_members_do_not(published, sandrine, nadia, signed_in):
    url = reverse("evaluations:report", args=[published.community_id, YEAR])

    page = on_one_line(signed_in(sandrine).get(url))

    assert 'Présences par rencontre</th> <td class="num">8,0</td> <td class="num">11,0</td>' in page
    assert reverse("evaluations:write_report", args=[published.community_id, YEAR]) in page
    assert "consigné aujourd’hui" not in on_one_line(signed_in(nadia).get(url))


def test_once_corrected_nothing_differs(published, sandrine, signed_in):
    publishing.write_report(published.community, YEAR, 2, 0, words(correction="Neuf personnes invitées."), {})
    publishing.publish(published.community, YEAR, by=sandrine)

    page = on_one_line(signed_in(sandrine).get(reverse("evaluations:report", args=[published.community_id, YEAR])))

    assert "consigné aujourd’hui" not in page


def test_a_report_of_another_method_is_compared_with_nothing(published):
    AnnualReport.objects.update(figures=published.figures | {"method": 3})
    told = CommunityYear.from_json(AnnualReport.objects.get().figures)

    with translation.override("en"):
        assert frozen.differences(published.community, told) == []


def test_one_published_year_reads_the_same_everywhere_after_a_presence_is_corrected(
    community, sandrine, philippe, signed_in
):
    """Report, page of all communities, vitality, behind a figure, CSV and Excel; an open neighbour is counted live."""
    some, neighbour = members(community, 8), make.a_community("Voisine", programme=community.programme)
    for month in (2, 5, 9):
        survey(held(community, month, present=some[:6], absent=some[6:], year=YEAR), [4] * 6)
        held(neighbour, month, present=members(neighbour, 5), year=YEAR)
    told = publishing.publish(community, YEAR, by=sandrine)
    for one in (community, neighbour):
        one.meetings.update(guests=9)
    Attendance.objects.filter(meeting__community=community, status="absent").update(status="present")
    make.a_member(community, joined_on=dt.date(YEAR, 1, 2))
    held(community, 11, present=some, year=YEAR)

    published = CommunityYear.from_json(told.figures).figures
    lines = {line.community: line.figures for line in Across(philippe, YEAR).lines}
    vitality = next(year for year in Board(community).years if year.year == YEAR)
    codes = [measure.code for measure in published.measures]
    wanted = [published.by_code[code] for code in codes]
    assert [lines[community].by_code[code] for code in codes] == wanted
    assert [vitality.by_code[code] for code in codes] == wanted
    assert [Behind.of(community, code, YEAR, philippe).year.by_code[code] for code in codes] == wanted
    assert lines[community].satisfaction == vitality.satisfaction == published.satisfaction
    assert (lines[community].held, lines[community].members) == (published.held, published.members) == (3, 8)
    assert attendance(lines[neighbour]) == 14
    client = signed_in(philippe)
    text = client.get(reverse("evaluations:export_across"), {"annee": YEAR}).content.decode("utf-8-sig")
    book = client.get(reverse("evaluations:export_across_workbook"), {"annee": YEAR}).content
    row = next(r for r in csv.reader(io.StringIO(text), delimiter=";") if r[0] == community.name)
    cells = next(r for r in openpyxl.load_workbook(io.BytesIO(book)).active.values if r and r[0] == community.name)
    shown = [published.by_code[code] for code in MEASURES if code in published.by_code]
    assert row[4] == str(published.held)
    assert row[6] == str(published.members)
    assert row[8] == shown[0].shown == "6,0"
    assert cells[8] == shown[0].bare == 6
    assert [cell for cell in cells[8:16] if cell is not None] == [one.bare for one in shown if one.bare is not None]
    assert row[16] == cells[16] == published.satisfaction.share


def test_all_together_add_up_what_was_published(published, philippe):
    live = Across(philippe, YEAR).together

    assert live.meetings == 3
    held(published.community, 11, present=members(published.community, 2), year=YEAR)

    assert Across(philippe, YEAR).together.meetings == 3
    assert Across(philippe, YEAR).together.people == 10, "people are counted once across communities, as recorded today"
