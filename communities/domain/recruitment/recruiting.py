"""From the pool to the members: who may be invited, one mail each, and a page where they accept or decline.

The link is signed for one invitation and ends after sixty days. Opening it changes nothing; only a press acts.
"""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.domain import audit
from accounts.models import Action, User
from cmtl import retention
from cmtl.encrypted import readable
from cmtl.signed_tokens import SignedToken
from communities.domain import dates
from communities.domain.recruitment import recruitment_emails
from communities.models import Commitment, Community, Expectation, JoinInvitation, Membership, Referral
from outbox.domain.post import absolute
from outbox.models import Message

ELIGIBLE, INVITED, ACTIVE = Membership.Status.ELIGIBLE, Membership.Status.INVITED, Membership.Status.ACTIVE
AGAIN_AFTER = dt.timedelta(days=14)  # someone who did not answer may be asked once more
UNANSWERED_FOR = retention.length("requests_to_join")
_link = SignedToken("join-community")


# ---------------------------------------------------------------- whom


def pool(community: Community) -> QuerySet[Membership]:
    """Those one may invite to become members now: eligible, asking to join, or invited and silent for two weeks; and
    members whose commitment was never asked, or who have been silent about it."""
    long_ago = timezone.now() - AGAIN_AFTER
    to_answer = Q(status=INVITED) | Q(pk__in=not_committed(community).order_by().values("pk"))
    silent = to_answer & (Q(last_asked=None) | Q(last_asked__lt=long_ago))
    asking = Q(pk__in=Referral.objects.pending().filter(by__community=community).values("membership"))
    found = community.memberships.annotate(last_asked=Max("join_invitations__at"))
    return found.filter(Q(status=ELIGIBLE) | silent | asking).select_related("user", "organisation")


def not_committed(community: Community) -> QuerySet[Membership]:
    """Members who have not signed the commitment, where the community asks for one: a list made them members."""
    active = community.memberships.active().filter(commitments=None)
    return active if community.expects_everyone else active.none()


def annotate_invitations(memberships: list[Membership]) -> None:
    """On each: `asked_at` and `declined_at` of the last invitation, `referred_by` and `is_asking`. Two queries."""
    last = {i.membership_id: i for i in JoinInvitation.objects.filter(membership__in=memberships).order_by("at", "pk")}
    referrals = Referral.objects.filter(membership__in=memberships).select_related("by__user").order_by("used_at")
    found = {r.membership_id: r for r in referrals}
    for membership in memberships:
        invitation, referral = last.get(membership.pk), found.get(membership.pk)
        membership.asked_at = invitation.at if invitation else None  # type: ignore[attr-defined]
        membership.declined_at = invitation.declined_at if invitation else None  # type: ignore[attr-defined]
        membership.referred_by = referral.by.user if referral else None  # type: ignore[attr-defined]
        is_open = membership.status in (ELIGIBLE, Membership.Status.ALUMNI)
        membership.is_asking = bool(referral and is_open and not referral.settled_at)  # type: ignore[attr-defined]


@transaction.atomic
def invite(community: Community, chosen: list[Membership], words: str, *, by: User | None) -> int:
    """One mail each; how many. Locked, so that a double press writes once."""
    Community.objects.select_for_update().get(pk=community.pk)
    free = {m.pk: m for m in pool(community).filter(pk__in=[m.pk for m in chosen])}
    now, sent = timezone.now(), 0
    for membership in free.values():
        if membership.user.email:
            membership.community = community
            _ask(membership, words, by=by, now=now)
            sent += 1
    return sent


def _ask(membership: Membership, words: str, *, by: User | None, now: dt.datetime) -> JoinInvitation:
    invitation = JoinInvitation.objects.create(membership=membership, words=words, by=by, at=now)
    if membership.status != ACTIVE:
        membership.become(INVITED)
    Referral.objects.pending().filter(membership=membership).update(settled_at=now)
    recruitment_emails.join(invitation, join_address(invitation))
    return invitation


@transaction.atomic
def turn_down(membership: Membership) -> None:
    """Whoever asked to join and is told no is forgotten here: nothing of them is kept. Whoever was listed already
    stays as they were: anybody may have typed their address."""
    asking = Referral.objects.pending().filter(membership=membership)
    if not asking.update(settled_at=timezone.now()) or not _came_by_a_link(membership):
        return
    person = membership.user
    audit.write(Action.PERSON_CORRECTED, about=membership, part="turned_down")
    membership.delete()
    if not (person.last_login or person.is_staff or person.role_assignments.exists() or person.memberships.exists()):
        person.delete()


