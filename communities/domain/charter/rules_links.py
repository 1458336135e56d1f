"""The personal link of a mail that asks to read the rules: signed, for one member of one community; it ends after
sixty days."""

import datetime as dt

from django.urls import reverse

from cmtl.signed_tokens import SignedToken
from communities.models import Community, Membership
from outbox.domain.post import absolute

LIFETIME = dt.timedelta(days=60)
_link = SignedToken("rules-link", LIFETIME)


def rules_token(membership: Membership) -> str:
    return _link.make(membership.pk, *membership.user.link_stamp)


def rules_address(membership: Membership) -> str:
    """The whole address, for a mail."""
    return absolute(reverse("communities:rules_link", args=[rules_token(membership)]))


def reader_of_rules_link(token: str) -> Membership | None:
    """Whose link this is; None when it was altered, has ended or was closed, or the person is no longer a member."""
    numbers = _link.verify(token)
    if numbers is None:
        return None
    kept = Membership.objects.current().exclude(community__status=Community.Status.ARCHIVED)
    membership = kept.select_related("user", "community").filter(pk=numbers[0]).first()
    return membership if membership and membership.user.opens(numbers[1:]) else None
