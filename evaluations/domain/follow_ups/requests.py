"""« Demander un échange »: asked by a member, by name; told from nine the next morning on to those whom the page named.

Nothing here is in the audit log, and nothing holds an hour: a request often follows a ballot by a few seconds.
"""

import datetime as dt
import zoneinfo
from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import Action, User
from cmtl import retention
from communities.models import Community, Membership, Role, RoleAssignment
from evaluations.domain.follow_ups import notes
from evaluations.domain.follow_ups.links import request_address
from evaluations.models import ConversationRequest, IndividualFollowUp
from evaluations.models.conversations import TOLD_AT, today_in, told_until
from meetings.domain.retention import anonymising
from outbox.domain.mail_types import MailType
from outbox.domain.post import absolute
from outbox.models import Message

ASKED = MailType("conversations-asked", "evaluations/emails/conversations_asked.html")
UNREAD = MailType("conversation-not-read", "evaluations/emails/conversation_not_read.html")
FORGOTTEN_AFTER = dt.timedelta(days=7)  # a worker that was away longer says nothing late

# ---------------------------------------------------------------- the member


def readers_of(membership: Membership) -> QuerySet[User]:
    """Who facilitates for good, there or through the programme: they alone read it. Nobody writes to oneself."""
    leading = RoleAssignment.objects.leading_for_good().reaching(membership.community).filter(role=Role.FACILITATOR)
    reading = User.objects.filter(pk__in=leading.values("user"), is_active=True)
    return reading.exclude(pk=membership.user_id).order_by("sort_key", "pk")


def waiting_of(membership: Membership) -> ConversationRequest | None:
    return membership.conversation_requests.waiting().first()


def readers_told(membership: Membership, asked: ConversationRequest | None) -> QuerySet[User]:
    """Those who read what was asked and lead still, or who would read it."""
    leading = readers_of(membership)
    return leading.filter(conversation_requests_read=asked) if asked else leading


def read_of(membership: Membership) -> ConversationRequest | None:
    """The last one, where somebody took it and the conversation is still to come."""
    taken = membership.conversation_requests.filter(follow_up__state__in=IndividualFollowUp.OPEN)
    return taken.select_related("follow_up__author").order_by("answered_on").last()


@transaction.atomic
def ask(membership: Membership, words: str = "") -> None:
    """Pressed twice, it is asked once; where nobody would read it, not at all. Whoever is appointed later reads it
    not."""
    held = Membership.objects.select_for_update().get(pk=membership.pk)
    readers = readers_of(held)
    if readers:
        asked = {"asked_on": today_in(held.community), "words": words}
        request, is_new = ConversationRequest.objects.get_or_create(membership=held, answered_on=None, defaults=asked)
        if is_new:
            request.readers.set(readers)


def take_back(membership: Membership) -> None:
    """It leaves no trace; what was answered meanwhile stays."""
    membership.conversation_requests.filter(answered_on=None).delete()


# ---------------------------------------------------------------- whoever facilitates


def told_to(user: User, community: Community) -> QuerySet[ConversationRequest]:
    """Those of a community that they were named to read: of yesterday at the latest, and not their own."""
    told = ConversationRequest.objects.told_in(community).filter(readers=user).exclude(membership__user=user)
    return told.select_related("membership__user", "membership__organisation")


def how_many_told(user: User, communities: Iterable[Community], now: dt.datetime) -> dict[int, int]:
    """By community, of those `told_to` them, in one question."""
    until = {community.pk: told_until(community, now) for community in communities}
    asked = ConversationRequest.objects.waiting().filter(membership__community__in=until, readers=user)
    days = asked.exclude(membership__user=user).values_list("membership__community", "asked_on")
    return Counter(pk for pk, asked_on in days if asked_on <= until[pk])


