"""Times offered for a conversation: the member chooses one, both have it in their calendar, either may call it off.

No mail says why there is a conversation, or holds a word of the notes; those to whoever facilitates name nobody.
"""

import datetime as dt
from collections.abc import Collection
from enum import Enum, auto
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Action, User
from communities.models import Membership
from evaluations.domain.follow_ups import notes
from evaluations.domain.follow_ups.calendar import calendar_for
from evaluations.domain.follow_ups.links import conversation_address
from evaluations.models import IndividualFollowUp, OfferedTime
from evaluations.models.conversations import next_morning
from outbox.domain.mail_types import MailType
from outbox.domain.post import absolute
from outbox.models import Message

State = IndividualFollowUp.State
KEEP = "evaluations.keep_follow_ups"
FARTHEST = dt.timedelta(days=366)
OFFERED = MailType("conversation-times", "evaluations/emails/conversation_times.html")
SETTLED = MailType("conversation-settled", "evaluations/emails/conversation_settled.html")
CALLED_OFF = MailType("conversation-called-off", "evaluations/emails/conversation_called_off.html")
NOT_CHOSEN = MailType("conversation-not-chosen", "evaluations/emails/conversation_not_chosen.html")


class Answer(Enum):
    CHOSEN = auto()
    TAKEN = auto()  # by another member, meanwhile
    GONE = auto()  # it is past, or was taken back


# ---------------------------------------------------------------- whoever facilitates


@transaction.atomic
def offer(follow_up: IndividualFollowUp, starts: Collection[dt.datetime], *, by: User, **fields: Any) -> Message | None:
    """Up to three; those offered before are taken back, and one that was chosen is called off in both calendars. The
    mail to the member, None where they have no address. Raises ValidationError."""
    _one_at_a_time(follow_up.author)
    rows = _to_offer(follow_up, starts, fields)
    moved = chosen_of(follow_up)
    if moved:
        _tell(CALLED_OFF, moved, follow_up.author, method="CANCEL")
    mail_to_cancel = moved and calendar_for(
        moved, follow_up.membership.user, conversation_address(follow_up.membership), method="CANCEL"
    )
    follow_up.times.all().delete()
    OfferedTime.objects.bulk_create(rows)
    _set_open(follow_up, state=State.OFFERED, mode=fields["mode"], on=None)
    notes.log_act(Action.FOLLOW_UP_WRITTEN, follow_up, by)
    return OFFERED.queue(
        follow_up.membership.user,
        {
            "community": follow_up.community,
            "author": follow_up.author,
            "times": rows,
            "moved": moved,
            "address": conversation_address(follow_up.membership),
        },
        key=f"conversation-times:{rows[0].pk}",
        about=follow_up,
        sender_list=follow_up.community.sender_list,
        facts={"time": str(rows[0].pk)},
        **({"calendar": mail_to_cancel, "calendar_method": "CANCEL"} if mail_to_cancel else {}),
    )


def _to_offer(
    follow_up: IndividualFollowUp, starts: Collection[dt.datetime], fields: dict[str, Any]
) -> list[OfferedTime]:
    """The earliest first, not saved yet; refused where one of them, or the conversation, cannot be."""
    wanted = sorted({start.astimezone(dt.UTC) for start in starts})
    if follow_up.community.is_draft:
        raise ValidationError(_("This community is not open yet: nobody is written to."))
    if not IndividualFollowUp.objects.open().filter(pk=follow_up.pk).exists():
        raise ValidationError(_("This conversation is no longer to be held."))
    if not 1 <= len(wanted) <= OfferedTime.MOST:
        raise ValidationError(_("Offer from one to three times."))
    if wanted[0] <= timezone.now():
        raise ValidationError(_("One of these times is past."))
    rows = [OfferedTime(follow_up=follow_up, starts_at=start, **fields) for start in wanted]
    if any(_is_taken(row) for row in rows):
        raise ValidationError(_("You already have a conversation at one of these times."))
    return rows


@OFFERED.cancelled_if
def are_offered_no_more(message: Message) -> str | None:
    """They are offered and taken back together; one that was chosen needs no mail of choices either."""
    still = OfferedTime.objects.ahead().filter(pk=message.facts["time"], is_chosen=False)
    return None if still.exists() or message.calendar else gettext_noop("no longer useful")


