"""What is kept apart of a meeting was once in its own row. Two meetings: of one everything was said, of the other
nothing."""

import hashlib

import pytest
from django.utils import timezone

from communities.domain.privacy import audit_reading, follow_on
from meetings.domain.followup import follow_up
from meetings.models import FollowUp, Invitation, Meeting, Minutes, Training
from tests import factories as make
from tests.migrating import at
from tests.racing import at_once

NOW = timezone.now()
MOVED: dict = {  # part: the step before it, and what was called how
    Minutes: (
        "0011_plain_names",
        {
            "synthesis": ("synthesis", "On garde le samedi."),
            "synthesis_version": ("version", 3),
            "minutes_level": ("level", "full"),
            "minutes_published_at": ("published_at", NOW),
            "minutes_published_by_id": ("published_by_id", None),
        },
    ),
    FollowUp: (
        "0012_minutes",
        {
            "follow_up": ("text", "Merci à toutes et à tous."),
            "follow_up_absent": ("words_to_absent", "Vous nous avez manqué."),
            "follow_up_version": ("version", 2),
            "followed_up_at": ("sent_at", NOW),
        },
    ),
    Invitation: (
        "0013_follow_up",
        {
            "invitation_words": ("words", "Apportez vos patins."),
            "warm_up": ("warm_up", "Qu’est-ce qui vous a surpris?"),
        },
    ),
    Training: (
        "0014_invitation",
        {
            "theme": ("theme", "Mobilisation jeunesse"),
            "expert": ("expert", "Maïka Tremblay-Roy"),
            "cost": ("cost", 1_200_00),
            "fee": ("fee", 75_00),
        },
    ),
}


@pytest.fixture
def meetings_at(transactional_db):
    """The meetings at a step; all is back when the test ends."""
    yield lambda step: at(("meetings", step)).get_model("meetings", "Meeting").objects
    at()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", MOVED)
def test_what_was_said_of_a_meeting_moves_to_its_part_and_back(part, community, sandrine, meetings_at):
    told, untold = make.a_meeting(community), make.a_meeting(community)
    step, columns = MOVED[part]
    said = {old: sandrine.pk if old.endswith("by_id") else value for old, (_new, value) in columns.items()}

    rows = meetings_at(step)
    silent = rows.filter(pk=untold.pk).values(*columns).get()
    assert not any(silent.values())
    rows.filter(pk=told.pk).update(**said)
    at()

    kept = part.objects.get()
    assert kept.pk == told.pk
    assert {old: getattr(kept, new) for old, (new, _value) in columns.items()} == said

    rows = meetings_at(step)
    assert rows.filter(pk=told.pk).values(*columns).get() == said
    assert rows.filter(pk=untold.pk).values(*columns).get() == silent


@pytest.mark.parametrize("said", ["synthesis", "follow_up", "invitation_words", "warm_up", "theme"])
def test_a_name_in_a_part_is_found_in_its_meeting_and_what_was_decided_of_it_before_still_holds(community, nadia, said):
    meeting = make.a_meeting(community, **{said: "On appelle Nadia Amrani."})
    make.a_meeting(community, **{said: "On appelle Karim."})

    [passage] = follow_on.search(nadia)

    assert (passage.kind, passage.address, passage.community) == (
        str(follow_on.KINDS["meetings.Meeting"]), meeting.get_absolute_url(), community,
    )  # fmt: skip
    before = f"meetings.Meeting {meeting.pk} {said} On appelle Nadia Amrani."
    assert passage.print == hashlib.sha256(before.encode()).hexdigest()


def test_a_line_of_the_audit_log_written_before_says_what_it_changed():
    assert audit_reading._label("meetings.meeting", "warm_up") == str(
        Invitation._meta.get_field("warm_up").verbose_name
    )
    assert audit_reading._label("meetings.meeting", "title") == str(Meeting._meta.get_field("title").verbose_name)
    assert audit_reading._label("meetings.meeting", "unknown") == "unknown", "control: what has no words"


def test_two_who_write_the_first_follow_up_at_once_make_one_row_and_one_is_told(community, transactional_db):
    meeting, neighbour = make.a_meeting(community), make.a_meeting(community)
    told = at_once(*(lambda text=text: follow_up.save(Meeting.objects.get(pk=meeting.pk), text, 0) for text in "AB"))

    assert sorted(told) == [False, True]
    assert FollowUp.objects.get().text == "AB"[told.index(True)]
    assert not FollowUp.objects.filter(meeting=neighbour).exists()
