"""Who takes the notes of a meeting: somebody is proposed, and one press entrusts them."""

from collections import Counter
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from meetings.models import Meeting

LATELY = 3  # meetings


@dataclass(frozen=True)
class Proposal:
    person: User
    times: int  # of the last meetings whose notes somebody took


def proposed(meeting: Meeting) -> Proposal | None:
    """Of those who may take notes here and do not facilitate, who did so most lately."""
    if meeting.note_taker_id or not meeting.is_open:
        return None
    facilitators = {user.pk for user in meeting.facilitators.all()}
    takers = {user.pk: user for user in meeting.community.note_takers() if user.pk not in facilitators}
    if not takers:
        return None
    held = meeting.community.meetings.held().filter(note_taker__isnull=False, starts_at__lt=meeting.starts_at)
    lately = Counter(held.order_by("-starts_at").values_list("note_taker", flat=True)[:LATELY])
    chosen = max(takers.values(), key=lambda user: lately[user.pk])
    return Proposal(chosen, lately[chosen.pk])


def entrust(meeting: Meeting, pk: int) -> User:
    """To one of those who may take notes here, unless somebody was named meanwhile."""
    person = meeting.community.note_takers().exclude(facilitated_meetings=meeting).filter(pk=pk).first()
    if person is None:
        raise ValidationError(_("This person no longer takes notes here: choose somebody else."))
    open_one = Meeting.objects.planned().filter(pk=meeting.pk, note_taker=None)
    if not open_one.update(note_taker=person, version=F("version") + 1, revision=F("revision") + 1):
        raise ValidationError(_("Somebody else changed this meeting meanwhile: look at who takes the notes."))
    return person


def take_notes_back(meeting: Meeting, pk: int) -> bool:
    """Undo: nobody takes them, unless they were entrusted to another person since."""
    entrusted = Meeting.objects.planned().filter(pk=meeting.pk, note_taker=pk)
    return bool(entrusted.update(note_taker=None, version=F("version") + 1, revision=F("revision") + 1))
