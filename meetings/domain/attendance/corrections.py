"""Attendance corrected after the closing: never without a reason, and written down with the change.

Figures of a published year do not move (see `evaluations.domain.reports.publishing`): the correction says so to
whoever makes it.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from communities.models import Membership
from meetings.models import Attendance, AttendanceCorrection, Meeting

Why = AttendanceCorrection.Why
NOT_RECORDED = Attendance.Status.UNKNOWN.value
CROSSES_WITHIN = dt.timedelta(minutes=5)  # of a closing: what waited for the network, or was pressed at that moment


@dataclass(frozen=True)
class Because:
    """Why a closed meeting's attendance is corrected."""

    why: str
    words: str = ""


SAID_ON_ONES_PAGE = Because(Why.SELF)


def hold(meeting: Meeting) -> bool:
    """Take the meeting's row until the transaction ends and count the change; whether it is closed, as read then."""
    is_open = Meeting.objects.filter(pk=meeting.pk, closed_at=None).update(revision=F("revision") + 1)
    if not is_open:
        meeting.touch()
    return not is_open


def reason_for(meeting: Meeting, because: Because | None) -> Because:
    """The one given. Without any, a press that crossed the closing on its way is taken, and says so; others are
    refused. Asked of a closed meeting, once its row is held."""
    if because:
        return because
    closed_at = Meeting.objects.values_list("closed_at", flat=True).get(pk=meeting.pk)
    if closed_at and timezone.now() - closed_at <= CROSSES_WITHIN:
        return Because(Why.LATE)
    raise ValidationError(_("The meeting is closed: say why you correct its attendance."))


def standing(meeting: Meeting, memberships: Iterable[Membership]) -> dict[int, str]:
    """Membership → how its attendance stands; whoever has no row is not recorded."""
    rows = {row.membership_id: row.standing for row in meeting.attendances.filter(membership__in=list(memberships))}
    return {m.pk: rows.get(m.pk, NOT_RECORDED) for m in memberships}


def record_correction(
    meeting: Meeting, was: dict[int, str], became: dict[int, str], because: Because, by: User | None
) -> list[AttendanceCorrection]:
    """One line for each person whose standing has changed."""
    return AttendanceCorrection.objects.bulk_create(
        AttendanceCorrection(
            meeting=meeting, membership_id=pk, was=was.get(pk, NOT_RECORDED), became=now, by=by,
            why=because.why, words=because.words[:200],
        )
        for pk, now in became.items()
        if was.get(pk, NOT_RECORDED) != now
    )  # fmt: skip


def write_guests(meeting: Meeting, was: int, became: int, because: Because, by: User | None) -> None:
    if was != became:
        AttendanceCorrection.objects.create(
            meeting=meeting, was=str(was), became=str(became), why=because.why, words=because.words[:200], by=by
        )


def history(meeting: Meeting) -> QuerySet[AttendanceCorrection]:
    return meeting.corrections.select_related("membership__user", "by")


def published_year(meeting: Meeting) -> int | None:
    """The year whose annual report is published, and so is not changed by a correction."""
    year = meeting.local_start.year
    published = meeting.community.reports.filter(year=year, published_at__isnull=False)  # type: ignore[attr-defined]
    return year if meeting.closed_at and published.exists() else None
