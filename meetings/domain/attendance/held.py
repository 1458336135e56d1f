"""A meeting that took place without the console: recorded as held, and taken back."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from meetings.domain.attendance.roster import prepare
from meetings.models import Attendance, Meeting


@transaction.atomic
def record_as_held(meeting: Meeting) -> dt.datetime | None:
    """Start a meeting that took place without the console: nothing is open on anyone's screen. The time of that start,
    or None where it was started already."""
    now = timezone.now()
    waiting = Meeting.objects.planned().filter(pk=meeting.pk, started_at=None)
    started = waiting.update(started_at=now, revision=F("revision") + 1)
    meeting.refresh_from_db()
    if not started:
        return None
    prepare(meeting)
    return now


def take_back_start(meeting: Meeting, started_at: dt.datetime) -> None:
    """Undo `record_as_held`, unless the meeting went on since: a block opened, somebody recorded, a line written."""
    recorded = meeting.attendances.exclude(status=Attendance.Status.UNKNOWN).exists()
    if recorded or meeting.notes.exists() or meeting.agenda.filter(started_at__isnull=False).exists():
        return
    if Meeting.objects.planned().filter(pk=meeting.pk, started_at=started_at).update(started_at=None):
        meeting.attendances.all().delete()