@transaction.atomic
def revise(follow_up: IndividualFollowUp, changes: dict[str, Any], *, shown: str) -> None:
    """The notes; once it is no longer to be held, what was ahead is taken back, and leaves both calendars."""
    _one_at_a_time(follow_up.author)
    notes.revise(follow_up, changes, shown=shown)
    if not IndividualFollowUp.objects.open().filter(pk=follow_up.pk).exists():
        _take_back_what_is_ahead(follow_up)


def _take_back_what_is_ahead(follow_up: IndividualFollowUp) -> bool:
    """Whether one had been chosen; both are then told."""
    time = chosen_of(follow_up)
    if time:
        _tell_both(CALLED_OFF, time, method="CANCEL")
    follow_up.times.ahead().delete()
    return time is not None


@transaction.atomic
def destroy(follow_up: IndividualFollowUp, *, by: User) -> None:
    """The notes; a conversation that was to come is called off."""
    call_off(follow_up, by=by)
    notes.destroy(follow_up, by=by)


# ---------------------------------------------------------------- the member


def offered_to(membership: Membership) -> list[OfferedTime]:
    """That they may still choose: neither past, nor taken meanwhile by somebody else."""
    found = OfferedTime.objects.of_member(membership).ahead().filter(is_chosen=False)
    return [time for time in found if _is_kept(time.follow_up) and not _is_taken(time)]


def settled_with(membership: Membership) -> QuerySet[OfferedTime]:
    return OfferedTime.objects.of_member(membership).ahead().filter(is_chosen=True)


def offers_to(membership: Membership) -> list[IndividualFollowUp]:
    """Conversations that were offered to them by somebody who leads still, and that they have not answered."""
    offered = membership.individual_follow_ups.filter(state=State.OFFERED)
    return [one for one in offered.select_related("author", "community").order_by("began_on", "pk") if _is_kept(one)]


def _is_kept(follow_up: IndividualFollowUp) -> bool:
    """Its author leads still: they alone can hold it."""
    return follow_up.author.is_active and follow_up.author.has_perm(KEEP, follow_up.community)


@transaction.atomic
def choose(membership: Membership, number: str) -> Answer:
    """Two presses are one. Of two members who are offered one time, the first has it."""
    theirs = OfferedTime.objects.of_member(membership)
    known = next((time for time in theirs if str(time.pk) == number), None)
    if known is None:
        return Answer.GONE
    _one_at_a_time(known.follow_up.author)
    time = theirs.filter(pk=known.pk).first()
    if time is None or not time.is_ahead:
        return Answer.GONE
    if time.is_chosen:
        return Answer.CHOSEN
    if time.follow_up.state != State.OFFERED or not _is_kept(time.follow_up):
        return Answer.GONE
    if _is_taken(time):
        return Answer.TAKEN
    OfferedTime.objects.filter(pk=time.pk).update(is_chosen=True)
    time.follow_up.times.exclude(pk=time.pk).delete()
    _set_open(time.follow_up, state=State.PLANNED, mode=time.mode, on=time.local_start.date())
    _tell_both(SETTLED, time, method="REQUEST")
    return Answer.CHOSEN


@SETTLED.cancelled_if
def is_settled_no_more(message: Message) -> str | None:
    still = OfferedTime.objects.ahead().filter(pk=message.facts["time"], is_chosen=True)
    return None if still.exists() else gettext_noop("no longer useful")


@transaction.atomic
def turn_down(membership: Membership, number: int, *, for_good: bool) -> None:
    """None of the times suits, or they would rather not talk: their author is told which, once, the next morning: at
    once, it would say when the member was there."""
    held = next((one for one in offers_to(membership) if one.pk == number), None)
    if held is None:
        return
    _one_at_a_time(held.author)
    held = IndividualFollowUp.objects.filter(pk=held.pk, state=State.OFFERED).first()
    if held is None or not (for_good or held.times.exists()):
        return
    told = held.times.first()
    held.times.all().delete()
    if for_good:
        _set_open(held, state=State.DECLINED)
    context = {"community": held.community, "follow_up": held, "declined": for_good}
    round_of_times = told.pk if told else "offer"
    NOT_CHOSEN.queue(
        held.author,
        context,
        key=f"conversation-not-chosen:{held.pk}:{round_of_times}",
        about=held,
        sender_list=held.community.sender_list,
        send_after=next_morning(held.community),
    )


