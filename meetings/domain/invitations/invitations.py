"""Inviting: who gets a mail, who has had theirs, who said what. A reply is not a presence, nor silence an absence.

Invitations are written by chunks, each a transaction: the first while the person waits, the others by the worker. One
that dies has written whole chunks; the next one, or the timetable, goes on with those who have no mail yet.
"""

import contextlib
import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from communities.models import Community, Membership
from meetings.domain import improvements
from meetings.domain.invitations import emails
from meetings.models import Invitation, Meeting, Reply
from outbox.domain import taking_back
from outbox.models import Message, MessageQuerySet

CHUNK = 100  # mails written in one transaction: well under a second


@dataclass(frozen=True)
class Audience:
    """Who would get the mail if it were sent now."""

    to_invite: list[Membership]
    already: list[Membership]
    without_address: list[Membership]


def audience(meeting: Meeting) -> Audience:
    """Those who joined since the last time are to invite; those told of this date are not told again."""
    people = list(meeting.people.invitable().select_related("user", "organisation", "community"))
    told = _told(meeting)
    return Audience(
        to_invite=[m for m in people if m.user.email and m.user_id not in told],
        already=[m for m in people if m.user.email and m.user_id in told],
        without_address=[m for m in people if not m.user.email],
    )


def _told(meeting: Meeting) -> set[int]:
    """People with a mail, sent or on its way, that says the date as it is now."""
    mails = mails_of_invitation(meeting).filter(facts__sequence=meeting.sequence)
    return set(mails.values_list("recipient", flat=True))


def invite(meeting: Meeting, words: str | None = None, *, is_begun: bool = False) -> int:
    """Write to all those not told yet; how many. `words` and `is_begun` as for `invite_some`."""
    total = 0
    while written := invite_some(meeting, words, is_begun=is_begun):
        total += written
        if written < CHUNK:
            break
    return total


@transaction.atomic
def invite_some(meeting: Meeting, words: str | None = None, *, is_begun: bool = False) -> int:
    """One chunk of those not told yet; how many. Two presses at once write to each person once. The `words` of
    whoever sends are kept for the mails that follow; without them, those kept are said again. What somebody has begun
    is not gone on with once they have taken it back."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("community").get(pk=meeting.pk)
    if meeting.cancelled_at:
        raise ValidationError(_("This meeting was cancelled."))
    if meeting.closed_at or meeting.ends_at < timezone.now():
        raise ValidationError(_("This meeting is over: nobody is invited to it any more."))
    if is_begun and not meeting.invited_at:
        return 0
    words = Invitation.of(meeting).words if words is None else words
    changes = improvements.to_tell(meeting) if Invitation.of(meeting).tells_changes else []
    sent = emails.invitations(meeting, audience(meeting).to_invite[:CHUNK], words, changes)
    if sent:
        improvements.mark_told(changes, meeting)
        Meeting.objects.filter(pk=meeting.pk).update(invited_at=meeting.invited_at or timezone.now())
        Invitation.write(meeting, words=words, send_at=None, asked_by=None)
    if sent and meeting.title and not meeting.topic_announced_at:  # the mail says what it is about
        Meeting.objects.filter(pk=meeting.pk).update(topic_announced_at=timezone.now())
    return sent


def mails_of_invitation(meeting: Meeting) -> MessageQuerySet:
    """All those that told somebody its date."""
    return Message.objects.about(meeting).of_type(*emails.TELL_THE_DATE)


@transaction.atomic
def take_back_invitations(meeting: Meeting) -> int:
    """As if nobody had pressed, while no mail has begun to leave; how many were to leave."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    taken_back = taking_back.take_back_mails(mails_of_invitation(meeting))
    before = {"invited_at": None}
    if meeting.topic_announced_at and meeting.invited_at and meeting.topic_announced_at >= meeting.invited_at:
        before["topic_announced_at"] = None  # it was announced by these mails
    Meeting.objects.filter(pk=meeting.pk).update(**before)
    improvements.take_back(meeting)
    return taken_back


def begin(meeting: Meeting, words: str | None = None) -> int:
    """Write the first chunk and leave what remains to the worker, or to the timetable if that is lost; how many are
    written by now."""
    written = invite_some(meeting, words)
    if written == CHUNK:
        write_others = partial(current_app.send_task, "meetings.tasks.write_invitations", [meeting.pk], retry=False)
        transaction.on_commit(write_others, robust=True)
    return written


def go_on(pk: int) -> None:
    """Write what is left of the invitations that somebody sent, with their words."""
    meeting = Meeting.objects.filter(pk=pk, invited_at__isnull=False).first()
    if meeting:
        with contextlib.suppress(ValidationError):  # called off or over since: nothing more is to be written
            invite(meeting, is_begun=True)


def left_to_write(meeting: Meeting) -> int:
    """How many invitations the worker or the timetable is about to write, once somebody has sent them. Whoever is
    named later to co-facilitate is told of the preparatory meeting by a press only."""
    is_waited_for = meeting.invited_at and not meeting.started_at and meeting.starts_at > timezone.now()
    if not (
        is_waited_for and not meeting.prepares_id and meeting.is_open and meeting.community.status in Community.LIVING
    ):
        return 0
    untold = ~Exists(mails_of_invitation(meeting).filter(recipient=OuterRef("user")))
    return meeting.people.invitable().exclude(user__email=None).filter(untold).count()


