"""Trainings open to people outside the membership: a page for whoever has its link, a place in the pool, a mail."""

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from cmtl import languages
from cmtl.signed_tokens import SignedToken
from communities.domain.members import directory
from communities.models import Community, Membership, Organisation
from meetings.domain.invitations import emails, replies
from meetings.models import Meeting, Reply
from outbox.domain.post import absolute

_link = SignedToken("open-training")


def sign_up_token(meeting: Meeting) -> str:
    return _link.make(meeting.pk)


def address_of(meeting: Meeting) -> str:
    """To be passed on to anyone."""
    return absolute(reverse("meetings:sign_up", args=[sign_up_token(meeting)]))


def meeting_of_sign_up_link(token: str) -> Meeting | None:
    """The training this link was made for, as long as it is open to all; over and cancelled ones too."""
    numbers = _link.verify(token)
    if numbers is None:
        return None
    meeting = Meeting.objects.select_related("community").filter(pk=numbers[0], is_open_to_all=True).first()
    return None if meeting is None or meeting.community.is_archived else meeting


@transaction.atomic
def sign_up(meeting: Meeting, *, first_name: str, last_name: str, email: str, organisation: str = "") -> Membership:
    """They join the pool as eligible, found by a training, and are coming. Someone known already keeps their place in
    the community, those who left included, and an answer given there: whoever types an address is not sure to be its
    person."""
    replies.refuse_if_late(meeting)
    membership = _known_or_new(meeting, first_name, last_name, email, organisation)
    has_left = membership.status == Membership.Status.ALUMNI
    if has_left or not meeting.replies.filter(membership=membership).exclude(answer="").exists():
        mode = Meeting.Mode.ONLINE if meeting.is_hybrid else ""
        replies.answer(meeting, membership, Reply.Answer.YES, mode=mode)
    emails.signed_up(meeting, membership)
    return membership


def _known_or_new(meeting: Meeting, first_name: str, last_name: str, email: str, organisation: str) -> Membership:
    user, _known = directory.person_for(email, first_name, last_name, languages.active())
    membership, is_new = Membership.objects.get_or_create(
        community=meeting.community,
        user=user,
        defaults={"status": Membership.Status.ELIGIBLE, "source": Membership.Source.TRAINING},
    )
    if is_new and organisation:
        membership.organisation = Organisation.named(organisation)
        membership.save(update_fields=["organisation"])
    return membership


def from_outside(community: Community) -> dict[str, int]:
    """The recruitment effect of trainings: people whose first contact was one, and who became members since."""
    found = community.memberships.filter(source=Membership.Source.TRAINING)
    became = Q(joined_on__isnull=False) & ~Q(status=Membership.Status.ELIGIBLE)
    return found.aggregate(n=Count("pk"), joined=Count("pk", filter=became))


def takes_more(meeting: Meeting) -> bool:
    return meeting.is_open and timezone.now() < meeting.ends_at
