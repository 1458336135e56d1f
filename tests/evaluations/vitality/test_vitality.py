"""Six signs, six factors, and years side by side."""

import datetime as dt
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from evaluations.domain import charts, rubric, vitality
from evaluations.domain.campaigns import campaigns
from evaluations.domain.surveys import collection
from evaluations.models import Factor, FactorRating, Survey
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room, closed_with
from tests.forms import on_one_line, submit


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
        vitality.rate(community, Factor.RULES, 1, "Écrites, peu rappelées", by=sandrine)

    board, rules = reverse("evaluations:vitality", args=[community.pk]), {"factor": "rules"}
    submit(client, board, {"level": "2", "note": "Rappelées"}, holding=rules)
    submit(client, board, {"level": "3", "note": "Rappelées et respectées"}, holding=rules)
    client.post(address, {"factor": "rules", "level": "4"})

    line = next(f for f in vitality.Board(community).factors() if f.factor == Factor.RULES)
    assert (line.latest.level, line.latest.note) == (3, "Rappelées et respectées")
    assert [rating.level for rating in line.before] == [1]


def test_an_evaluator_reads_the_level_and_not_the_note(community, sandrine, client):
    vitality.rate(community, Factor.GROUP, 2, "Entre nous", by=sandrine)
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


# ---------------------------------------------------------------- the rubric


def test_each_factor_has_four_sentences_in_both_languages(community, sandrine, signed_in):
    for factor in Factor:
        french = [str(grade.sentence) for grade in rubric.grades_of(factor)]
        with translation.override("en"):
            english = [str(grade.sentence) for grade in rubric.grades_of(factor)]
        assert [grade.level for grade in rubric.grades_of(factor)] == [0, 1, 2, 3]
        assert len({*french, *english}) == 8
    page = signed_in(sandrine).get(reverse("evaluations:vitality", args=[community.pk])).content.decode()
    assert "Rappelées et respectées" in page
    assert "Écrites, non partagées." in page


def test_a_rating_says_what_its_level_means_a_zero_too(community, sandrine, philippe, signed_in):
    board = reverse("evaluations:vitality", args=[community.pk])
    submit(signed_in(sandrine), board, {"level": "0"}, holding={"factor": "objectives"})

    line = next(f for f in vitality.Board(community).factors() if f.factor == Factor.OBJECTIVES)
    answer = signed_in(philippe).get(board)
    page = answer.content.decode()

    assert (line.latest.level, line.means) == (0, "Aucun objectif écrit.")
    assert "À bâtir (0 sur 3)" in on_one_line(answer)
    assert "level-0" in page
    assert page.count("level-none") == 5
    assert "rate_factor" not in page


def a_campaign_told(community, sandrine, answers, n=8):
    members = [make.a_member(community) for _ in range(n)]
    campaign = make.a_campaign(community)
    campaigns.open_to_all(campaign, sandrine)
    survey = Survey.objects.get(campaign=campaign)
    for member in members:
        collection.answer(survey, member, answers, in_session=False)
    collection.close(Survey.objects.get(pk=survey.pk))
    return campaign


def evidence_of(community, factor):
    line = next(f for f in vitality.Board(community).factors() if f.factor == factor)
    return {item.name: item for item in line.evidence}


def test_what_members_say_once_a_year_is_evidence_of_three_factors(community, sandrine):
    assert "Connues et respectées" not in evidence_of(community, Factor.RULES), "nothing was asked yet"

    said = {"M1": "1", "M2A": "4", "M2B": "1", "M8": "3", "M10": "3", "M20": "4", "M6": "4", "M7": "4"}
    campaign = a_campaign_told(community, sandrine, said)

    assert evidence_of(community, Factor.RULES)["Connues et respectées"].value.startswith("100")
    objectives = evidence_of(community, Factor.OBJECTIVES)
    assert objectives["Clairs"].value.startswith("100")
    assert "Une place pour chaque personne" not in evidence_of(community, Factor.FACILITATION), "to them first"
    type(campaign).objects.update(facilitation_read_at=timezone.now())
    assert evidence_of(community, Factor.FACILITATION)["Points clés"].value.startswith("100")


def test_under_the_threshold_no_evidence_is_drawn_from_members(community, sandrine):
    a_campaign_told(community, sandrine, {"M1": "1", "M8": "3", "M10": "3", "M20": "4"}, n=4)

    assert "Connues et respectées" not in evidence_of(community, Factor.RULES)


def test_ratings_kept_from_one_to_four_go_from_zero_to_three_and_back(community, sandrine):
    moved = import_module("evaluations.migrations.0021_ratings_from_zero")
    for level, factor in enumerate([Factor.GROUP, Factor.RULES, Factor.OBJECTIVES, Factor.ENGAGEMENT]):
        vitality.rate(community, factor, level, "", by=sandrine)

    def levels():
        return sorted(FactorRating.objects.values_list("level", flat=True))

    moved.from_one(apps, None)
    assert levels() == [1, 2, 3, 4]
    moved.from_zero(apps, None)
    assert levels() == [0, 1, 2, 3]