def _came_by_a_link(membership: Membership) -> bool:
    """Listed by their answer to a member's link, and nothing has happened here with them since."""
    is_fresh = membership.status == ELIGIBLE and membership.source == Membership.Source.REFERRAL
    touched = membership.join_invitations.exists() or membership.pauses.exists() or dates.took_part(membership)
    return is_fresh and not touched


@retention.applies("requests_to_join")
def forget_unanswered(now: dt.datetime | None = None) -> int:
    """Whoever asked to join and was not answered for three months: they are told so on the page where they ask."""
    long_ago = (now or timezone.now()) - UNANSWERED_FOR
    waiting = Referral.objects.pending().filter(used_at__lt=long_ago).select_related("membership__user")
    for referral in waiting:
        turn_down(referral.membership)  # type: ignore[arg-type]
    return len(waiting)


# ---------------------------------------------------------------- the link


def join_token(invitation: JoinInvitation) -> str:
    return _link.make(invitation.pk, *invitation.membership.user.link_stamp)


def join_address(invitation: JoinInvitation) -> str:
    """The whole address, for a mail."""
    return absolute(reverse("communities:join", args=[join_token(invitation)]))


def invitation_of_join_link(token: str) -> JoinInvitation | None:
    """Which invitation this opens; None when it was altered, has ended or was closed, or its community is archived."""
    numbers = _link.verify(token)
    if numbers is None:
        return None
    known = JoinInvitation.objects.select_related("membership__community__programme", "membership__user")
    invitation = known.filter(pk=numbers[0]).first()
    if invitation is None or invitation.membership.community.is_archived or timezone.now() > invitation.ends_at:
        return None
    if not invitation.membership.user.opens(numbers[1:]):
        return None
    return invitation


def dates_to_come(community: Community) -> list[dt.date]:
    """The days of the meetings that count, already planned for the year to come."""
    until = timezone.now() + dt.timedelta(days=366)
    coming = dates.coming(community, None)
    return [date.starts.date() for date in coming if date.expects_members and date.starts < until]


# ---------------------------------------------------------------- the answer


@transaction.atomic
def accept(invitation: JoinInvitation, *, commits: bool, expects: str = "", brings: str = "") -> bool:
    """The person is a member from now on; whether this press did it. Pressed again, nothing more happens."""
    locked = _locked(invitation)
    membership = locked.membership
    if not locked.may_be_accepted():
        return False
    if membership.community.expects_everyone:
        if not commits:
            raise ValidationError({"commits": _("This community asks its members to come to every meeting.")})
        days = [day.isoformat() for day in dates_to_come(membership.community)]
        Commitment.objects.create(membership=membership, dates=days)
    locked.accepted_at, locked.declined_at = timezone.now(), None
    locked.save(update_fields=["accepted_at", "declined_at"])
    membership.become(ACTIVE)
    expect(membership, expects, brings)
    return True


@transaction.atomic
def decline(invitation: JoinInvitation) -> bool:
    """Back among the eligible, with the day; the next invitation is for another year."""
    locked = _locked(invitation)
    if locked.membership.status != INVITED:
        return False
    locked.declined_at = timezone.now()
    locked.save(update_fields=["declined_at"])
    locked.membership.become(ELIGIBLE)
    return True


def _locked(invitation: JoinInvitation) -> JoinInvitation:
    """With its membership held: two presses, or two links, are answered one after the other."""
    membership = Membership.objects.select_for_update().get(pk=invitation.membership_id)
    fresh = JoinInvitation.objects.select_related("membership__community").get(pk=invitation.pk)
    membership.community = fresh.membership.community
    fresh.membership = membership
    return fresh


def expect(membership: Membership, expects: str, brings: str) -> None:
    """What the person says of themselves; emptied, it is forgotten. A text that no key opens stays as it is until
    something else is said in its place."""
    kept = Expectation.objects.filter(membership=membership).first()
    said = {"expects": expects, "brings": brings}
    changed: dict[str, Any] = {
        name: words for name, words in said.items() if not kept or words != readable(getattr(kept, name))
    }
    if kept and not changed:
        return
    if not any(changed.get(name, getattr(kept, name, "")) for name in said):
        Expectation.objects.filter(membership=membership).delete()
        return
    changed["said_on"] = timezone.localdate()
    Expectation.objects.update_or_create(membership=membership, defaults=changed)


@recruitment_emails.JOIN.cancelled_if
def join_cancel_reason(message: Message) -> str | None:
    unsigned = Q(membership__status=ACTIVE, membership__commitments=None)
    waiting = JoinInvitation.objects.filter(Q(membership__status=INVITED) | unsigned, accepted_at=None)
    useful = waiting.exclude(membership__community__status=Community.Status.ARCHIVED)
    return None if message.row_in(useful) else gettext_noop("no longer useful")