@transaction.atomic
def answer(request: ConversationRequest, *, by: User) -> IndividualFollowUp | None:
    """Take it: a follow-up of theirs, where the words stay beside the notes. A colleague who pressed first has it, and
    None is returned."""
    membership = Membership.objects.select_for_update().get(pk=request.membership_id)
    held = ConversationRequest.objects.filter(pk=request.pk, answered_on=None, readers=by)
    if not held.exists():
        return membership.individual_follow_ups.filter(author=by, requests=request.pk).first()
    follow_up = membership.individual_follow_ups.open().filter(author=by).first()
    if follow_up:
        notes.log_act(Action.FOLLOW_UP_WRITTEN, follow_up, by)
    else:
        follow_up = notes.write(membership, by=by, reason=IndividualFollowUp.Reason.ASKED)
    held.update(answered_on=today_in(membership.community), follow_up=follow_up)
    return follow_up


# ---------------------------------------------------------------- the next morning


def tell_in_the_morning(now: dt.datetime | None = None) -> int:
    """From nine on, by the clock of each community: how many people asked, and nobody's name. How many mails."""
    now = now or timezone.now()
    asking = ConversationRequest.objects.waiting().values("membership__community")
    communities = Community.objects.filter(pk__in=asking, status__in=Community.LIVING)
    return sum(_tell(community, now) for community in communities)


def _tell(community: Community, now: dt.datetime) -> int:
    clock = now.astimezone(zoneinfo.ZoneInfo(community.time_zone))
    told = ConversationRequest.objects.told_in(community, now)
    last = told.aggregate(last=Max("asked_on"))["last"]
    if last is None or clock.time() < TOLD_AT or last < clock.date() - FORGOTTEN_AFTER:
        return 0
    reading = User.objects.filter(conversation_requests_read__in=told, is_active=True).distinct().order_by("pk")
    mails = [_tell_one(community, person, told.filter(readers=person), last) for person in reading]
    return sum(mail is not None for mail in mails)


def _tell_one(community: Community, person: User, told: QuerySet[ConversationRequest], last: dt.date) -> Message | None:
    """Once for the requests up to that day; whoever leads no more reads none, and is not told."""
    n = told.exclude(membership__user=person).count()
    if not n or not person.has_perm("evaluations.keep_follow_ups", community):
        return None
    address = absolute(reverse("evaluations:follow_ups", args=[community.pk]))
    return ASKED.queue(
        person,
        {"n": n, "community": community, "address": address},
        key=f"conversations-asked:{community.pk}:{last}",
        about=community,
        sender_list=community.sender_list,
    )


@ASKED.cancelled_if
def nobody_asks_any_more(message: Message) -> str | None:
    community = message.row_in(Community.objects.all())
    if community and ConversationRequest.objects.told_in(community).filter(readers=message.recipient_id).exists():
        return None
    return gettext_noop("no longer useful")


def destroy_unread() -> int:
    """None of those whom the page named leads any more: it is destroyed, and the member told that nobody read it. How
    many."""
    waiting = ConversationRequest.objects.waiting().exclude(membership__community__status=Community.Status.ARCHIVED)
    found = waiting.select_related("membership__user", "membership__community__programme")
    unread = [one for one in found if not readers_told(one.membership, one).exists()]
    for request in unread:
        _destroy_unread(request)
    return len(unread)


@transaction.atomic
def _destroy_unread(request: ConversationRequest) -> None:
    membership = request.membership
    context = {"community": membership.community, "address": request_address(membership)}
    UNREAD.queue(
        membership.user,
        context,
        key=f"conversation-not-read:{request.pk}",
        about=membership,
        sender_list=membership.community.sender_list,
    )
    request.delete()


# ---------------------------------------------------------------- the end


@retention.applies("conversation_requests")
def destroy_expired(now: dt.datetime | None = None) -> int:
    """Answered, of somebody who left, or of a community that is archived, once the period is over. How many."""
    start = retention.period("conversation_requests").start(now or timezone.now())
    before = timezone.localdate(start)
    archived = Q(membership__community__in=anonymising.archived_before(start).values("pk"))
    left = Q(membership__status=Membership.Status.ALUMNI, membership__left_on__lt=before)
    expired = ConversationRequest.objects.filter(left | archived | Q(answered_on__lt=before))
    return expired.delete()[1].get(ConversationRequest._meta.label, 0)
