"""The page of a community: who came, beside the year before, what asks to be looked at, what came out of it."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from communities.models import Community, Role
from evaluations.domain import indicators
from evaluations.domain.indicators import Turnout
from evaluations.domain.overview import causes, chart
from evaluations.domain.overview.board import Overview
from evaluations.domain.surveys import bank
from meetings.models import Attendance, FollowUp, Minutes
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room, closed_with

NOW = dt.datetime(2026, 11, 25, 18, tzinfo=dt.UTC)
HELD = [(300, 12), (200, 14), (100, 13), (30, 11)]  # days ago, people


@pytest.fixture(autouse=True)
def late_in_november():
    with time_machine.travel(NOW, tick=False):
        yield


def held(community, days_ago, present, **fields):
    start = timezone.now() - dt.timedelta(days=days_ago)
    meeting = make.a_meeting(community, start, started_at=start, closed_at=start + dt.timedelta(hours=1), **fields)
    members = list(community.memberships.active())
    members += [make.a_member(community) for _ in range(present - len(members))]
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, membership=m, status="present") for m in members[:present]
    )
    return meeting


def a_year_of(community, some=HELD):
    return [held(community, *one) for one in some]


@pytest.fixture
def sister(programme, sandrine):
    """Led by the same person, in the same programme."""
    sister = make.a_community("Les filles et le code", programme=programme)
    make.a_role(sandrine, Role.FACILITATOR, community=sister)
    return sister


def page_of(client, community):
    return client.get(community.get_absolute_url()).content.decode()


def drawn_on(page):
    return re.findall(r'<svg class="chart attendance"[^>]*aria-label="([^"]+)"', page)


def green_on(page):
    """What the filled buttons say."""
    main = page.partition("<main")[2]
    found = re.findall(r'class="btn[^"]*btn-primary[^"]*"[^>]*>(.*?)</(?:a|button)>', main, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", words).split()) for words in found]


# ---------------------------------------------------------------- who came


def test_who_leads_sees_who_came_at_each_date_and_the_next_one(community, sister, sandrine, signed_in):
    a_year_of(community)
    a_year_of(sister, [(40, 6)])
    make.a_meeting(community, NOW + dt.timedelta(days=15))

    page = page_of(signed_in(sandrine), community)

    wide, narrow = drawn_on(page)
    assert wide == narrow
    assert re.findall(r": (\d+)[,.]", wide) == ["12", "14", "13", "11"]
    assert "10 décembre 2026" in wide
    rows = re.findall(r'<td class="num">(\d+)</td>', page)
    assert rows == ["12", "14", "13", "11"], "the same in a table"
    assert page.count('class="coming"') == 2


@pytest.mark.parametrize("who", ["nadia", "karim"])
def test_members_and_note_takers_are_shown_no_figure(community, sandrine, who, request, client):
    a_year_of(community)
    client.force_login(request.getfixturevalue(who))
    page = page_of(client, community)

    assert not drawn_on(page)
    assert "présences par rencontre" not in page
    client.force_login(sandrine)
    assert drawn_on(page_of(client, community))


def test_dots_stand_at_their_true_dates():
    def turnout(day, present):
        return Turnout(1, day, "regular", "online", "", 60, present)

    days = [dt.date(2026, 1, 1), dt.date(2026, 1, 31), dt.date(2026, 7, 1)]
    turnouts = [turnout(day, present) for day, present in zip(days, (10, 20, 26), strict=True)]

    drawn = chart.draw(chart.WIDE, turnouts, next_day=dt.date(2026, 12, 31), low=1)

    first, second, third = drawn.dots
    across = chart.WIDE.last - chart.WIDE.first
    assert second.x - first.x == pytest.approx(across * 30 / 364, abs=0.2)
    assert third.x - first.x == pytest.approx(across * 181 / 364, abs=0.2)
    assert drawn.ring[0] == chart.WIDE.last
    assert third.y == chart.WIDE.top, "the highest fits in"
    assert [dot.is_low for dot in drawn.dots] == [False, False, True]
    assert [dot.shows_day for dot in drawn.dots] == [True, False, True], (
        "days that would run into each other are left out"
    )


def test_a_date_that_is_over_is_no_next_date():
    past = Turnout(1, dt.date(2026, 3, 1), "regular", "online", "", 60, 9)

    assert chart.draw(chart.NARROW, [past], next_day=dt.date(2026, 2, 1)).ring is None
    assert chart.draw(chart.NARROW, [past], next_day=dt.date(2026, 4, 1)).ring


# ---------------------------------------------------------------- four figures


def test_the_figures_are_those_of_the_report_beside_the_year_before(community, sandrine):
    a_year_of(community, [(400, 10), *HELD])
    make.an_outcome(community, "Halte mobile", happened_on=dt.date(2026, 5, 1))
    make.an_outcome(community, "Gabarit", happened_on=dt.date(2025, 5, 1))
    make.an_outcome(make.a_community("Voisine"), "D’ailleurs", happened_on=dt.date(2026, 5, 1))

    overview = Overview(community, sandrine)

    year = indicators.of([community], 2026)[community.pk]
    average, reach, worth, outcomes = overview.figures
    assert (average.value, average.before) == (year.by_code["P1"].shown, "10,0 en 2025")
    assert (reach.value, reach.over) == (year.by_code["P2"].shown, year.by_code["P2"].over)
    assert worth.value == "–", "nothing was released"
    assert (outcomes.value, outcomes.before) == ("1", "1 en 2025")


def test_what_people_thought_comes_from_releases_alone(community, sandrine):
    meeting, members = a_room(community, 8, by=sandrine)
    closed_with(meeting, members, [ANSWERS] * 8)
    type(meeting).objects.filter(pk=meeting.pk).update(closed_at=timezone.now())
    small, few = a_room(community, 4, by=sandrine)
    closed_with(small, few, [{**ANSWERS, "R1": "1"}] * 4)
    type(small).objects.filter(pk=small.pk).update(closed_at=timezone.now())

    worth = Overview(community, sandrine).figures[2]

    assert worth.value.startswith("100")
    assert worth.over.endswith("8 réponses"), "the four of the other meeting are told nowhere"


def test_a_fall_is_told_in_red_only_where_the_alert_is(community, sandrine):
    a_year_of(community, [(400, 15), *HELD])
    calm = Overview(community, sandrine).figures[0]
    other = make.a_community("Autre")
    a_year_of(other, [(700, 15), (600, 16), (500, 14), (400, 17), (300, 8), (200, 7), (100, 5)])
    alerted = Overview(other, sandrine).figures[0]

    assert not calm.fell, "fewer than last year, but no marked and repeated decline"
    assert alerted.fell


# ---------------------------------------------------------------- the green button


def test_one_green_button_for_what_presses_most(community, sandrine, signed_in):
    client = signed_in(sandrine)
    Community.objects.filter(pk=community.pk).update(purpose="Rejoindre")
    starting = page_of(client, community)

    make.an_objective(community)
    make.a_rule(community)
    make.a_meeting(community, NOW + dt.timedelta(days=15))
    a_year_of(community, HELD[:1])
    calm = page_of(client, community)

    a_year_of(community, [(280, 15), (260, 16), (240, 14), (200, 6), (100, 5), (50, 5)])
    declining = page_of(client, community)

    assert green_on(starting) == ["Y aller"]
    assert green_on(calm) == ["Préparer la rencontre"]
    assert green_on(declining) == ["Ouvrir le diagnostic"]


def test_where_no_date_is_planned_planning_is_what_is_offered(community, sandrine, nadia, client):
    make.an_objective(community)
    make.a_rule(community)
    Community.objects.filter(pk=community.pk).update(purpose="Rejoindre")
    a_year_of(community, HELD)

    client.force_login(sandrine)
    assert green_on(page_of(client, community)) == ["Planifier des dates"]
    client.force_login(nadia)
    assert green_on(page_of(client, community)) == []


# ---------------------------------------------------------------- causes


def test_the_causes_to_check_come_with_what_is_known(community, sandrine):
    for days_ago in (245, 217, 189, 161, 133, 105):
        held(community, days_ago, 8)
    make.an_objective(community, reviewed_on=dt.date(2026, 7, 2))
    make.a_topic(community, "La relève")
    overview = Overview(community, sandrine)

    moment, satisfaction, engagement, scatter, needs = causes.causes(community, overview.before, overview.year)

    assert moment.is_clue, "always the same day at the same hour"
    assert "mercredi" in moment.evidence
    assert not satisfaction.is_known
    assert not scatter.is_known
    assert engagement.is_known
    assert "1 sujet" in needs.evidence
    assert "2 juillet 2026" in needs.evidence


def test_satisfaction_before_and_since_is_compared_from_releases(community, sandrine):
    for days_ago, answer in ((200, "4"), (150, "4"), (100, "4"), (60, "1"), (40, "1"), (20, "1")):
        start = timezone.now() - dt.timedelta(days=days_ago)
        meeting, members = a_room(community, 10, by=sandrine, starts_at=start, started_at=start)
        closed_with(meeting, members, [{**ANSWERS, "R1": answer}] * 10)
        type(meeting).objects.filter(pk=meeting.pk).update(closed_at=start + dt.timedelta(hours=1))
    overview = Overview(community, sandrine)

    cause = causes.causes(community, overview.before, overview.year)[1]

    before, since = cause.parts
    assert (before.low, before.n) == (30, 30)
    assert (since.high, since.n) == (0, 30)
    assert cause.is_clue


def test_a_fall_across_two_wordings_is_no_clue_and_says_why(community, sandrine, philippe):
    def asked(days_ago, answer):
        start = timezone.now() - dt.timedelta(days=days_ago)
        fields = {"starts_at": start, "started_at": start, "objective": "Aller vers les pères"}
        meeting, members = a_room(community, 10, by=sandrine, **fields)
        closed_with(meeting, members, [{**ANSWERS, "R6": answer}] * 10)
        type(meeting).objects.filter(pk=meeting.pk).update(closed_at=start + dt.timedelta(hours=1))

    for days_ago in (200, 150, 100):
        asked(days_ago, "4")
    words = {"wording_fr": "Nous avons avancé vers {objective}.", "wording_en": "We moved toward {objective}."}
    bank.make_version("Q-R", {"R6": bank.Edit(words, is_asked=True, place=5)}, philippe, based_on=1)
    for days_ago in (60, 40, 20):
        asked(days_ago, "1")
    overview = Overview(community, sandrine)

    cause = causes.causes(community, overview.before, overview.year)[3]

    assert [part.high for part in cause.parts] == [30, 0]
    assert not cause.is_clue
    assert "La formulation a changé entre-temps" in cause.evidence


# ---------------------------------------------------------------- what came out of it


def test_a_decision_is_read_by_those_who_read_its_meetings_notes(community, sister, sandrine, nadia, philippe, client):
    meeting = held(community, 30, 6)
    make.a_note(meeting, "On partage les outils.", kind="decision")
    make.a_note(held(sister, 20, 6), "Chez les autres.", kind="decision")
    make.an_outcome(community, "Local du samedi", happened_on=dt.date(2026, 9, 16))

    def told(person):
        client.force_login(person)
        page = page_of(client, community)
        assert "Local du samedi" in page
        assert "Chez les autres" not in page
        return "On partage les outils." in page

    assert told(sandrine)
    assert not told(nadia)
    assert not told(philippe)

    Community.objects.filter(pk=community.pk).update(minutes_level="full")
    Minutes.objects.update_or_create(meeting=meeting, defaults={"published_at": timezone.now(), "level": "full"})
    FollowUp.objects.update_or_create(meeting=meeting, defaults={"sent_at": timezone.now()})

    assert told(nadia)
    assert told(philippe)


def test_the_latest_comes_first_and_the_rest_is_one_press_away(community, nadia, signed_in):
    for month in range(1, 8):
        make.an_outcome(community, f"Mois {month}", happened_on=dt.date(2026, month, 1))
    make.an_outcome(community, "Entre nous", happened_on=dt.date(2026, 8, 1), is_shared=False)

    page = page_of(signed_in(nadia), community)

    assert re.findall(r"Mois \d", page) == ["Mois 7", "Mois 6", "Mois 5", "Mois 4", "Mois 3"]
    assert "Entre nous" not in page
    assert reverse("communities:outcomes", args=[community.pk]) in page


# ---------------------------------------------------------------- one count of members


def test_every_page_tells_the_same_number_of_members(community, sister, sandrine, philippe, client):
    for _ in range(7):
        make.a_member(community)
    make.a_member(community, status="paused", paused_on=dt.date(2026, 3, 1))
    make.a_member(community, status="alumni", joined_on=dt.date(2025, 1, 1), left_on=dt.date(2026, 6, 1))
    make.a_member(community, status="invited")
    make.a_member(sister)
    client.force_login(philippe)

    def told(name, *args):
        page = client.get(reverse(name, args=args)).content.decode().partition("<main")[2]
        return {int(n) for n in re.findall(r"(\d+)\s+membres?\b", re.sub(r"<[^>]+>", "", page))}

    for name in ("communities:detail", "communities:members", "meetings:of_community", "meetings:topics"):
        assert told(name, community.pk) == {7}, name
    assert told("communities:list") == {7, 1}
    assert told("evaluations:across") == {7, 1}
    assert indicators.of([community], 2026)[community.pk].members == 7
    assert community.number_of_members == 7


# ---------------------------------------------------------------- tabs


def test_five_tabs_and_a_gear_for_who_leads_and_what_is_theirs_for_the_others(community, sandrine, nadia, ada, client):
    def tabs(person):
        client.force_login(person)
        nav = page_of(client, community).partition('<nav class="tabs"')[2].partition("</nav>")[0]
        return [
            " ".join(re.sub(r"<[^>]+>", "", words).split()) for words in re.findall(r"<a[^>]*>(.*?)</a>", nav, re.S)
        ]

    five = ["Aperçu", "Rencontres", "Personnes", "Sujets et retombées", "Évaluation"]
    assert tabs(sandrine) == [*five, "Réglages"]
    assert tabs(nadia) == five
    assert tabs(ada) == ["Aperçu", "Personnes"]


def test_it_asks_as_much_for_many_meetings_as_for_few(community, sandrine, signed_in):
    client, counts = signed_in(sandrine), []
    client.get(community.get_absolute_url())
    for some in ([(500, 9), (400, 9), (20, 9)], [(15 * n + 25, 9) for n in range(30)]):
        for one in some:
            make.a_note(held(community, *one), "On décide.", kind="decision")
            make.an_outcome(community, happened_on=dt.date(2026, 5, 1))
        with CaptureQueriesContext(connection) as asked:
            client.get(community.get_absolute_url())
        counts.append(len(asked))

    assert counts[0] == counts[1]
