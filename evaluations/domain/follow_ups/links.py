"""The page where a member asks for a conversation, or chooses its time: signed, for one member of one community; it
ends after sixty days. From the thanks of an evaluation it leads to the request alone: what somebody offered is answered
from the mail, so that no answer says who had just been there."""

import datetime as dt

from django.urls import reverse

from cmtl.signed_tokens import SignedToken
from communities.models import Community, Membership
from outbox.domain.post import absolute

LIFETIME = dt.timedelta(days=60)
ASKING = "demande"  # of the address that shows nothing but the request
_link = SignedToken("conversation-link", LIFETIME)


def token_of(membership: Membership) -> str:
    return _link.make(membership.pk, *membership.user.link_stamp)


def conversation_path(membership: Membership) -> str:
    return reverse("evaluations:conversation", args=[token_of(membership)])


def request_path(membership: Membership) -> str:
    return f"{conversation_path(membership)}?{ASKING}"


def request_address(membership: Membership) -> str:
    return absolute(request_path(membership))


def conversation_address(membership: Membership) -> str:
    """The whole address, for a mail."""
    return absolute(conversation_path(membership))


def member_of_link(token: str) -> Membership | None:
    """Whose link this is; None when it was altered, has ended or was closed, or the person is no longer a member."""
    numbers = _link.verify(token)
    if numbers is None:
        return None
    kept = (
        Membership.objects.current()
        .named()
        .exclude(community__status__in=[Community.Status.ARCHIVED, Community.Status.DRAFT])
    )
    membership = kept.select_related("user", "community__programme").numbered(numbers[0])
    return membership if membership and membership.user.opens(numbers[1:]) else None
