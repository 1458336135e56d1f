"""What is told of several meetings or communities at once, less what each of them tells: nothing may remain that is
about one or two people. Each subtraction is also done on numbers that no release protects, where it finds somebody."""

import datetime as dt
from collections import Counter

import pytest
import time_machine
from django.utils import timezone, translation

from communities.models import RecordSheet, Role
from evaluations.domain import indicators
from evaluations.domain.across import table
from evaluations.domain.across.behind import Behind
from evaluations.domain.across.comparing import Across
from evaluations.domain.diagnosis.board import Diagnosis
from evaluations.domain.overview import early
from evaluations.domain.reports import diverging, frozen, publishing
from evaluations.domain.reports.report import CommunityYear
from evaluations.domain.reports.year_before import year_before
from evaluations.domain.surveys.results import PooledResults, Results
from evaluations.models import Pool
from meetings.domain.attendance import absences
from meetings.models import Absence, Attendance, Meeting
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room, closed_with

NOW = dt.datetime(2026, 11, 25, 18, tzinfo=dt.UTC)
YEAR = 2026
WORTH = early.WORTH.values
FEW = {1, 2}
YES = {**ANSWERS, "R1": "4", "R2": "4", "R3": "1", "R6": "4"}
NO = {**ANSWERS, "R1": "1", "R2": "1", "R3": "2", "R6": "1"}
SHARED = [YES] * 5 + [NO] * 4
SMALL = [YES] * 3 + [NO]  # four people, of whom one says no: under the threshold


@pytest.fixture(autouse=True)
def late_in_november():
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        yield


def evaluated(community, days_ago, answers, by):
    """Its survey, closed with these answers."""
    start = timezone.now() - dt.timedelta(days=days_ago)
    fields = {"starts_at": start, "started_at": start, "objective": "Rejoindre les pères"}
    meeting, members = a_room(community, len(answers), by=by, **fields)
    survey = closed_with(meeting, members, answers)
    Meeting.objects.filter(pk=meeting.pk).update(closed_at=start + dt.timedelta(hours=1))
    return survey


def on_pages(surveys, code="R1", values=WORTH):
    """The least, the most and n that one adds up from the page of each meeting."""
    shown = [one.told for survey in surveys for one in Results(survey).shown if one.told.code == code]
    told = [(*between, one.n) for one in shown if (between := one.number_of(values))]
    return tuple(map(sum, zip(*told, strict=True))) if told else (0, 0, 0)


def less(whole, part):
    return tuple(one - other for one, other in zip(whole, part, strict=True))


def unprotected(*several):
    """How many said that it was worth their time, and n, as they are."""
    return sum(said["R1"] in WORTH for some in several for said in some), sum(map(len, several))


def of_year(figures):
    worth = figures.satisfaction
    return worth.worth, worth.most, worth.n


def remains_of_a_small_meeting(whole, part):
    """Of unprotected numbers: how many of those who remain said no."""
    (yes, n), (yes_told, n_told) = whole, part
    return (n - n_told) - (yes - yes_told)


# ------------------------------------------------------------ the board of causes


def away(community, days_ago, *reasons, named=0):
    """A meeting, and why some did not come to it."""
    start = timezone.now() - dt.timedelta(days=days_ago)
    meeting = make.a_meeting(community, start, started_at=start, closed_at=start + dt.timedelta(hours=1))
    for place, reason in enumerate(reasons):
        line = make.an_attendance(meeting, make.a_member(community), Attendance.Status.ABSENT)
        Absence.objects.create(attendance=line, reason=reason, is_named=place < named)
    return meeting


def test_since_less_the_pages_of_its_meetings_leaves_nothing_of_a_small_one(community, sandrine):
    earlier = [evaluated(community, days, SHARED, sandrine) for days in (200, 150, 100)]
    last = [evaluated(community, *one, sandrine) for one in ((60, SHARED), (40, SMALL), (20, [YES] * 7))]

    cards = {card.cause.kind.code: card for card in Diagnosis(community, sandrine).cards}

    before, since = ((part.low, part.high, part.n) for part in cards["satisfaction"].parts)
    assert less(before, on_pages(earlier)) == (0, 0, 0)
    assert less(since, on_pages(last)) == (0, 0, 0)
    assert since[2] == 9 + 7
    for code, item in (("engagement", early.SPOKE), ("scatter", early.ADVANCED), ("needs", early.RELEVANT)):
        for some in (earlier, last):
            assert indicators.share_between(*on_pages(some, item.code, item.values)) in cards[code].cause.evidence

    left = remains_of_a_small_meeting(unprotected(SHARED, SMALL, [YES] * 7), unprotected(SHARED, [YES] * 7))
    assert left in FEW, "the control: of raw numbers, the one of the small meeting who said no"


def test_reasons_of_several_meetings_less_their_pages_leave_nothing_of_two_people(community, sandrine):
    meetings = [away(community, 60, "moment", "moment", "forgot", "topic"), away(community, 40, "moment", "topic"),
                away(community, 20, "moment", "needs", "topic", named=1)]  # fmt: skip

    board = Diagnosis(community, sandrine).evidence.reasons

    labels = {str(reason.label): reason.value for reason in Absence.Reason}
    pages = Counter()
    for told in map(absences.summary_of, meetings):
        pages.update({labels[words]: n for words, n in told.counts})
        pages.update(absence.reason for absence in told.named)
    assert board == pages
    raw = Counter(Absence.objects.values_list("reason", flat=True))
    assert set((raw - pages).values()) & FEW, "the control: two who said why, alone unnamed at their meeting"


