"""Speaking turns, gently: a press starts somebody's, another's ends it. Only whoever facilitates sees who was not heard
yet. Never a score: the least is kept, and it is erased at closing (`meetings.domain.live.purge`)."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from communities.models import Membership
from meetings.domain.live import live_session
from meetings.models import Attendance, Meeting, SpeakingTurn


@dataclass(frozen=True)
class Voice:
    """Somebody who is there, and how long they spoke."""

    membership: Membership
    seconds: int
    is_speaking: bool
    was_heard: bool
    share: int  # percent of what everyone spoke

    @property
    def minutes(self) -> int:
        return round(self.seconds / 60)


def voices(meeting: Meeting, present: list[Membership] | None = None) -> list[Voice]:
    """Everyone present, by name; in two queries, one when the page has read who is there."""
    turns = {turn.membership_id: turn for turn in meeting.speaking_turns.all()}
    spoken = {pk: turn.spoken() for pk, turn in turns.items()}
    total = sum(spoken.values()) or 1
    return [
        Voice(
            membership=membership,
            seconds=spoken.get(membership.pk, 0),
            is_speaking=membership.pk in turns and turns[membership.pk].started_at is not None,
            was_heard=membership.pk in turns,
            share=round(100 * spoken.get(membership.pk, 0) / total),
        )
        for membership in (present_at(meeting) if present is None else present)
    ]


def present_at(meeting: Meeting) -> list[Membership]:
    there = Membership.objects.filter(attendances__meeting=meeting, attendances__status=Attendance.Status.PRESENT)
    return list(there.select_related("user").order_by("user__sort_key", "pk"))


@transaction.atomic
def speak(meeting: Meeting, membership: Membership) -> None:
    """Their turn begins, and ends that of whoever was speaking."""
    live_session.hold(meeting)
    turn, _is_new = SpeakingTurn.objects.get_or_create(meeting=meeting, membership=membership)
    if turn.started_at is None:
        _end(meeting)
        SpeakingTurn.objects.filter(pk=turn.pk).update(started_at=timezone.now())


@transaction.atomic
def stop_turns(meeting: Meeting) -> None:
    live_session.hold(meeting)
    _end(meeting)


@transaction.atomic
def go_round(meeting: Meeting, *, after: int) -> None:
    """« Tour de table »: to the next person, by name, who was not heard yet; nobody is left, it ends. `after` is who
    was speaking for whoever pressed (0, nobody): sent again, or pressed by two, nobody is passed over."""
    live_session.hold(meeting)
    everyone = voices(meeting)
    place = next((n for n, voice in enumerate(everyone) if voice.is_speaking), -1)
    if after != (everyone[place].membership.pk if place >= 0 else 0):
        return
    in_turn = [*everyone[place + 1 :], *everyone[: place + 1]]
    following = next((voice for voice in in_turn if not voice.was_heard), None)
    if following:
        speak(meeting, following.membership)
    else:
        _end(meeting)


@transaction.atomic
def share(meeting: Meeting, *, shows: bool) -> None:
    """On the group's screen, if the group agrees."""
    live_session.hold(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(shows_turns=shows)


def _end(meeting: Meeting) -> None:
    for turn in meeting.speaking_turns.filter(started_at__isnull=False):
        SpeakingTurn.objects.filter(pk=turn.pk).update(seconds=turn.spoken(), started_at=None)
