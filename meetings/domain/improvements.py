"""Telling members what became of what they asked for: by the next invitation, and on their own page.

Only what has an answer is told. An invitation tells what no other told before it; taken back, it has told nothing.
"""

from collections.abc import Iterable

from django.db.models import Count, QuerySet
from django.utils import timezone

from communities.models import Membership
from meetings.models import Improvement, Meeting


def to_tell(meeting: Meeting) -> list[Improvement]:
    """What its invitation says; once the first has left, whoever joins later reads what the others read. The meeting
    that prepares another is the business of those who prepare it."""
    if meeting.pk is None or meeting.prepares_id:
        return []
    answered = Improvement.objects.filter(community=meeting.community_id).answered().order_by("done_on", "pk")
    return list(answered.filter(told_with=meeting.pk) if meeting.invited_at else answered.filter(told_at=None))


def mark_told(told: list[Improvement], meeting: Meeting) -> None:
    untold = Improvement.objects.filter(pk__in=[one.pk for one in told], told_at=None)
    untold.update(told_at=timezone.now(), told_with=meeting.pk)


def take_back(meeting: Meeting) -> None:
    """Its invitations have not left: the next one will tell."""
    Improvement.objects.filter(told_with=meeting.pk).update(told_at=None, told_with=None)


def of_this_year(memberships: Iterable[Membership]) -> QuerySet[Improvement]:
    """What members read on their own page, latest first; whoever has left is told nothing more."""
    places = [one.community_id for one in memberships if one.status in Membership.CURRENT]
    told = Improvement.objects.filter(community__in=places).answered().of_year(timezone.localdate().year)
    return told.order_by("-done_on", "-pk")


def count_this_year(memberships: Iterable[Membership]) -> dict[int, int]:
    """How many, by the number of the community."""
    return dict(of_this_year(memberships).order_by().values_list("community").annotate(Count("pk")))
