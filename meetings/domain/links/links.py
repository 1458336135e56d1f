"""The personal link of an invitation: signed, for one person at one meeting, and it ends.

The same link is the reply page before the meeting, check-in and survey during it, and the synthesis after.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from cmtl.signed_tokens import SignedToken
from communities.models import Membership
from meetings.models import Meeting, Reply
from outbox.domain.post import absolute

LIFETIME = dt.timedelta(days=60)  # after the meeting's end
_link = SignedToken("meeting-link")


@dataclass(frozen=True)
class Guest:
    """Who is at the door without an account: a person of the community, at this meeting, known by their personal link
    (`token`) or, on the phone that said « I am here » in the room, by a cookie (`code` and `seat`; no personal page
    then: whoever types a name must not be shown what belongs to it)."""

    meeting: Meeting
    membership: Membership
    token: str = ""
    code: str = ""
    seat: int | None = None

    @property
    def home(self) -> str:
        """The one page that is always the current thing; the addresses of its presses begin with it."""
        if self.token:
            return reverse("meetings:phone", args=[self.token])
        return reverse("meetings:room", args=[self.code])

    @property
    def voter_key(self) -> str:
        """What tells this voter from others who use the same phone."""
        return f"room-{self.seat}" if self.seat else str(self.membership.pk)

    @property
    def ballot(self) -> str:
        """The evaluation's page, in the same tab."""
        return f"{self.home}evaluation/"

    @property
    def thanks(self) -> str:
        """Where an answer that was sent leads."""
        return f"{self.ballot}merci/"


def guest_token(meeting: Meeting, membership: Membership) -> str:
    return _link.make(meeting.pk, membership.pk, *membership.user.link_stamp)


def guest_address(meeting: Meeting, membership: Membership) -> str:
    """The whole address, for a mail."""
    return absolute(reverse("meetings:phone", args=[guest_token(meeting, membership)]))


def meeting_of(token: str) -> Meeting | None:
    """The meeting a link of ours was given for, even if it opens nothing any more; None when it was altered."""
    numbers = _link.verify(token)
    return Meeting.objects.select_related("community").filter(pk=numbers[0]).first() if numbers else None


def came_back_for(meeting: Meeting) -> Q:
    """Of memberships: those who had left, and signed up since for this meeting open to all. They stay alumni."""
    if not meeting.is_open_to_all:
        return Q(pk__in=[])
    since = Reply.objects.filter(meeting=meeting, membership=OuterRef("pk"), answered_at__date__gte=OuterRef("left_on"))
    return Q(Exists(since), status=Membership.Status.ALUMNI)


def guest_of_link(token: str) -> Guest | None:
    """Whose link this is; None when it was altered, has ended or was closed, or the person is no longer in the
    community."""
    numbers = _link.verify(token)
    guest = _guest(token, *numbers[:2]) if numbers else None
    return guest if guest and numbers and guest.membership.user.opens(numbers[2:]) else None


def was_closed(token: str) -> bool:
    """By its person: it would open otherwise."""
    numbers = _link.verify(token)
    guest = _guest(token, *numbers[:2]) if numbers else None
    return bool(guest and numbers and not guest.membership.user.opens(numbers[2:]))


def _guest(token: str, meeting_pk: int, membership_pk: int) -> Guest | None:
    meeting = Meeting.objects.select_related("community").filter(pk=meeting_pk).first()
    if meeting is None or meeting.community.is_archived or timezone.now() > meeting.ends_at + LIFETIME:
        return None
    there = ~Q(status=Membership.Status.ALUMNI) | came_back_for(meeting)
    belonging = Membership.objects.select_related("user").filter(there)
    here = belonging.filter(community=meeting.community_id)
    membership = here.numbered(membership_pk)
    if membership is None:
        return None
    membership.community = meeting.community
    return Guest(meeting, membership, token)
