"""Reminders: two days before at nine to those coming, hesitating or silent; two hours before, the link to those coming.
A community chooses how many days and hours, or none. Who joins once the invitations have left gets theirs at once.

Asked every minute what is due; what was written is not written again. Times are read on the community's wall clock.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from communities.models import Community, MailSettings, Membership
from meetings.domain.invitations import emails, invitations
from meetings.models import Meeting, Reply
from outbox.models import Message

DAYS = (0, 1, 2, 3, 4, 5, 7, 10, 14)  # what a community may choose; 0 is none
HOURS = (0, 1, 2, 3, 4, 6)
FARTHEST = dt.timedelta(days=DAYS[-1] + 1)  # at nine is never farther, whatever the clocks do


def hours_reminder_at(meeting: Meeting) -> dt.datetime:
    """Some hours before, as the clock on the wall counts them."""
    wall = meeting.local_start.replace(tzinfo=None) - dt.timedelta(
        hours=MailSettings.of(meeting.community).reminder_hours
    )
    return wall.replace(tzinfo=meeting.zone).astimezone(dt.UTC)


def send_due_reminders(now: dt.datetime | None = None) -> int:
    """Write every reminder that is due; how many."""
    now = now or timezone.now()
    coming = (
        Meeting.objects.planned()
        .filter(community__status__in=Community.LIVING, invited_at__isnull=False, started_at=None)
        .filter(starts_at__gt=now, starts_at__lte=now + FARTHEST)
        .select_related("community__mail_settings")
    )
    return sum(remind(meeting, moment) for meeting in coming if (moment := due_moment(meeting, now)))


def due_moment(meeting: Meeting, now: dt.datetime) -> str:
    """The later of the two reminders that are due, so that nobody gets both at once; empty when none is."""
    chosen = MailSettings.of(meeting.community)
    if chosen.reminder_hours and hours_reminder_at(meeting) <= now:
        return "hours"
    return "days" if chosen.reminder_days and reminder_at(meeting) <= now else ""


@transaction.atomic
def remind(meeting: Meeting, moment: str) -> int:
    written = _already_written(meeting, moment)
    due = [pair for pair in _people(meeting, moment) if pair[0].user_id not in written]
    return emails.reminders(meeting, due, moment=moment)


def _already_written(meeting: Meeting, moment: str) -> set[int]:
    mails = Message.objects.about(meeting).of_type(emails.REMINDER)
    of_this_date = mails.filter(facts__sequence=meeting.sequence, facts__moment=moment)
    return set(of_this_date.values_list("recipient", flat=True))


def _people(meeting: Meeting, moment: str) -> Iterator[tuple[Membership, str]]:
    """Who is reminded, with what they answered. Someone told of the date after the reminder's time has just read it:
    they are not reminded of it, unless they signed up since."""
    replies = {reply.membership_id: reply for reply in meeting.replies.all()}
    told_at, asks_nothing = _told_at(meeting), meeting.registration == Meeting.Registration.NONE
    for membership in emails.invited_to(meeting):
        reply = replies.get(membership.pk)
        answer = (reply.answer if reply else "") or "silent"
        if reply and reply.is_waiting:
            continue
        if moment == "hours":
            if answer == Reply.Answer.YES or (asks_nothing and answer != Reply.Answer.NO):
                yield membership, answer
            continue
        told = told_at.get(membership.user_id) or meeting.invited_at or meeting.starts_at
        knows = told < reminder_at(meeting) or (reply is not None and reply.answered_at >= told)
        if answer != Reply.Answer.NO and knows:
            yield membership, answer


def _told_at(meeting: Meeting) -> dict[int, dt.datetime]:
    """When each person was last written to about the date."""
    mails = Message.objects.about(meeting).of_type(*emails.TELL_THE_DATE)
    return dict(mails.order_by("queued_at").values_list("recipient", "queued_at"))


@emails.REMINDER.cancelled_if
def reminder_cancel_reason(message: Message) -> str | None:
    """What holds for an invitation, then what the person said."""
    if why := invitations.invitation_cancel_reason(message):
        return why
    meeting = invitations.meeting_of(message)
    if meeting is None or not meeting.community.writes_by_itself:
        return gettext_noop("the community is at rest")
    answers = Reply.objects.filter(meeting=meeting, membership__user=message.recipient_id)
    if answers.filter(answer=Reply.Answer.NO).exists():
        return gettext_noop("the person said no")
    asks_nothing = meeting.registration == Meeting.Registration.NONE
    is_for_those_coming = message.facts["moment"] == "hours" and not asks_nothing
    if is_for_those_coming and not answers.filter(answer=Reply.Answer.YES).exists():
        return gettext_noop("no longer coming")
    return None


def reminder_at(meeting: Meeting) -> dt.datetime:
    """Two days before (or as many as the community chose) at nine, by the clock on its wall, whatever the hour does
    in between."""
    day = meeting.local_start.date() - dt.timedelta(days=MailSettings.of(meeting.community).reminder_days)
    return dt.datetime.combine(day, dt.time(9), tzinfo=meeting.zone)
