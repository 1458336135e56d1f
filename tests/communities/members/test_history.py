"""The page of a person tells what they lived here; what is known of them is changed behind « Edit »."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import Role
from meetings.models import Attendance, Note
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def long_ago(community):
    """Three meetings held, the oldest first."""
    days = [timezone.now() - dt.timedelta(days=n) for n in (400, 200, 20)]
    return [make.a_meeting(community, day, title=f"Sujet {n}", closed_at=day) for n, day in enumerate(days)]


def page_of(client, reader, membership, **query):
    client.force_login(reader)
    return client.get(reverse("communities:membership", args=[membership.pk]), query)


def told(page):
    return [(event.kind, event.words) for _year, events in page.context["years"] for event in events]


def test_a_history_tells_presences_actions_and_roles_the_latest_first(client, long_ago, sandrine, nadia):
    hers, other = nadia.memberships.get(), make.a_member(long_ago[0].community)
    make.an_attendance(long_ago[1], hers)
    make.an_attendance(long_ago[2], hers, Attendance.Status.EXCUSED)
    make.an_attendance(long_ago[0], other)
    make.a_note(long_ago[1], "Trouver une salle", kind=Note.Kind.ACTION, assignee=hers)
    make.a_note(long_ago[1], "Appeler la ville", kind=Note.Kind.ACTION, assignee=other)
    long_ago[2].co_facilitators.add(hers)
    make.a_role(nadia, Role.NOTE_TAKER, community=hers.community, starts_on=timezone.localdate())

    page = page_of(client, sandrine, hers)

    assert told(page)[0] == ("role", "Prise de notes")
    assert set(told(page)) == {
        ("role", "Prise de notes"),
        ("helped", "Sujet 2"),
        ("excused", "Sujet 2"),
        ("present", "Sujet 1"),
        ("action", "Trouver une salle"),
        ("joined", "Adhésion à la communauté"),
    }
    assert [presence.status for presence in page.context["presences"]] == ["unknown", "present", "excused"]
    assert page.context["came"] == 1


def test_neither_what_was_replied_nor_another_community_is_told(client, long_ago, sandrine, nadia):
    hers = nadia.memberships.get()
    elsewhere = make.a_community("Ailleurs")
    make.an_attendance(
        make.a_meeting(elsewhere, timezone.now() - dt.timedelta(days=9), title="Secret", closed_at=timezone.now()),
        make.a_member(elsewhere, nadia),
    )
    make.a_role(nadia, Role.FACILITATOR, community=elsewhere, starts_on=timezone.localdate())
    topic = make.a_topic(hers.community, "Un sujet qui l’interpelle")
    topic.supports.create(membership=hers)

    page = page_of(client, sandrine, hers)

    assert told(page) == [("joined", "Adhésion à la communauté")]
    assert "Secret" not in page.text
    assert "interpelle" not in page.text


def test_a_coordinator_reads_no_action_of_notes_that_are_not_published(client, long_ago, philippe, sandrine, nadia):
    hers = nadia.memberships.get()
    make.a_note(long_ago[1], "Trouver une salle", kind=Note.Kind.ACTION, assignee=hers)

    assert ("action", "Trouver une salle") not in told(page_of(client, philippe, hers))
    assert ("action", "Trouver une salle") in told(page_of(client, sandrine, hers))  # she ran it


def test_a_name_typed_in_the_room_is_no_presence_yet(client, long_ago, sandrine, nadia):
    hers = nadia.memberships.get()
    make.an_attendance(long_ago[1], hers, method=Attendance.Method.CODE)
    make.an_attendance(long_ago[2], hers, method=Attendance.Method.LINK)

    assert [p.status for p in page_of(client, sandrine, hers).context["presences"]] == ["unknown", "unknown", "present"]


def test_meetings_before_they_joined_are_not_theirs(client, long_ago, sandrine):
    late = make.a_member(long_ago[0].community, joined_on=timezone.localdate() - dt.timedelta(days=100))

    assert [p.heading for p in page_of(client, sandrine, late).context["presences"]] == ["Sujet 2"]


def test_the_form_is_behind_edit_and_opens_when_it_is_refused(client, sandrine, nadia):
    hers = nadia.memberships.get()
    assert not page_of(client, sandrine, hers).context["is_editing"]
    page = page_of(client, sandrine, hers, modifier="1")
    assert page.context["is_editing"]
    assert submit(client, page, {"title": "Directrice"}).status_code == 302
    hers.refresh_from_db()
    assert hers.title == "Directrice"

    form = form_on(page_of(client, sandrine, hers), ["title"])
    refused = form.fill({"title": "x" * 200}).press(client)
    assert refused.status_code == 422
    assert refused.context["is_editing"]