def invite_late(now: dt.datetime | None = None) -> int:
    """Who joins once the invitations of a date have left gets theirs at once, with the words they held; how many.
    Asked every minute, in one question when there is nobody."""
    now = now or timezone.now()
    told = [Message.objects.filter(key=_key(word)) for word in ("invitation", "moved")]
    untold = Membership.objects.invitable().filter(community=OuterRef("community")).exclude(user__email=None)
    dates = (
        Meeting.objects.planned().for_everyone().filter(invited_at__isnull=False, started_at=None, starts_at__gt=now)
    )
    waiting = dates.filter(Exists(untold.filter(*(~Exists(mail) for mail in told))))
    living = waiting.filter(community__status__in=Community.LIVING)
    return sum(invite(meeting, is_begun=True) for meeting in living)


def _key(word: str) -> Concat:
    """The key of a mail about a date, as the database spells it for a membership of a meeting."""
    numbers = [OuterRef(OuterRef("pk")), OuterRef(OuterRef("sequence")), OuterRef("user")]
    parts = [part for number in numbers for part in (Value(":"), Cast(number, CharField()))]
    return Concat(Value(word), *parts)


# ------------------------------------------------------------ just before a mail leaves


@emails.INVITATION.cancelled_if
@emails.MOVED.cancelled_if
@emails.SIGNED_UP.cancelled_if
@emails.SEAT_FREED.cancelled_if
def invitation_cancel_reason(message: Message) -> str | None:
    """The date must still be true and the person still invited."""
    meeting = meeting_of(message)
    if meeting is None or meeting.cancelled_at:
        return gettext_noop("the meeting was cancelled")
    if message.facts["sequence"] != meeting.sequence:
        return gettext_noop("the meeting has changed since")
    if meeting.community.is_archived:
        return gettext_noop("the community is archived")
    if not is_still_invitable(message, meeting):
        return gettext_noop("no longer in the community")
    return None


def meeting_of(message: Message) -> Meeting | None:
    return message.row_in(Meeting.objects.select_related("community"))


def is_still_invitable(message: Message, meeting: Meeting) -> bool:
    return emails.people_told(meeting).filter(user=message.recipient_id).exists()


# ------------------------------------------------------------ who said what


@dataclass(frozen=True)
class Turnout:
    """Replies in figures, and as a bar of a hundred."""

    yes: int
    maybe: int
    no: int
    invited: int
    waiting: int = 0  # for a seat in the room

    @classmethod
    def of(cls, meeting: Meeting) -> "Turnout":
        given = meeting.replies.values_list("answer", "is_waiting")
        counts = Counter("waiting" if is_waiting else answer for answer, is_waiting in given)
        del counts[""]
        invited = emails.people_told(meeting).count()
        named = (counts["yes"], counts["maybe"], counts["no"])
        return cls(*named, max(invited, counts.total()), waiting=counts["waiting"])

    @classmethod
    def counted(cls, meeting: Any) -> "Turnout":
        """Of a meeting read `with_replies`."""
        said = (meeting.yes, meeting.maybe, meeting.no)
        return cls(*said, invited=max(meeting.people.invitable().count(), sum(said)))

    @property
    def answered(self) -> int:
        return self.yes + self.maybe + self.no + self.waiting

    @property
    def silent(self) -> int:
        return self.invited - self.answered

    @property
    def bar(self) -> list[dict]:
        parts, x = [], 0.0
        for name in ("yes", "maybe", "no"):
            width = 100 * getattr(self, name) / self.invited if self.invited else 0
            parts.append({"name": name, "x": round(x, 2), "width": round(width, 2)})
            x += width
        return parts


@dataclass(frozen=True)
class Line:
    """One person: what they said, and what became of their mail."""

    membership: Membership
    reply: Reply | None
    message: Message | None
    pressed_at: dt.datetime | None = None  # « Join » on their own page: a hint, never a presence

    @property
    def answer(self) -> str:
        if self.reply is None or not self.reply.answer:
            return "silent"
        return "waiting" if self.reply.is_waiting else self.reply.answer

    @property
    def delivery(self) -> str:
        """sent · waiting · retrying · failed · dropped · none · address (there is no address)."""
        if self.message:
            return self.message.state
        return "none" if self.membership.user.email else "address"


ORDER = ("yes", "waiting", "maybe", "silent", "no")


def lines_of(meeting: Meeting) -> list[Line]:
    """Everyone invitable and everyone who replied, those coming first; four queries whatever their number."""
    replies = {reply.membership_id: reply for reply in meeting.replies.all()}
    mails = Message.objects.about(meeting).of_type(*emails.TELL_THE_DATE, emails.CANCELLED)
    pressed = dict(meeting.join_clicks.values_list("membership", "at"))
    latest = {mail.recipient_id: mail for mail in mails.defer("html", "text", "calendar").order_by("pk")}
    people = meeting.people.select_related("user", "organisation")
    lines = [
        Line(membership, replies.get(membership.pk), latest.get(membership.user_id), pressed.get(membership.pk))
        for membership in people
        if membership.status in Membership.INVITABLE or membership.pk in replies
    ]
    return sorted(lines, key=lambda line: ORDER.index(line.answer))
