"""Alumni: written to only if they agreed to it, and one press brings them back.

The link is signed for one person and one departure: it ends when they return, and after ninety days.
"""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from cmtl.signed_tokens import SignedToken
from communities.domain.lifecycle import life_emails
from communities.models import Community, Consent, Membership, Purpose
from outbox.domain.post import absolute
from outbox.models import Message

LIFETIME = dt.timedelta(days=90)
AGREED_FOR = dt.timedelta(days=730)  # as the sentence they agreed to says
ALUMNI = Membership.Status.ALUMNI
_link = SignedToken("come-back", LIFETIME, part=str)


def alumni(community: Community) -> QuerySet[Membership]:
    """Of an archived community, everybody who was still a member, too."""
    left = [ALUMNI, *Membership.CURRENT] if community.is_archived else [ALUMNI]
    return community.memberships.named().filter(status__in=left).select_related("user", "organisation", "community")


def keys_of(memberships: list[Membership]) -> dict[str, int]:
    """The key of each one's mail → the membership."""
    return {f"come-back:{m.pk}:{m.left_on}:{m.user_id}": m.pk for m in memberships}


def written_to(memberships: list[Membership]) -> dict[int, dt.datetime]:
    """Membership → when they were asked back, since they left. One query."""
    keys = keys_of(memberships)
    mails = Message.objects.filter(key__in=keys).values_list("key", "queued_at")
    return {keys[key]: at for key, at in mails}


def reachable(memberships: Iterable[Membership]) -> set[int]:
    """Those who agreed to be written to after leaving, and have an address. It holds for two years: since they left
    or, as the second sentence says, since they agreed."""
    some = {m.pk: m for m in memberships if m.user.email}
    agreed = Consent.objects.in_force().filter(membership__in=some, purpose=Purpose.ALUMNI_CONTACT)
    rows = agreed.order_by().values_list("membership", "wording", "given_at")
    return {pk for pk, wording, given_at in rows if not _is_over(some[pk], wording, timezone.localdate(given_at))}


def _is_over(membership: Membership, wording: int, agreed_on: dt.date) -> bool:
    left_on = membership.left_on
    if left_on is None and not membership.community.is_archived:
        return False
    since = max(left_on or agreed_on, agreed_on) if wording > 1 else left_on or agreed_on
    return since < timezone.localdate() - AGREED_FOR


@transaction.atomic
def invite_alumni(community: Community, chosen: list[Membership], words: str, *, by: User) -> int:
    """Write once to those who agreed and have an address; how many."""
    agreed, sent = reachable(chosen), 0
    for membership in chosen:
        if membership.status != ALUMNI or membership.pk not in agreed:
            raise ValidationError(
                _("%(person)s did not agree to be written to after leaving.") % {"person": membership.user}
            )
        membership.community = community
        address = absolute(reverse("communities:come_back", args=[alumni_token(membership)]))
        sent += life_emails.come_back_email(membership, words=words, by=by, address=address) is not None
    return sent


def alumni_token(membership: Membership) -> str:
    return _link.make(membership.pk, membership.left_on, *membership.user.link_stamp)


def member_of_alumni_link(token: str) -> Membership | None:
    """Whose link this is; None when it was altered, has ended or was closed, or its community is archived."""
    signed = _link.verify(token)
    if signed is None:
        return None
    pk, left_on, *stamp = signed
    membership = Membership.objects.select_related("community", "user").filter(pk=pk).first()
    if membership is None or membership.community.is_archived or not membership.user.opens(map(int, stamp)):
        return None
    is_same_departure = str(membership.left_on) == left_on
    return membership if is_same_departure or membership.status in Membership.CURRENT else None


def rejoin(membership: Membership) -> None:
    """Pressed twice, nothing more happens."""
    if membership.status == ALUMNI:
        membership.become(Membership.Status.ACTIVE)


@life_emails.COME_BACK.cancelled_if
def alumni_cancel_reason(message: Message) -> str | None:
    kept = Membership.objects.exclude(community__status=Community.Status.ARCHIVED)
    membership = message.row_in(kept.filter(status=ALUMNI).select_related("user"))
    return None if membership and reachable([membership]) else gettext_noop("no longer useful")
