"""A decline is told in the same words on Today, on the community's page and on its vitality, with where to look."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from communities.models import Community
from evaluations.web.today import Today
from meetings.models import Attendance
from tests import factories as make

TOLD = "Baisse marquée et répétée"


def held_with(community, turnouts):
    """One regular meeting a month, oldest first, the last one a week ago."""
    members = [make.a_member(community) for _ in range(max(turnouts))]
    for months_ago, present in enumerate(reversed(turnouts)):
        start = timezone.now() - dt.timedelta(days=7 + 30 * months_ago)
        meeting = make.a_meeting(community, start, started_at=start, closed_at=start + dt.timedelta(hours=1))
        Attendance.objects.bulk_create(
            Attendance(meeting=meeting, membership=m, status="present") for m in members[:present]
        )


@pytest.fixture
def declining(community):
    held_with(community, [15, 16, 14, 17, 16, 12, 8, 5])
    return community


@pytest.fixture
def sister(programme):
    """Of the same programme, and doing as usual."""
    sister = make.a_community("Les filles et le code", programme=programme)
    held_with(sister, [12, 8, 15, 12, 11, 14, 12, 9])
    return sister


def vitality_of(community):
    return reverse("evaluations:vitality", args=[community.pk])


def diagnosis_of(community):
    return reverse("evaluations:diagnosis", args=[community.pk])


def pages_of(community):
    return community.get_absolute_url(), vitality_of(community)


@pytest.mark.parametrize("who", ["sandrine", "philippe"])
def test_it_is_told_where_one_looks(signed_in, request, who, declining, sister):
    client = signed_in(person := request.getfixturevalue(who))
    (line,) = Today(person).to_watch
    sentence = line.decline.sentence.split(".")[0]

    today, overview, vitality = (client.get(page).content.decode() for page in ("/", *pages_of(declining)))

    assert sentence in today
    assert diagnosis_of(declining) in today
    for page in (overview, vitality):
        assert page.count(TOLD) == 1
        assert sentence in page
        assert diagnosis_of(declining) in page.partition(TOLD)[2].partition("</section>")[0]


def test_a_neighbour_that_does_as_usual_is_left_in_peace(signed_in, philippe, declining, sister):
    client = signed_in(philippe)

    assert not [page for page in pages_of(sister) if TOLD in client.get(page).content.decode()]


def test_members_and_note_takers_are_not_alerted(client, nadia, karim, declining):
    for person in (nadia, karim):
        client.force_login(person)
        assert TOLD not in client.get(declining.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("status", "is_told"), [("active", True), ("self_run", True), ("dormant", False), ("archived", False)]
)
def test_at_rest_or_archived_nobody_is_alerted(signed_in, sandrine, declining, status, is_told):
    Community.objects.filter(pk=declining.pk).update(status=status)
    client = signed_in(sandrine)

    assert [TOLD in client.get(page).content.decode() for page in pages_of(declining)] == [is_told, is_told]


def test_it_costs_the_page_one_question(signed_in, sandrine, community):
    """Asked once, whatever the number of meetings."""
    client = signed_in(sandrine)
    client.get(community.get_absolute_url())
    counts = []
    for turnouts in ([], [15, 16, 14, 17, 16, 12, 8, 5]):
        if turnouts:
            held_with(community, turnouts)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(community.get_absolute_url())
        counts.append(sum("topic_announced_at" in q["sql"] and "meetings_attendance" in q["sql"] for q in asked))

    assert counts == [1, 1]
