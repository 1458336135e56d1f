"""What communities asks of meetings (`communities.domain.dates`)."""

import datetime as dt
import zoneinfo

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from communities.domain.dates import Date, First
from communities.models import Community, Membership
from meetings.models import Meeting
from meetings.models.meeting import MeetingQuerySet

SHOWN = ("starts_at", "title", "mode", "kind", "prepares", "community")
OF_EACH = {"community": OuterRef("pk")}


def coming(community: Community, most: int | None) -> list[Date]:
    return _dates(_coming(community)[:most], community)


def held(community: Community) -> list[Date]:
    return _dates(_held(community), community)


def held_on(community: Community, day: dt.date) -> Date | None:
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=zoneinfo.ZoneInfo(community.time_zone))
    that_day = _held(community).filter(starts_at__gte=midnight, starts_at__lt=midnight + dt.timedelta(days=1))
    return next(iter(_dates(that_day[:1], community)), None)


def first(community: Community) -> First | None:
    planned = Meeting.objects.filter(community=community, cancelled_at=None).prefetch_related("agenda")
    meeting = planned.order_by("starts_at", "pk").first()
    if meeting is None:
        return None
    meeting.community, blocks = community, list(meeting.agenda.all())
    return First(
        starts=meeting.local_start,
        blocks=len(blocks),
        minutes=sum(block.minutes for block in blocks),
        invited_at=meeting.invited_at,
        is_past=meeting.closed_at is not None or meeting.starts_at < timezone.now(),
        agenda=reverse("meetings:agenda", args=[meeting.pk]),
        invite=reverse("meetings:invite", args=[meeting.pk]),
    )


def has_begun(community: Community) -> bool:
    return Meeting.objects.filter(community=community, started_at__isnull=False).exists()


def how_many_held(community: Community) -> int:
    return _held(community).count()


def how_many_coming(community: Community) -> int:
    return _coming(community).count()


def _coming(community: Community) -> MeetingQuerySet:
    return Meeting.objects.upcoming().filter(community=community).only(*SHOWN)


def _held(community: Community) -> MeetingQuerySet:
    return Meeting.objects.held().filter(community=community).order_by("starts_at", "pk").only(*SHOWN)


def _dates(meetings: MeetingQuerySet, community: Community) -> list[Date]:
    return [_date(meeting, community) for meeting in meetings]


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
