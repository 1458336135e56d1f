"""Asking members which dates suit them, then making one of these the meeting."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from cmtl.signed_tokens import SignedToken
from communities.models import Community, Membership
from meetings.domain.invitations import invitations, replies
from meetings.domain.scheduling import planning
from meetings.models import DatePoll, DateVote, Meeting, ProposedDate
from outbox.domain.mail_types import MailType, queue_all
from outbox.domain.post import absolute
from outbox.models import Category, Message

ASK = MailType("date-poll", "meetings/emails/date_poll.html", Category.INVITATIONS)
REMINDER = MailType("date-poll-reminder", ASK.template, Category.REMINDERS)
LIFETIME = dt.timedelta(days=60)  # of a personal link, once the poll is closed
_link = SignedToken("date-poll")

# ------------------------------------------------------------ the personal link


@dataclass(frozen=True)
class Voter:
    poll: DatePoll
    membership: Membership
    token: str

    @property
    def user(self) -> User:
        return self.membership.user


def voter_token(poll: DatePoll, membership: Membership) -> str:
    return _link.make(poll.pk, membership.pk, *membership.user.link_stamp)


def voter_of_link(token: str) -> Voter | None:
    """Whose link this is; None when it was altered, has ended or was closed, or the person has left."""
    numbers = _link.verify(token)
    if numbers is None:
        return None
    poll_pk, membership_pk, *stamp = numbers
    poll = DatePoll.objects.select_related("community", "meeting").filter(pk=poll_pk).first()
    if poll is None or poll.community.is_archived or (poll.closed_at and timezone.now() > poll.closed_at + LIFETIME):
        return None
    here = Membership.objects.select_related("user").exclude(status=Membership.Status.ALUMNI)
    here = here.filter(community=poll.community_id)
    membership = here.numbered(membership_pk)
    return Voter(poll, membership, token) if membership and membership.user.opens(stamp) else None


# ------------------------------------------------------------ asking


@transaction.atomic
def ask_dates(
    community: Community, starts: Iterable[dt.datetime], *, key: uuid.UUID, by: User, **fields: Any
) -> DatePoll:
    """One poll and one mail to each member. `key` is chosen by the page: the same form sent twice asks once."""
    dates = sorted(set(starts))
    refuse_unfit(dates)
    fields |= {"community": community, "asked_by": by}
    poll, is_new = DatePoll.objects.get_or_create(key=key, defaults=fields)
    if is_new:
        ProposedDate.objects.bulk_create(ProposedDate(poll=poll, starts_at=start) for start in dates)
        _write(ASK, poll, asked(poll), key=f"date-poll:{poll.pk}")
    return poll


def refuse_unfit(dates: list[dt.datetime]) -> None:
    if not DatePoll.FEWEST <= len(dates) <= DatePoll.MOST:
        raise ValidationError(_("Propose two to eight different dates."))
    if dates[0] <= timezone.now():
        raise ValidationError(_("One of these dates is in the past."))


def asked(poll: DatePoll) -> list[Membership]:
    people = poll.community.memberships.invitable().exclude(user__email=None)
    return list(people.select_related("user", "community"))


def silent(poll: DatePoll) -> list[Membership]:
    voted = set(DateVote.objects.filter(date__poll=poll).values_list("membership", flat=True))
    return [membership for membership in asked(poll) if membership.pk not in voted]


@transaction.atomic
def remind_voters(poll: DatePoll) -> int:
    """Write to those who have not voted, once a day at most; how many."""
    refuse_closed(poll)
    return _write(REMINDER, poll, silent(poll), key=f"date-poll-reminder:{poll.pk}:{timezone.localdate()}")


def _write(mail: MailType, poll: DatePoll, people: Iterable[Membership], *, key: str) -> int:
    """To each of them, once; how many were not written to yet."""
    dates = list(poll.dates.all())
    for date in dates:
        date.poll = poll
    return queue_all(_compose(mail, poll, dates, membership, key=key) for membership in people)


def _compose(
    mail: MailType, poll: DatePoll, dates: list[ProposedDate], membership: Membership, *, key: str
) -> Message | None:
    user = membership.user
    context = {
        "poll": poll,
        "community": poll.community,
        "dates": dates,
        "reminds": mail is REMINDER,
        "languages": [user.language, *(code for code, _label in settings.LANGUAGES if code != user.language)],
        "address": absolute(reverse("meetings:vote_dates", args=[voter_token(poll, membership)])),
    }
    end, sender_list = dates[-1].starts_at, poll.community.sender_list
    return mail.compose(user, context, key=key, about=poll, sender_list=sender_list, not_after=end)


@ASK.cancelled_if
@REMINDER.cancelled_if
def poll_cancel_reason(message: Message) -> str | None:
    poll = message.row_in(DatePoll.objects.select_related("community"))
    if poll is None or poll.closed_at:
        return gettext_noop("the poll is closed")
    if poll.community.is_archived:
        return gettext_noop("the community is archived")
    if not poll.community.memberships.invitable().filter(user=message.recipient_id).exists():
        return gettext_noop("no longer in the community")
    voted = DateVote.objects.filter(date__poll=poll, membership__user=message.recipient_id)
    if message.kind == REMINDER.slug and voted.exists():
        return gettext_noop("the person has answered")
    return None


# ------------------------------------------------------------ voting


def refuse_closed(poll: DatePoll) -> None:
    if poll.closed_at:
        raise ValidationError(_("This poll is closed."))


@transaction.atomic
def vote(poll: DatePoll, membership: Membership, answers: dict[int, str]) -> None:
    """What a person says of each date, over what they said before."""
    refuse_closed(DatePoll.objects.select_for_update().get(pk=poll.pk))
    replies.hold(membership)
    for date in poll.dates.filter(pk__in=answers):
        DateVote.objects.update_or_create(
            date=date, membership=membership, defaults={"answer": DateVote.Answer(answers[date.pk])}
        )


# ------------------------------------------------------------ results


@dataclass
class Result:
    """One date: who said what, and whether no other suits more people."""

    date: ProposedDate
    said: dict[str, list[str]] = field(default_factory=lambda: {value: [] for value in DateVote.Answer.values})
    is_best: bool = False

    @property
    def rank(self) -> tuple[int, int]:
        """First by how many can come, then by how many can easily."""
        yes = len(self.said["yes"])
        return yes + len(self.said["if_needed"]), yes


def results(poll: DatePoll) -> list[Result]:
    """In three queries whatever their number; dates that have passed are never the best."""
    found = {date.pk: Result(date) for date in poll.dates.all()}
    votes = DateVote.objects.filter(date__poll=poll).select_related("membership__user")
    for vote in votes.order_by("membership__user__sort_key", "membership"):
        found[vote.date_id].said[vote.answer].append(vote.membership.user.full_name)
    for result in found.values():
        result.date.poll = poll
    coming = [result for result in found.values() if not result.date.is_past]
    best = max((result.rank for result in coming), default=(0, 0))
    for result in coming:
        result.is_best = result.rank == best and best > (0, 0)
    return list(found.values())


# ------------------------------------------------------------ closing


@transaction.atomic
def choose_date(poll: DatePoll, date: ProposedDate, *, by: User) -> Meeting:
    """The date becomes the meeting, and everyone who was asked gets its calendar entry. Pressed twice, it is one
    meeting: the second press finds the first one's."""
    poll = DatePoll.objects.select_for_update(of=("self",)).select_related("community").get(pk=poll.pk)
    if poll.meeting:
        return poll.meeting
    refuse_closed(poll)
    if date.starts_at <= timezone.now():
        raise ValidationError(_("This date is in the past."))
    same = {name: getattr(poll, name) for name in ("minutes", "title", "mode", "link", "place")}
    (meeting,) = planning.plan(poll.community, [date.starts_at], key=poll.key, facilitators=[by], **same)
    poll.meeting, poll.closed_at = meeting, timezone.now()
    poll.save(update_fields=["meeting", "closed_at"])
    invitations.begin(meeting)
    return meeting


def close_poll(poll: DatePoll) -> None:
    """Without a date: links say so, and reminders that wait never leave."""
    DatePoll.objects.open().filter(pk=poll.pk).update(closed_at=timezone.now())
