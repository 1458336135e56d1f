"""The personal link of a mail that asks to read the rules: signed, for one member of one community; it ends after
sixty days."""

import datetime as dt

from django.core import signing
from django.urls import reverse

from communities.models import Community, Membership
from outbox.post import absolute

LIFETIME = dt.timedelta(days=60)
_signer = signing.TimestampSigner(salt="rules-link", sep="~")


def token_for(membership: Membership) -> str:
    return _signer.sign(str(membership.pk))


def address_for(membership: Membership) -> str:
    """The whole address, for a mail."""
    return absolute(reverse("communities:rules_link", args=[token_for(membership)]))


def read(token: str) -> Membership | None:
    """Whose link this is; None when it was altered, has ended, or the person is no longer a member."""
    try:
        pk = _signer.unsign(token, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    kept = Membership.objects.current().exclude(community__status=Community.Status.ARCHIVED)
    return kept.select_related("user", "community").filter(pk=pk).first()