@NOT_CHOSEN.cancelled_if
def is_answered_otherwise(message: Message) -> str | None:
    """By nine: their author offered other times, or destroyed the notes."""
    waiting = IndividualFollowUp.objects.filter(state__in=(State.OFFERED, State.DECLINED))
    follow_up = message.row_in(waiting)
    return gettext_noop("no longer useful") if follow_up is None or follow_up.times.exists() else None


@transaction.atomic
def call_off(follow_up: IndividualFollowUp, *, by: User) -> bool:
    """By either of them; both are told, and it leaves both calendars. False where there was nothing to call off. What a
    member does leaves no line in the audit log: it would say of whom the follow-up is."""
    _one_at_a_time(follow_up.author)
    if not _take_back_what_is_ahead(follow_up):
        return False
    _set_open(follow_up, state=State.PLANNED, on=None)
    if by.pk == follow_up.author_id:
        notes.log_act(Action.FOLLOW_UP_WRITTEN, follow_up, by)
    return True


# ---------------------------------------------------------------- what can no longer be held


def call_off_what_cannot_be_held() -> int:
    """The member left, its author leads no more, or the community is archived: what was ahead leaves both calendars.
    How many conversations."""
    ahead = OfferedTime.objects.ahead().values("follow_up")
    found = IndividualFollowUp.objects.filter(pk__in=ahead).select_related("author", "community", "membership__user")
    return sum(_call_off_by_itself(one) for one in found if not _can_be_held(one))


def _can_be_held(follow_up: IndividualFollowUp) -> bool:
    member = follow_up.membership
    belongs = member.status in Membership.CURRENT and member.user.erased_at is None
    return belongs and not follow_up.community.is_archived and _is_kept(follow_up)


@transaction.atomic
def _call_off_by_itself(follow_up: IndividualFollowUp) -> bool:
    _one_at_a_time(follow_up.author)
    if _take_back_what_is_ahead(follow_up):
        _set_open(follow_up, state=State.PLANNED, on=None)
    return True


# ---------------------------------------------------------------- both


def chosen_of(follow_up: IndividualFollowUp) -> OfferedTime | None:
    return follow_up.times.ahead().filter(is_chosen=True).first()


def _one_at_a_time(author: User) -> None:
    """Whatever is offered, chosen or called off with one person who facilitates."""
    User.objects.select_for_update().get(pk=author.pk)


def _is_taken(time: OfferedTime) -> bool:
    """Their author has another conversation then."""
    theirs = OfferedTime.objects.filter(follow_up__author=time.follow_up.author_id, is_chosen=True)
    near = theirs.exclude(follow_up=time.follow_up_id).filter(
        starts_at__lt=time.ends_at, starts_at__gt=time.starts_at - dt.timedelta(days=1)
    )
    return any(other.ends_at > time.starts_at for other in near)


def _set_open(follow_up: IndividualFollowUp, **fields: Any) -> None:
    """What was held, or is no longer to be, stays so."""
    IndividualFollowUp.objects.open().filter(pk=follow_up.pk).update(**fields)


def _tell_both(kind: MailType, time: OfferedTime, *, method: str) -> None:
    for person in (time.follow_up.membership.user, time.follow_up.author):
        _tell(kind, time, person, method=method)


def _tell(kind: MailType, time: OfferedTime, person: User, *, method: str) -> None:
    follow_up = time.follow_up
    is_author = person.pk == follow_up.author_id
    page = absolute(follow_up.get_absolute_url()) if is_author else conversation_address(follow_up.membership)
    kind.queue(
        person,
        {
            "community": follow_up.community,
            "time": time,
            "author": follow_up.author,
            "is_author": is_author,
            "address": page,
        },
        key=f"{kind.slug}:{time.pk}",
        about=follow_up,
        sender_list=follow_up.community.sender_list,
        facts={"time": str(time.pk)},
        calendar=calendar_for(time, person, page, method=method),
        calendar_method=method,
    )
