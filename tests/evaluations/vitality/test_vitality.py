"""Six signs, six factors, and years side by side."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluations.domain import charts, vitality
from evaluations.models import Factor
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room, closed_with
from tests.forms import submit


def sign(community, number):
    return list(vitality.Board(community).signs())[number]


def test_without_anything_held_no_figure_is_made_up(community, sandrine, signed_in):
    page = signed_in(sandrine).get(reverse("evaluations:vitality", args=[community.pk]))

    assert page.status_code == 200
    assert not any(s.is_known for s in vitality.Board(community).signs())


def test_each_sign_says_its_source_and_over_how_many(community, sandrine):
    meeting, members = a_room(community, 24, by=sandrine)
    closed_with(meeting, members, [{**ANSWERS, "R4": ["2"]}] * 24)
    type(meeting).objects.filter(pk=meeting.pk).update(closed_at=timezone.now())

    presence, speaking, solutions = (sign(community, n) for n in (0, 2, 5))

    assert presence.value.startswith("24")
    assert "n = 24" in speaking.source
    assert solutions.value.replace("\xa0", " ").replace("\u202f", " ") == "100 %"


def closed_in(community, sandrine, years_ago, n, answers):
    with time_machine.travel(timezone.now() - dt.timedelta(days=365 * years_ago)):
        meeting, members = a_room(community, n, by=sandrine)
        closed_with(meeting, members, [answers] * n)
        type(meeting).objects.filter(pk=meeting.pk).update(closed_at=timezone.now())


def test_what_people_say_is_drawn_over_the_years_that_tell_it(community, sandrine):
    """Everyone left with a lead two years ago, nobody this year; last year too few answered to tell."""
    other = make.a_community("Voisine")
    closed_in(community, sandrine, 2, 24, {**ANSWERS, "R4": ["2"]})
    closed_in(community, sandrine, 1, 4, {**ANSWERS, "R4": ["2"]})
    closed_in(other, sandrine, 1, 24, {**ANSWERS, "R4": ["2"]})
    assert sign(community, 5).course is None, "one year has no course"

    closed_in(community, sandrine, 0, 24, {**ANSWERS, "R4": ["5"]})

    first, last = sign(community, 5).course.marks
    assert first.top < last.top, "the first stands higher on the drawing"
    assert sign(community, 2).course, "who spoke as they wished too"


def test_under_the_threshold_what_people_said_stays_unsaid(community, sandrine):
    meeting, members = a_room(community, 4, by=sandrine)
    closed_with(meeting, members, [ANSWERS] * 4)
    type(meeting).objects.filter(pk=meeting.pk).update(closed_at=timezone.now())

    assert not sign(community, 2).is_known
    assert not sign(community, 5).is_known


def test_ratings_are_kept_as_a_history_one_a_day_for_each_person(community, sandrine, signed_in):
    client, address = signed_in(sandrine), reverse("evaluations:rate_factor", args=[community.pk])
    with time_machine.travel(timezone.now() - dt.timedelta(days=200)):
        vitality.rate(community, Factor.RULES, 2, "Écrites, peu rappelées", by=sandrine)

    board, rules = reverse("evaluations:vitality", args=[community.pk]), {"factor": "rules"}
    submit(client, board, {"level": "3", "note": "Rappelées"}, holding=rules)
    submit(client, board, {"level": "4", "note": "Rappelées et respectées"}, holding=rules)
    client.post(address, {"factor": "rules", "level": "9"})

    line = next(f for f in vitality.Board(community).factors() if f.factor == Factor.RULES)
    assert (line.latest.level, line.latest.note) == (4, "Rappelées et respectées")
    assert [rating.level for rating in line.before] == [2]


def test_an_evaluator_reads_the_level_and_not_the_note(community, sandrine, client):
    vitality.rate(community, Factor.GROUP, 3, "Entre nous", by=sandrine)
    evaluator = make.a_person("Solène")
    make.a_role(evaluator, "evaluator", community=community)
    client.force_login(evaluator)

    page = client.get(reverse("evaluations:vitality", args=[community.pk])).content.decode()

    assert "Solide" in page
    assert "Entre nous" not in page
    assert "Beaulieu" not in page


def test_years_stand_side_by_side(community, sandrine):
    this_year = timezone.localdate().year
    for year in (this_year - 2, this_year - 1):
        meeting = make.a_meeting(
            community, dt.datetime(year, 5, 4, 16, tzinfo=dt.UTC), closed_at=dt.datetime(year, 5, 4, 17, tzinfo=dt.UTC)
        )
        make.an_attendance(meeting, make.a_member(community))

    board = vitality.Board(community)

    assert [year.year for year in board.years] == [this_year - 2, this_year - 1, this_year]
    assert board.year_lines()[0].cells == ["1", "1", "0"]


def test_the_board_asks_as_many_questions_for_thirty_members(community, sandrine, signed_in):
    client, address = signed_in(sandrine), reverse("evaluations:vitality", args=[community.pk])
    counts = []
    for size in (3, 27):
        meeting, _members = a_room(community, size, by=sandrine)
        type(meeting).objects.filter(pk=meeting.pk).update(closed_at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_board_asks_as_many_questions_for_nine_years_as_for_one(community, sandrine, signed_in):
    client, address = signed_in(sandrine), reverse("evaluations:vitality", args=[community.pk])
    this_year, counts = timezone.localdate().year, []
    for year in range(this_year, this_year - 9, -1):
        closed = dt.datetime(year, 1, 1, 17, tzinfo=dt.UTC)
        make.a_meeting(community, closed - dt.timedelta(minutes=30), closed_at=closed)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        counts.append(len(queries))

    assert len(page.context["board"].years) == 9
    assert set(counts) == {counts[0]}


def test_a_measure_is_drawn_over_the_years_it_is_known_in():
    rising = charts.course([(0.4, 0.4), None, (0.5, 0.7), (0.8, 0.8)], top=1)

    assert [mark.is_last for mark in rising.marks] == [False, False, True]
    first, between, last = rising.marks
    assert first.top == first.bottom > last.top
    assert between.top < between.bottom, "somewhere between two numbers"
    assert between.x - first.x == pytest.approx(2 * (last.x - between.x), abs=0.2), (
        "a year that is missing keeps its place"
    )
    assert charts.course([None, (0.4, 0.4)]) is None


def test_definitions_wait_to_be_asked_for(community, sandrine, signed_in):
    meeting, _members = a_room(community, 6, by=sandrine)
    type(meeting).objects.filter(pk=meeting.pk).update(closed_at=timezone.now())

    page = signed_in(sandrine).get(reverse("evaluations:vitality", args=[community.pk])).content.decode()

    definition = vitality.Board(community).year_lines()[1].definition
    before = page.partition(definition)[0]
    assert definition in page
    assert before.rpartition("<details>")[2].count("</details>") == 0
