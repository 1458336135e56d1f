"""The personal link of an invitation: signed, for one person at one meeting, and it ends.

The same link is the reply page before the meeting, check-in and survey during it, and the synthesis after.
"""

import datetime as dt
from dataclasses import dataclass

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from communities.models import Membership
from meetings.models import Meeting
from outbox.post import absolute

LIFETIME = dt.timedelta(days=60)  # after the meeting's end
_signer = signing.Signer(salt="meeting-link", sep="~")


@dataclass(frozen=True)
class Guest:
    """Who holds a link: a person of the community, at this meeting."""

    meeting: Meeting
    membership: Membership
    token: str


def token_for(meeting: Meeting, membership: Membership) -> str:
    return _signer.sign(f"{meeting.pk}.{membership.pk}")


def address_for(meeting: Meeting, membership: Membership) -> str:
    """The whole address, for a mail."""
    return absolute(reverse("meetings:phone", args=[token_for(meeting, membership)]))


def read(token: str) -> Guest | None:
    """Whose link this is; None when it was altered, has ended, or the person is no longer in the community."""
    try:
        meeting_pk, membership_pk = _signer.unsign(token).split(".")
    except (signing.BadSignature, ValueError):
        return None
    membership = (
        Membership.objects.select_related("user", "organisation", "community")
        .exclude(status=Membership.Status.ALUMNI)
        .filter(pk=membership_pk)
        .first()
    )
    meeting = Meeting.objects.select_related("community").filter(pk=meeting_pk).first()
    if not (membership and meeting) or membership.community_id != meeting.community_id:
        return None
    if timezone.now() > meeting.ends_at + LIFETIME:
        return None
    return Guest(meeting, membership, token)
