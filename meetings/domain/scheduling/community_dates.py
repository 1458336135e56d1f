"""What communities asks of meetings (`communities.domain.dates`)."""

from django.db.models import OuterRef, Subquery

from communities.domain.dates import Date
from communities.models import Community, Membership
from meetings.models import Meeting
from meetings.models.meeting import MeetingQuerySet

OF_EACH = {"community": OuterRef("pk")}


def coming(community: Community) -> list[Date]:
    return _dates(Meeting.objects.upcoming(), community)


def held(community: Community) -> list[Date]:
    return _dates(Meeting.objects.held().order_by("starts_at", "pk"), community)


def _dates(meetings: MeetingQuerySet, community: Community) -> list[Date]:
    found = meetings.filter(community=community).only("starts_at", "title", "mode", "kind", "prepares", "community")
    return [_date(meeting, community) for meeting in found]


def _date(meeting: Meeting, community: Community) -> Date:
    meeting.community = community
    return Date(
        starts=meeting.local_start,
        title=meeting.title,
        heading=meeting.heading,
        mode=meeting.get_mode_display(),
        address=meeting.get_absolute_url(),
        expects_members=meeting.kind in Meeting.COUNTED and not meeting.prepares_id,
    )


def took_part(membership: Membership) -> bool:
    return membership.attendances.exists() or membership.replies.exists()


def next_start() -> Subquery:
    return Subquery(Meeting.objects.upcoming().filter(**OF_EACH).values("starts_at")[:1])


def opens_in_room() -> Subquery:
    planned = Meeting.objects.filter(cancelled_at=None, **OF_EACH)
    return Subquery(planned.order_by("starts_at").values_has_room()[:1])
