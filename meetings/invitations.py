"""Inviting: who gets a mail, who has had theirs, who said what. A reply is not a presence, nor silence an absence."""

from collections import Counter
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _

from communities.models import Membership
from meetings import emails
from meetings.models import Meeting, Reply
from outbox.models import Message


@dataclass(frozen=True)
class Audience:
    """Who would get the mail if it were sent now."""

    to_invite: list[Membership]
    already: list[Membership]
    without_address: list[Membership]


def audience(meeting: Meeting) -> Audience:
    """Those who joined since the last time are to invite; those told of this date are not told again."""
    people = list(meeting.community.memberships.invitable().select_related("user", "organisation", "community"))
    told = _told(meeting)
    return Audience(
        to_invite=[m for m in people if m.user.email and m.user_id not in told],
        already=[m for m in people if m.user.email and m.user_id in told],
        without_address=[m for m in people if not m.user.email],
    )


def _told(meeting: Meeting) -> set[int]:
    """People with a mail, sent or on its way, that says the date as it is now."""
    keys = [f"{word}:{meeting.pk}:{meeting.sequence}:" for word in ("invitation", "moved")]
    mails = Message.objects.about(meeting.reason).filter(kind__in=(emails.INVITATION, emails.MOVED))
    return {user for user, key in mails.values_list("recipient", "key") if key.startswith(tuple(keys))}


@transaction.atomic
def invite(meeting: Meeting, words: str = "") -> int:
    """Write to those not told yet; how many. Two presses at once write to each person once."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("community").get(pk=meeting.pk)
    if meeting.cancelled_at:
        raise ValidationError(_("This meeting was cancelled."))
    if meeting.closed_at or meeting.ends_at < timezone.now():
        raise ValidationError(_("This meeting is over: nobody is invited to it any more."))
    sent = [emails.invitation(meeting, membership, words) for membership in audience(meeting).to_invite]
    if any(sent) and not meeting.invited_at:
        Meeting.objects.filter(pk=meeting.pk).update(invited_at=timezone.now())
    return sum(message is not None for message in sent)


# ------------------------------------------------------------ just before a mail leaves


def why_not_send(message: Message) -> str | None:
    """Asked by the outbox about invitations and changes: the date must still be true and the person still invited."""
    meeting = meeting_of(message)
    if meeting is None or meeting.cancelled_at:
        return gettext_noop("the meeting was cancelled")
    if sequence_of(message) != meeting.sequence:
        return gettext_noop("the meeting has changed since")
    if meeting.community.is_archived:
        return gettext_noop("the community is archived")
    if not is_still_invitable(message, meeting):
        return gettext_noop("no longer in the community")
    return None


def meeting_of(message: Message) -> Meeting | None:
    pk = message.reason.partition(":")[2]
    return Meeting.objects.select_related("community").filter(pk=pk).first() if pk.isdecimal() else None


def sequence_of(message: Message) -> int:
    return int(message.key.split(":")[2])


def is_still_invitable(message: Message, meeting: Meeting) -> bool:
    people = Membership.objects.invitable().filter(community=meeting.community_id)
    return people.filter(user=message.recipient_id).exists()


# ------------------------------------------------------------ who said what


@dataclass(frozen=True)
class Turnout:
    """Replies in figures, and as a bar of a hundred."""

    yes: int
    maybe: int
    no: int
    invited: int

    @classmethod
    def of(cls, meeting: Meeting) -> "Turnout":
        counts = Counter(meeting.replies.values_list("answer", flat=True))
        invited = meeting.community.memberships.invitable().count()
        return cls(counts["yes"], counts["maybe"], counts["no"], max(invited, sum(counts.values())))

    @property
    def answered(self) -> int:
        return self.yes + self.maybe + self.no

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

    @property
    def answer(self) -> str:
        return self.reply.answer if self.reply else "silent"

    @property
    def delivery(self) -> str:
        """sent · waiting · retrying · failed · dropped · none · address (there is no address)."""
        if self.message:
            return self.message.state
        return "none" if self.membership.user.email else "address"

    @property
    def why(self) -> str:
        """Our own reasons are translated; a relay's answer is shown as it came."""
        return gettext(self.message.outcome) if self.message and self.message.outcome else ""


ORDER = ("yes", "maybe", "silent", "no")


def lines_of(meeting: Meeting) -> list[Line]:
    """Everyone invitable and everyone who replied, those coming first; three queries whatever their number."""
    replies = {reply.membership_id: reply for reply in meeting.replies.all()}
    mails = Message.objects.about(meeting.reason).filter(kind__in=(emails.INVITATION, emails.MOVED, emails.CANCELLED))
    latest = {mail.recipient_id: mail for mail in mails.defer("html", "text", "calendar").order_by("pk")}
    people = meeting.community.memberships.select_related("user", "organisation")
    lines = [
        Line(membership, replies.get(membership.pk), latest.get(membership.user_id))
        for membership in people
        if membership.status in Membership.INVITABLE or membership.pk in replies
    ]
    return sorted(lines, key=lambda line: ORDER.index(line.answer))
