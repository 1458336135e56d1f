"""Consultations publiques auprès des enfants: some meetings were recorded, and children put an end to it."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from communities.domain.members import parental
from meetings.domain import recordings
from meetings.domain.attendance import attendance
from meetings.domain.links import links
from meetings.domain.live import live_session
from meetings.models import Attendance, Recording, Reply
from tests import factories as make
from tests.forms import submit


@pytest.fixture
def live(meeting, sandrine):
    meeting.starts_at = timezone.now()
    meeting.ends_at = meeting.starts_at + dt.timedelta(hours=1)
    meeting.save()
    live_session.start(meeting)
    meeting.refresh_from_db()
    return meeting


@pytest.fixture
def asked(live, sandrine):
    return ask(live, sandrine)


def ask(meeting, by, **fields):
    fields = {
        "purpose": "Aider la prise de notes",
        "heard_by": Recording.Hearing.NOTES,
        "kept_at": "",
        "destroy_on": meeting.local_start.date() + dt.timedelta(days=14),
        **fields,
    }
    return recordings.ask_to_record(meeting, by=by, **fields)


def comes(meeting, membership=None):
    membership = membership or make.a_member(meeting.community)
    attendance.record(meeting, membership, Attendance.Status.PRESENT)
    return membership


def test_everyone_present_agrees_then_it_begins(live, asked, nadia, client, signed_in, sandrine):
    me = comes(live, nadia.memberships.get())
    theo = comes(live)
    page = reverse("meetings:phone", args=[links.guest_token(live, me)])
    assert "enregistrement/" in client.get(page).text

    submit(client, page, button="agrees=yes")
    with pytest.raises(ValidationError):
        recordings.start_recording(asked)
    register = reverse("meetings:recording", args=[live.pk])
    submit(signed_in(sandrine), register, holding={"membership": theo.pk}, button="agrees=yes")
    submit(client, register, button="act=start")

    asked.refresh_from_db()
    assert asked.is_running
    assert set(asked.consents.values_list("membership", "how")) == {(me.pk, "self"), (theo.pk, "aloud")}


def test_a_phone_that_follows_the_meeting_is_asked_without_being_touched(live, nadia, sandrine, client):
    me = comes(live, nadia.memberships.get())
    live.refresh_from_db()
    follows = reverse("meetings:follow", args=[links.guest_token(live, me)])
    shown = {"revision": live.revision, "stage": "during"}
    assert client.get(follows, shown).status_code == 204

    ask(live, sandrine)

    assert "enregistrement/" in client.get(follows, shown).text


def test_one_no_suffices(live, asked):
    for _n in range(3):
        recordings.record_consent(asked, comes(live), True)
    shy = comes(live)
    recordings.record_consent(asked, shy, False)

    with pytest.raises(ValidationError):
        recordings.start_recording(asked)
    assert not asked.started_at


def test_taking_it_back_stops_it_and_asks_for_its_destruction(live, asked, sandrine):
    me = comes(live)
    recordings.record_consent(asked, me, True)
    recordings.start_recording(asked)

    recordings.record_consent(asked, me, False)

    assert asked.stopped_at
    assert asked.is_due
    assert list(Recording.objects.to_destroy()) == [asked]
    recordings.destroy(asked, by=sandrine)
    assert not Recording.objects.to_destroy()
    assert not asked.consents.exists(), "who agreed is forgotten with it"


def test_who_comes_in_later_is_asked_too(live, asked):
    recordings.record_consent(asked, comes(live), True)
    recordings.start_recording(asked)
    comes(live)

    assert recordings.arrivals_not_asked(live) == 1


def test_guests_counted_by_head_are_asked_aloud(live, asked):
    recordings.record_consent(asked, comes(live), True)
    attendance.count_guests(live, 2)
    asked.meeting.refresh_from_db()
    with pytest.raises(ValidationError):
        recordings.start_recording(asked)

    recordings.guests_agree(asked, 2)
    recordings.start_recording(asked)

    assert asked.is_running


def test_with_children_it_is_impossible(live, sandrine):
    recordings.expect_children(live, True)
    with pytest.raises(ValidationError):
        ask(live, sandrine)


SAID = {"parent_name": "Solange Hébert-Roy", "signed_on": dt.date(2026, 11, 2), "received_as": "paper"}


@pytest.mark.parametrize("how", ["is there", "said yes"])
def test_a_child_known_by_a_parents_consent_makes_it_impossible(how, live, sandrine):
    theo, zoe = make.a_member(live.community), make.a_member(live.community)
    parental.record_parental_consent(
        make.a_member(make.a_community()), SAID, by=sandrine
    )  # a child elsewhere prevents nothing here
    if how == "is there":
        comes(live, zoe)
    else:
        Reply.objects.create(meeting=live, membership=zoe, answer=Reply.Answer.YES)
    recording = ask(live, sandrine)
    recordings.record_consent(recording, comes(live, theo), True)
    recordings.record_consent(recording, zoe, True)

    parental.record_parental_consent(zoe, SAID, by=sandrine)

    with pytest.raises(ValidationError):
        recordings.start_recording(recording)
    with pytest.raises(ValidationError):
        ask(live, sandrine, purpose="Faire un balado")
    if how == "is there":
        assert [voice.membership for voice in recordings.standing_of(recording).refusals] == [zoe]
    parental.remove(zoe, by=sandrine)
    recordings.start_recording(recording)
    assert recording.is_running


def test_children_announced_later_end_what_was_made(live, asked):
    recordings.record_consent(asked, comes(live), True)
    recordings.start_recording(asked)

    recordings.expect_children(live, True)

    asked.refresh_from_db()
    assert asked.is_due


def test_other_words_ask_everyone_again(live, asked, sandrine):
    recordings.record_consent(asked, comes(live), True)

    ask(live, sandrine, purpose="Faire un balado")

    assert not asked.consents.exists()


def test_a_month_at_most(live, sandrine):
    with pytest.raises(ValidationError):
        ask(live, sandrine, destroy_on=live.local_start.date() + dt.timedelta(days=31))


def test_nothing_begins_with_nobody_there(asked):
    with pytest.raises(ValidationError):
        recordings.start_recording(asked)


@pytest.mark.parametrize("path", [["ask", "refuse"], ["ask"], ["agree", "children"], ["agree", "leave"], ["late"]])
def test_no_path_leads_to_a_recording_without_everyones_word(live, asked, path):
    """Whatever happened before, « begin » works only while each person present has said yes and no child comes."""
    me, other = comes(live), comes(live)
    recordings.record_consent(asked, me, True)
    if path[0] == "agree":
        recordings.record_consent(asked, other, True)
    if "refuse" in path:
        recordings.record_consent(asked, other, False)
    if "children" in path:
        recordings.expect_children(live, True)
        asked.meeting.refresh_from_db()
    if "late" in path:
        recordings.record_consent(asked, other, True)
        comes(live)
    if "leave" in path:
        attendance.record(live, other, Attendance.Status.ABSENT)
        recordings.start_recording(asked)
        assert asked.is_running, "who is not there is not recorded"
        return

    with pytest.raises(ValidationError):
        recordings.start_recording(asked)