def test_who_facilitates_by_mandate_reads_no_more_on_the_board_than_on_pages(community, sandrine):
    eve = make.a_person("Eve")
    make.a_role(eve, Role.EXTERNAL, community=community, ends_on=timezone.localdate() + dt.timedelta(days=30))
    away(community, 60, "moment", named=1)
    latest = away(community, 5, "moment", "moment", "forgot", "topic", "topic")

    def left(user):
        pages = sum(n for _reason, n in absences.summary_of(latest).counts)
        return sum(Diagnosis(community, user).evidence.reasons.values()) - pages

    assert left(eve) == 0
    assert left(sandrine) == 1, "who reads the page of that meeting too, with the name of whoever gave theirs"


# ------------------------------------------------------------ all communities


@pytest.fixture
def sisters(community, programme, sandrine):
    """Of three families of projects: nine answers, nine and four at two meetings, four alone."""
    found = [community, make.a_community("Les filles et le code", programme=programme)]
    found.append(make.a_community("La relève", programme=programme))
    families = [value for value, _label in RecordSheet._meta.get_field("family").choices if value]
    for one, family in zip(found, families, strict=False):
        RecordSheet.objects.update_or_create(community=one, defaults={"family": family})
    surveys = [
        [evaluated(found[0], 30, SHARED, sandrine)],
        [evaluated(found[1], 50, SHARED, sandrine), evaluated(found[1], 20, SMALL, sandrine)],
        [evaluated(found[2], 30, SMALL, sandrine)],
    ]
    return list(zip(found, families, surveys, strict=False))


def test_what_a_filter_takes_away_is_what_the_pages_of_a_community_tell(sisters, philippe):
    whole = of_year(Across(philippe, YEAR).together)
    for community, family, surveys in sisters:
        narrowed = Across(philippe, YEAR, {"famille": family})
        assert narrowed.narrowing.kept == [community]
        others = [of_year(line.figures) for line in Across(philippe, YEAR).lines if line.community != community]
        left = less(whole, tuple(map(sum, zip(*others, strict=True))))

        assert left == of_year(narrowed.together) == on_pages(surveys)
        assert of_year(Behind.of(community, "R1", YEAR, philippe).year) == left
        (row,) = table.rows(narrowed)
        assert row[-3:-1] == [indicators.share_between(*left) if left[2] else None, left[2]]

    every = [SHARED, SHARED, SMALL, SMALL]
    assert remains_of_a_small_meeting(unprotected(*every), unprotected(*every[:3])) in FEW, "the control"


def test_small_meetings_told_together_are_told_whole_or_not_at_all(community, sandrine, philippe):
    surveys = [
        evaluated(community, 90, SHARED, sandrine),
        *(evaluated(community, n, SMALL, sandrine) for n in (60, 40)),
    ]
    pool = Pool.objects.get()
    (worth,) = [one.told for one in PooledResults(pool).shown if one.told.code == "R1"]

    def left():
        return less(of_year(Across(philippe, YEAR).together), on_pages(surveys))

    assert pool.is_told
    assert worth.n == 8
    assert left() == (*worth.number_of(WORTH), 8)

    last = Meeting.objects.filter(pk=surveys[-1].meeting_id)
    last.update(starts_at=NOW - dt.timedelta(days=400))
    assert left() == (0, 0, 0), "the four of this year are not told without those of the last one"


# ------------------------------------------------------------ the report


def test_bars_of_a_report_tell_what_pages_tell(community, sandrine):
    surveys = [evaluated(community, *one, sandrine) for one in ((90, SHARED), (60, SMALL), (30, [YES] * 5 + [NO]))]

    told = CommunityYear.gather(community, YEAR)
    drawn = diverging.draw(told, diverging.AFTER_MEETINGS, diverging.WIDE, "meetings")

    pages = {str(title): on_pages(surveys, code, values) for code, title, _side, values in diverging.AFTER_MEETINGS}
    assert {row.title for row in drawn.rows} == set(pages) - {"The time given"}, "whose sides one release tells as one"
    for row in drawn.rows:
        (bar,) = row.bars
        low, high, n = pages[row.title]
        assert bar.n == n
        assert bar.total.replace("%", "").split(" to ") == [
            words.replace("%", "") for words in indicators.share_between(low, high, n).split(" to ")
        ]


def test_the_year_before_is_told_as_its_own_report_would_tell_it(community, sandrine):
    for days, answers in ((90, SHARED), (60, SMALL), (30, [YES] * 5 + [NO])):
        evaluated(community, days, answers, sandrine)
    counted = indicators.over([community], (YEAR,))[community.pk][YEAR]

    before, own = year_before(community, counted), CommunityYear.gather(community, YEAR)

    assert before.answers == own.answers
    assert of_year(before.figures) == of_year(own.figures)


def test_figures_of_today_less_those_published_are_whole_releases(community, sandrine):
    evaluated(community, 90, SHARED, sandrine)
    report = publishing.publish(community, YEAR, by=sandrine)
    told = CommunityYear.from_json(report.figures)

    def since():
        return less(of_year(indicators.of([community], YEAR)[community.pk]), of_year(told.figures))

    small = evaluated(community, 60, SMALL, sandrine)
    assert since() == on_pages([small]) == (0, 0, 0)
    assert "Worth the time given" not in [one.name for one in frozen.differences(community, told)]

    late = evaluated(community, 30, [YES] * 7, sandrine)
    assert since() == on_pages([small, late]) == (7, 7, 7)
    assert "Worth the time given" in [one.name for one in frozen.differences(community, told)]

    control = remains_of_a_small_meeting(unprotected(SHARED, SMALL), unprotected(SHARED))
    assert control in FEW, "the control: of raw numbers, the one of the small meeting who said no"
