"""Why people did not come: one tap, told to the team as counts, with a name only where the person allowed it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Membership
from meetings.models import Absence, Attendance, Meeting, Reply

AWAY = (Attendance.Status.ABSENT, Attendance.Status.EXCUSED)
ENOUGH = 3  # people: under that, a count would say who


def attendance_of(meeting: Meeting, membership: Membership) -> Attendance | None:
    """Their line, if the meeting is closed and they were not there: only then are they asked."""
    if not meeting.closed_at or meeting.cancelled_at:
        return None
    mine = meeting.attendances.filter(membership=membership, status__in=AWAY)
    return mine.select_related("absence").first()


def say_why_absent(meeting: Meeting, membership: Membership, reason: str, *, is_named: bool = False) -> None:
    """The last press stands."""
    attendance = attendance_of(meeting, membership)
    if attendance is None:
        raise ValidationError(_("You are not recorded as absent from this meeting."))
    Absence.objects.update_or_create(
        attendance=attendance, defaults={"reason": reason, "is_named": is_named, "said_at": timezone.now()}
    )


def take_back(meeting: Meeting, membership: Membership) -> None:
    Absence.objects.filter(attendance__meeting=meeting, attendance__membership=membership).delete()


def without_a_word(meetings: Iterable[Meeting]) -> QuerySet[Attendance]:
    """Those recorded absent who had not said so: whoever replied no had."""
    said_no = Reply.objects.filter(
        meeting=OuterRef("meeting"), membership=OuterRef("membership"), answer=Reply.Answer.NO
    )
    absent = Attendance.objects.filter(meeting__in=meetings, status=Attendance.Status.ABSENT)
    return absent.exclude(Exists(said_no))


def absences_of(meeting: Meeting) -> QuerySet[Absence]:
    """Those that still hold: whoever was recorded present since is absent no more."""
    return Absence.objects.filter(attendance__meeting=meeting, attendance__status__in=AWAY)


@dataclass(frozen=True)
class Told:
    """What the team reads of one meeting."""

    away: int
    named: list[Absence]
    counts: list[tuple[str, int]]
    withheld: int  # unnamed ones, too few to be counted

    @property
    def said(self) -> int:
        return len(self.named) + sum(n for _reason, n in self.counts) + self.withheld


def summary_of(meeting: Meeting) -> Told:
    found = list(absences_of(meeting).select_related("attendance__membership__user").order_by("attendance__membership"))
    unnamed = [absence for absence in found if not absence.is_named]
    counted = Counter(absence.reason for absence in unnamed) if len(unnamed) >= ENOUGH else Counter()
    counts = [(str(reason.label), counted[reason]) for reason in Absence.Reason if counted[reason]]
    return Told(
        away=meeting.attendances.filter(status__in=AWAY).count(),
        named=[absence for absence in found if absence.is_named],
        counts=sorted(counts, key=lambda line: -line[1]),
        withheld=0 if counts else len(unnamed),
    )
