"""Three levels: a log for the team, the synthesis for members, full minutes once a person publishes them."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from communities.models import Community
from meetings.domain.followup import follow_up, minutes
from meetings.domain.links import links
from meetings.domain.live import live_session
from meetings.models import Meeting, Note
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def held(community, sandrine, nadia):
    Community.objects.filter(pk=community.pk).update(minutes_level="full")
    community.refresh_from_db()
    start = timezone.now() - dt.timedelta(hours=3)
    meeting = make.a_meeting(
        community, start, title="Un sujet", started_at=start, closed_at=timezone.now(), synthesis="On garde le samedi."
    )
    make.an_attendance(meeting, nadia.memberships.get())
    topic = make.a_topic(community, "Les pères isolés", state="discussed", meeting=meeting)
    block = meeting.agenda.create(kind="exchange", title="Échange", minutes=30, position=2, topic=topic)
    make.a_note(meeting, "Le bouche-à-oreille marche", item=block)
    make.a_note(meeting, "Entre nous seulement", item=block, kind=Note.Kind.OFF_RECORD)
    make.a_note(meeting, "Noté au vol", kind=Note.Kind.DECISION)
    return meeting


@pytest.fixture
def own(held, nadia):
    """Nadia's own pages: of the meeting, of its minutes."""
    token = links.guest_token(held, nadia.memberships.get())
    return {name: reverse(f"meetings:{name}", args=[token]) for name in ("phone", "phone_minutes", "phone_minutes_pdf")}


def test_lines_are_told_by_topic_and_what_is_not_to_be_recorded_never(held):
    told = minutes.ReadableMinutes(held)

    assert [section.title for section in told.sections] == ["Les pères isolés", "Aussi noté"]
    assert "Entre nous seulement" not in [note.text for note in told.notes]
    assert "Entre nous seulement" not in follow_up.draft(held)


def test_the_drafts_belong_to_those_who_run_it_and_what_is_published_is_read_by_all(
    held, community, sandrine, karim, philippe, nadia, signed_in
):
    """The coordination, and the note-taker of other meetings, read what members read; an evaluator, the synthesis."""
    somebody_else, evaluator = make.a_person("Omar"), make.a_person("Université")
    make.a_role(somebody_else, "note_taker", community=community)
    make.a_role(evaluator, "evaluator", community=community)
    Meeting.objects.filter(pk=held.pk).update(note_taker=karim)
    drafts = reverse("meetings:minutes", args=[held.pk])

    def read(person):
        page = signed_in(person).get(held.get_absolute_url()).content.decode()
        return ["On garde le samedi." in page, "Noté au vol" in page, signed_in(person).get(drafts).status_code == 200]

    assert [read(person) for person in (sandrine, karim)] == [[True] * 3] * 2
    assert [read(person) for person in (philippe, somebody_else, nadia, evaluator)] == [[False] * 3] * 4
    for person in (philippe, somebody_else):
        assert signed_in(person).post(reverse("meetings:complete", args=[held.pk])).status_code == 403

    submit(signed_in(sandrine), drafts, action=reverse("meetings:publish_minutes", args=[held.pk]))
    make.say_of(held, followed_up_at=timezone.now())

    assert [read(person) for person in (philippe, somebody_else, nadia)] == [[True] * 3] * 3
    assert read(evaluator) == [True, False, False]


def test_an_external_facilitator_reads_the_drafts_for_two_weeks(held, community, signed_in):
    eve = make.a_person("Eve")
    make.a_role(eve, "external", community=community)
    page, follow_up_page = (reverse(f"meetings:{name}", args=[held.pk]) for name in ("minutes", "follow_up"))
    assert [signed_in(eve).get(address).status_code for address in (page, follow_up_page)] == [200, 200]

    over = timezone.now() - dt.timedelta(days=14, minutes=1)
    Meeting.objects.filter(pk=held.pk).update(starts_at=over - dt.timedelta(hours=1), ends_at=over)

    assert [signed_in(eve).get(address).status_code for address in (page, follow_up_page)] == [404, 403]
    assert signed_in(eve).get(held.get_absolute_url()).status_code == 200


def test_members_read_nothing_until_a_person_publishes(held, sandrine, nadia, own, signed_in, client):
    page = reverse("meetings:minutes", args=[held.pk])
    assert signed_in(nadia).get(page).status_code == 404
    assert signed_in(sandrine).get(page).status_code == 200
    assert client.get(own["phone_minutes"]).status_code == 302

    submit(signed_in(sandrine), page, action=reverse("meetings:publish_minutes", args=[held.pk]))

    assert "Le bouche-à-oreille marche" in signed_in(nadia).get(page).content.decode()
    client.logout()
    shown = client.get(own["phone_minutes"]).content.decode()
    assert "Le bouche-à-oreille marche" in shown
    assert "Entre nous seulement" not in shown
    assert own["phone_minutes"] in client.get(own["phone"]).content.decode()


