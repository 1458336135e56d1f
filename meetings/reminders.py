"""Reminders: two days before at nine to those coming, hesitating or silent; two hours before, the link to those coming.

Asked every minute what is due; what was written is not written again. Times are read on the community's wall clock.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from communities.models import Community, Membership
from meetings import emails, invitations
from meetings.models import Meeting, Reply
from meetings.preparation import reminder_at
from outbox.models import Message

HOURS_BEFORE = dt.timedelta(hours=2)
FARTHEST = dt.timedelta(days=3)  # two days before at nine is never farther, whatever the clocks do


def hours_reminder_at(meeting: Meeting) -> dt.datetime:
    """Two hours before, as the clock on the wall counts them."""
    wall = meeting.local_start.replace(tzinfo=None) - HOURS_BEFORE
    return wall.replace(tzinfo=meeting.zone).astimezone(dt.UTC)


def send_due_reminders(now: dt.datetime | None = None) -> int:
    """Write every reminder that is due; how many."""
    now = now or timezone.now()
    coming = (
        Meeting.objects.planned()
        .filter(community__status__in=Community.LIVING, invited_at__isnull=False, started_at=None)
        .filter(starts_at__gt=now, starts_at__lte=now + FARTHEST)
        .select_related("community")
    )
    return sum(remind(meeting, now) for meeting in coming if reminder_at(meeting) <= now)


@transaction.atomic
def remind(meeting: Meeting, now: dt.datetime) -> int:
    """One meeting: the later of the two reminders that are due, so that nobody gets both at once."""
    moment = "hours" if hours_reminder_at(meeting) <= now else "days"
    written = _already_written(meeting, moment)
    due = [pair for pair in _people(meeting, moment) if pair[0].user_id not in written]
    messages = [emails.reminder(meeting, membership, moment=moment, answer=answer) for membership, answer in due]
    return sum(message is not None for message in messages)


def _already_written(meeting: Meeting, moment: str) -> set[int]:
    prefix = f"reminder:{meeting.pk}:{meeting.sequence}:{moment}:"
    mails = Message.objects.about(meeting.reason).filter(key__startswith=prefix)
    return set(mails.values_list("recipient", flat=True))


def _people(meeting: Meeting, moment: str) -> Iterator[tuple[Membership, str]]:
    """Who is reminded, with what they answered. Someone told of the date after the reminder's time has just read it:
    they are not reminded of it, unless they signed up since."""
    replies = {reply.membership_id: reply for reply in meeting.replies.all()}
    told_at = _told_at(meeting)
    for membership in emails.invited_to(meeting):
        reply = replies.get(membership.pk)
        answer = reply.answer if reply else "silent"
        if moment == "hours":
            if answer == Reply.Answer.YES:
                yield membership, answer
            continue
        told = told_at.get(membership.user_id) or meeting.invited_at or meeting.starts_at
        knows = told < reminder_at(meeting) or (reply is not None and reply.answered_at >= told)
        if answer != Reply.Answer.NO and knows:
            yield membership, answer


def _told_at(meeting: Meeting) -> dict[int, dt.datetime]:
    """When each person was last written to about the date."""
    mails = Message.objects.about(meeting.reason).filter(kind__in=(emails.INVITATION, emails.MOVED))
    return dict(mails.order_by("queued_at").values_list("recipient", "queued_at"))


def why_not_send(message: Message) -> str | None:
    """Asked by the outbox just before a reminder leaves: what holds for an invitation, then what the person said."""
    if why := invitations.why_not_send(message):
        return why
    if not invitations.meeting_of(message).community.writes_by_itself:
        return gettext_noop("the community is at rest")
    answers = Reply.objects.filter(meeting=invitations.meeting_of(message), membership__user=message.recipient_id)
    if answers.filter(answer=Reply.Answer.NO).exists():
        return gettext_noop("the person said no")
    is_for_those_coming = message.key.split(":")[3] == "hours"
    if is_for_those_coming and not answers.filter(answer=Reply.Answer.YES).exists():
        return gettext_noop("no longer coming")
    return None
