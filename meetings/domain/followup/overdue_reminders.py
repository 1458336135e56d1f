"""Nudges: one, three and seven days after a meeting, at nine, to those who facilitate it, while its record lacks
something (C52). What was missed for days is said once, as the last that is due; nothing is said after ten days."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from communities.models import Community
from meetings.domain.followup import completing
from meetings.domain.followup.completing import MissingItem
from meetings.domain.invitations.invitations import meeting_of
from meetings.models import Meeting
from outbox.domain.mail_types import MailType
from outbox.domain.post import absolute
from outbox.models import Category, Message

NUDGE = MailType("nudge", "meetings/emails/nudge.html", Category.REMINDERS, Message.Priority.REMINDER)
DAYS = (1, 3, 7)
AT = dt.time(9)
FORGOTTEN_AFTER = dt.timedelta(days=10)


def due_at(meeting: Meeting, days: int) -> dt.datetime:
    """So many days after it, at nine on the community's wall clock."""
    day = meeting.local_end.date() + dt.timedelta(days=days)
    return dt.datetime.combine(day, AT, tzinfo=meeting.zone).astimezone(dt.UTC)


def last_due(meeting: Meeting, now: dt.datetime) -> int | None:
    return next((days for days in reversed(DAYS) if due_at(meeting, days) <= now), None)


def send_due(now: dt.datetime | None = None) -> int:
    """Write every nudge that is due; how many."""
    now = now or timezone.now()
    over = Meeting.objects.filter(
        cancelled_at=None,
        community__status__in=Community.LIVING,
        ends_at__lte=now,
        ends_at__gt=now - FORGOTTEN_AFTER,
    )
    lacking = completing.with_record(over.select_related("community"))
    return sum(nudge(meeting, now) for meeting in lacking if completing.missing_items(meeting))


@transaction.atomic
def nudge(meeting: Meeting, now: dt.datetime) -> int:
    days = last_due(meeting, now)
    if days is None:
        return 0
    mails = Message.objects.about(meeting).of_type(NUDGE).filter(facts__days=days)
    written = set(mails.values_list("recipient", flat=True))
    waiting = [person for person in people_to_remind(meeting) if person.pk not in written]
    missing = completing.missing_items(meeting)
    return sum(_post(meeting, person, missing, days) is not None for person in waiting)


def _post(meeting: Meeting, person: User, missing: list[MissingItem], days: int) -> Message | None:
    page = "meetings:live" if MissingItem.CLOSING in missing else "meetings:complete"
    return NUDGE.queue(
        person,
        {
            "meeting": meeting,
            "community": meeting.community,
            "missing": missing,
            "is_last": days == DAYS[-1],
            "address": absolute(reverse(page, args=[meeting.pk])),
        },
        key=f"nudge:{meeting.pk}:{days}",
        about=meeting,
        facts={"days": days},
        sender_list=meeting.community.sender_list,
        not_after=meeting.ends_at + FORGOTTEN_AFTER,
    )


def people_to_remind(meeting: Meeting) -> QuerySet[User]:
    """Those named for it who still facilitate the community; where none is left, all who do."""
    here = meeting.community.facilitators()
    named = here.filter(pk__in=meeting.facilitators.values("pk"))
    return named if named.exists() else here


@NUDGE.cancelled_if
def overdue_reminder_cancel_reason(message: Message) -> str | None:
    meeting = meeting_of(message)
    if meeting is None or meeting.cancelled_at:
        return gettext_noop("the meeting was cancelled")
    if not meeting.community.writes_by_itself:
        return gettext_noop("the community is at rest")
    if not completing.missing_items_of(meeting):
        return gettext_noop("nothing is missing any more")
    if message.recipient_id not in set(people_to_remind(meeting).values_list("pk", flat=True)):
        return gettext_noop("no longer facilitates")
    return None