def test_withdrawn_they_are_read_no_more(held, sandrine, nadia, signed_in):
    minutes.publish(held, by=sandrine)
    submit(signed_in(sandrine), reverse("meetings:minutes", args=[held.pk]), button="withdraw=1")

    assert signed_in(nadia).get(reverse("meetings:minutes", args=[held.pk])).status_code == 404


@pytest.mark.parametrize("level", ["log", "synthesis"])
def test_the_other_levels_publish_none_and_take_back_what_was(held, sandrine, nadia, own, client, level):
    minutes.publish(held, by=sandrine)
    Community.objects.filter(pk=held.community_id).update(minutes_level=level)
    make.say_of(held, followed_up_at=timezone.now())
    again = Meeting.objects.select_related("community").get(pk=held.pk)

    assert client.get(own["phone_minutes"]).status_code == 302
    assert ("On garde le samedi." in client.get(own["phone"]).content.decode()) == (level == "synthesis")
    with pytest.raises(ValidationError):
        minutes.publish(again, by=sandrine)


def test_an_evaluator_and_a_former_member_do_not_read_them(held, sandrine, nadia, signed_in):
    minutes.publish(held, by=sandrine)
    evaluator = make.a_person("Eve")
    make.a_role(evaluator, "evaluator", community=held.community)
    nadia.memberships.update(status="alumni")
    page = reverse("meetings:minutes", args=[held.pk])

    assert signed_in(evaluator).get(page).status_code == 404
    assert signed_in(nadia).get(page).status_code == 404


def test_the_follow_up_leads_to_them_once_they_are_published(held, sandrine):
    assert "compte-rendu" not in follow_up.preview(held, "fr-ca")["text"]

    minutes.publish(held, by=sandrine)
    held.refresh_from_db()

    assert "compte-rendu" in follow_up.preview(held, "fr-ca")["text"]


def test_they_are_printed(held, sandrine, own, signed_in, client):
    minutes.publish(held, by=sandrine)

    for answer in (
        signed_in(sandrine).get(reverse("meetings:minutes_pdf", args=[held.pk])),
        client.get(own["phone_minutes_pdf"]),
    ):
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def test_the_page_costs_the_same_for_three_lines_and_for_thirty(held, sandrine, signed_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, block = signed_in(sandrine), held.agenda.get()

    def cost(n):
        for _ in range(n):
            make.a_note(held, item=block, assignee=make.a_member(held.community), kind=Note.Kind.ACTION)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("meetings:minutes", args=[held.pk]))
        return len(queries)

    assert cost(3) == cost(27)


@pytest.mark.parametrize("level", ["log", "synthesis"])
def test_what_was_said_under_a_lower_level_stays_as_it_was(held, sandrine, nadia, own, signed_in, client, level):
    """Choosing full minutes today opens nothing of the meetings closed before."""
    page, publish = (reverse(f"meetings:{name}", args=[held.pk]) for name in ("minutes", "publish_minutes"))
    left_open = form_on(signed_in(sandrine).get(page), action=publish)
    make.say_of(held, minutes_level=level, followed_up_at=timezone.now())

    refused = left_open.press(client, follow=True)

    assert "close à un moment où moins était partagé" in refused.content.decode()
    assert signed_in(nadia).get(page).status_code == 404
    client.logout()
    assert ("On garde le samedi." in client.get(own["phone"]).content.decode()) == (level == "synthesis")
    make.say_of(held, minutes_published_at=timezone.now())
    assert client.get(own["phone_minutes"]).status_code == 302, "even a date written otherwise opens nothing"


def test_the_level_of_the_day_is_kept_as_it_closes(community, sandrine):
    meeting = make.a_meeting(community, timezone.now(), started_at=timezone.now())
    Community.objects.filter(pk=community.pk).update(minutes_level="synthesis")
    live_session.close(meeting, sandrine)
    Community.objects.filter(pk=community.pk).update(minutes_level="full")

    assert minutes.level_of(Meeting.objects.get(pk=meeting.pk)) == "synthesis"
    Community.objects.filter(pk=community.pk).update(minutes_level="log")
    assert minutes.level_of(Meeting.objects.get(pk=meeting.pk)) == "log", "a community may share less"
