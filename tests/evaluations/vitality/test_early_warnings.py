"""What members answer less well over three meetings than before is told early, where one looks, against this group's
own history; set aside with a reason, it is told no more."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from communities.models import Community, DismissedAlert
from evaluations.domain.overview import early
from evaluations.web.today import Today
from meetings.models import Meeting
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room, closed_with
from tests.forms import as_read, submit

GOOD, POOR = ANSWERS, {**ANSWERS, "R1": "1"}


def held(community, course, *, people=12, **fields):
    """One regular meeting a month, oldest first: of its people, so many answer that it was worth their time."""
    for months_ago, happy in enumerate(reversed(course)):
        start = timezone.now() - dt.timedelta(days=10 + 30 * months_ago)
        meeting, members = a_room(community, people, title=f"Il y a {months_ago} mois")
        closed_with(meeting, members, [GOOD] * happy + [POOR] * (people - happy))
        Meeting.objects.filter(pk=meeting.pk).update(
            **{"starts_at": start, "started_at": start, "ends_at": start + dt.timedelta(hours=2), **fields},
            closed_at=start + dt.timedelta(hours=2),
        )


def codes(community):
    return [alert.subject.partition(":")[0] for alert in early.warnings_of(community)]


@pytest.fixture
def falling(community):
    held(community, [12, 12, 12, 6, 6, 6])
    return community


@pytest.fixture
def steady(programme):
    steady = make.a_community("Les filles et le code", programme=programme)
    held(steady, [12, 6, 12, 12, 6, 12])
    return steady


def test_three_meetings_found_less_worth_their_time_are_told_with_their_numbers(falling, steady):
    (alert,) = early.warnings_of(falling)

    assert "(n = 36)" in alert.sentence
    assert not early.warnings_of(steady)


@pytest.mark.parametrize(
    ("course", "is_told"),
    [
        ([12, 12, 12, 6, 6, 6], True),
        ([12, 12, 12, 12, 6, 6], True),  # two of the last three
        ([12, 12, 12, 12, 12, 0], False),  # one bad meeting
        ([12, 12, 6, 6, 6], False),  # five meetings tell nothing
        ([6, 6, 6, 6, 6, 6], False),  # as before
        ([6, 6, 6, 12, 12, 12], False),
    ],
)
def test_a_fall_is_marked_and_repeated(community, course, is_told):
    held(community, course)

    assert bool(early.warnings_of(community)) is is_told


@pytest.mark.parametrize(("code", "poor"), [("R1", "1"), ("R2", "1"), ("R3", "2"), ("R6", "1")])
def test_each_watched_question_is_told_alone(community, code, poor, monkeypatch):
    said = {**ANSWERS, "R6": "4"}
    for months_ago in range(5, -1, -1):
        start = timezone.now() - dt.timedelta(days=10 + 30 * months_ago)
        meeting, members = a_room(community, 12, objective="Rejoindre les pères isolés")
        few = 0 if months_ago > 2 else 6
        closed_with(meeting, members, [said] * (12 - few) + [{**said, code: poor}] * few)
        Meeting.objects.filter(pk=meeting.pk).update(
            starts_at=start, started_at=start, closed_at=start, ends_at=start + dt.timedelta(hours=2)
        )

    assert codes(community) == [code]


def test_meetings_that_tell_nothing_are_passed_over(community):
    """Too few answered at the last one: nothing of it is compared."""
    held(community, [12, 12, 12, 6, 6, 6])
    meeting, members = a_room(community, 3)
    closed_with(meeting, members, [GOOD] * 3)
    Meeting.objects.filter(pk=meeting.pk).update(closed_at=timezone.now(), ends_at=timezone.now())

    assert codes(community) == ["R1"]


def test_trainings_do_not_count(community):
    held(community, [12, 12, 12, 6, 6, 6], kind=Meeting.Kind.TRAINING)

    assert not early.warnings_of(community)


@pytest.mark.parametrize(("status", "is_told"), [("active", True), ("dormant", False), ("archived", False)])
def test_at_rest_or_archived_nobody_is_alerted(falling, status, is_told):
    Community.objects.filter(pk=falling.pk).update(status=status)
    falling.refresh_from_db()

    assert bool(early.warnings_of(falling)) is is_told


TITLE = "Des évaluations moins bonnes qu’avant"


@pytest.mark.parametrize("who", ["sandrine", "philippe"])
def test_it_is_told_on_today_on_the_community_s_page_and_on_its_vitality(signed_in, request, who, falling, steady):
    client = signed_in(request.getfixturevalue(who))
    vitality, diagnosis = (reverse(f"evaluations:{name}", args=[falling.pk]) for name in ("vitality", "diagnosis"))

    pages = ("/", falling.get_absolute_url(), vitality, diagnosis)
    today, overview, board, causes = (as_read(client.get(page)) for page in pages)

    assert diagnosis in today
    assert "Voir ce qui baisse" in today
    assert TITLE in overview
    assert TITLE in board
    assert TITLE in causes
    assert "Cinq causes à vérifier" in causes
    assert TITLE not in as_read(client.get(reverse("evaluations:vitality", args=[steady.pk])))


def test_members_and_note_takers_read_nothing_of_it(client, nadia, karim, falling):
    for person in (nadia, karim):
        client.force_login(person)
        assert TITLE not in as_read(client.get(falling.get_absolute_url()))


def test_set_aside_with_a_reason_it_is_told_no_more_and_taken_up_again_it_is(signed_in, sandrine, falling):
    client, page = signed_in(sandrine), reverse("evaluations:vitality", args=[falling.pk])
    action = reverse("communities:dismiss_alert", args=[falling.pk])

    answer = submit(client, page, {"reason": "Trois rencontres sur un sujet imposé"}, action=action)

    assert answer.status_code == 302
    assert TITLE not in as_read(client.get(page))
    assert not [item for item in Today(sandrine).to_do if "diagnostic" in item.url]
    DismissedAlert.objects.get().delete()
    assert TITLE in as_read(client.get(page))


def test_set_aside_it_comes_back_when_a_later_meeting_falls_too(falling):
    (alert,) = early.warnings_of(falling)
    DismissedAlert.objects.create(community=falling, code=alert.code, subject=alert.subject, reason="Un accident")
    assert not early.warnings_of(Community.objects.get(pk=falling.pk))

    held(falling, [0])
    newest = Meeting.objects.order_by("-pk").first()
    ago = timezone.now() - dt.timedelta(days=2)
    Meeting.objects.filter(pk=newest.pk).update(starts_at=ago, ends_at=ago + dt.timedelta(hours=2))

    assert early.warnings_of(Community.objects.get(pk=falling.pk))


def test_it_asks_as_much_for_many_communities_as_for_one(programme, falling):
    asked = []
    for more in (0, 3):
        for _ in range(more):
            held(make.a_community(programme=programme), [12, 12, 12, 6, 6, 6])
        communities = list(Community.objects.all())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = early.standing(communities)
        asked.append(len(queries))
        assert len(found) == 1 + more
    assert asked == [2, 2]
