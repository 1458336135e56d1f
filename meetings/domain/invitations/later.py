"""An invitation that leaves by itself, at an hour that somebody chose.

The timetable writes it as it is by then: in the words kept, to those who are members by then. Whoever chose the hour
must still be allowed to invite; otherwise it stays, and Today says so.
"""

import contextlib
import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from cmtl.wall_clock import at_wall_clock
from communities.models import Community
from meetings.domain.invitations import invitations
from meetings.models import Invitation, Meeting

MORNING = dt.time(8)
WEEKS_BEFORE = (3, 2, 1)


@transaction.atomic
def send_later(meeting: Meeting, at: dt.datetime, words: str, *, by: User) -> None:
    """Chosen again, the hour changes."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    check(meeting, at)
    Invitation.write(meeting, words=words, send_at=at, asked_by=by)


def check(meeting: Meeting, at: dt.datetime, now: dt.datetime | None = None) -> None:
    if not meeting.is_open:
        raise ValidationError(_("This meeting is over or cancelled: nobody is invited to it any more."))
    if at <= (now or timezone.now()):
        raise ValidationError(_("This hour is past: choose a later one."))
    if at >= meeting.starts_at:
        raise ValidationError(_("The meeting will have begun: choose an earlier hour."))


def proposals(meeting: Meeting, now: dt.datetime | None = None) -> list[dt.datetime]:
    """Tomorrow, Monday, and whole weeks before the meeting, each at eight; those still to come before it starts."""
    now = now or timezone.now()
    today, start = now.astimezone(meeting.zone).date(), meeting.local_start.date()
    tomorrow, monday = today + dt.timedelta(days=1), today + dt.timedelta(days=7 - today.weekday())
    days = {tomorrow, monday, *(start - dt.timedelta(weeks=weeks) for weeks in WEEKS_BEFORE)}
    hours = [at_wall_clock(day, MORNING, meeting.zone) for day in sorted(days)]
    return [hour for hour in hours if now < hour < meeting.starts_at]


def usual_hour(meeting: Meeting) -> dt.datetime:
    """The first one proposed; of a meeting that is too near for that, an hour before it."""
    return next(iter(proposals(meeting)), meeting.starts_at - dt.timedelta(hours=1))


def said(moment: dt.datetime, meeting: Meeting) -> str:
    """« mardi 1er décembre à 8 h », by the clock of the community."""
    there = moment.astimezone(meeting.zone)
    day = date_format(there, pgettext("date format", "l, F j"))
    return _("%(day)s at %(clock)s") % {"day": day, "clock": time_format(there, "TIME_FORMAT")}


def said_of(meeting: Meeting) -> str:
    """When it leaves by itself; empty when it does not."""
    leaves_at = Invitation.of(meeting).leaves_at
    return said(leaves_at, meeting) if leaves_at and leaves_at < meeting.starts_at and meeting.is_open else ""


def send_due(now: dt.datetime | None = None) -> None:
    """Asked every minute, perhaps by two workers: the row is emptied with the first mails, or none is written."""
    now = now or timezone.now()
    for pk in _due(now).values_list("pk", flat=True):
        _send(pk, now)


def _due(now: dt.datetime):
    return Invitation.objects.filter(send_at__lte=now, asked_by__isnull=False)


@transaction.atomic
def _send(pk: int, now: dt.datetime) -> None:
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("community").get(pk=pk)
    invitation = _due(now).filter(pk=pk).select_related("asked_by").first()
    if invitation is None:
        return  # sent meanwhile, or somebody changed their mind
    if not _may_leave(meeting, invitation.asked_by):
        Invitation.write(meeting, asked_by=None)
        return
    Invitation.write(meeting, send_at=None, asked_by=None)
    with contextlib.suppress(ValidationError):  # called off or over since
        invitations.begin(meeting)


def _may_leave(meeting: Meeting, by: User) -> bool:
    is_awake = meeting.community.writes_by_itself or meeting.community.status == Community.Status.SELF_RUN
    return is_awake and by.is_active and by.has_perm("meetings.invite", meeting)
