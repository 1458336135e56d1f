"""Calendars that follow by themselves: every meeting of a person, or of a community, at a secret address."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar

from accounts.models import User
from communities.models import Community, Membership, Role, Roles
from meetings.domain.invitations.calendar import add_event, add_time_zone, reader_of
from meetings.models import CalendarFeed, Meeting
from meetings.models.feeds import new_secret

PAST = dt.timedelta(days=120)  # what a calendar still shows of what is over
ATTENDING = (Roles.MEMBER, Role.FACILITATOR, Role.EXTERNAL, Role.NOTE_TAKER)


def renew(*, user: User | None = None, community: Community | None = None) -> CalendarFeed:
    """A new secret address; the earlier one opens nothing any more."""
    fresh = {"secret": new_secret(), "made_at": timezone.now()}
    return CalendarFeed.objects.update_or_create(user=user, community=community, defaults=fresh)[0]


def stop_feeds(*, user: User | None = None, community: Community | None = None) -> None:
    CalendarFeed.objects.filter(user=user, community=community).delete()


def content_of(feed: CalendarFeed) -> str:
    """The whole calendar, cancelled meetings included so that calendars strike them out."""
    if feed.user:
        with translation.override(feed.user.language):
            return _calendar(_("My communities of practice"), _meetings_of(feed.user), _memberships_of(feed.user))
    assert feed.community
    meetings = _recent(Meeting.objects.for_everyone().filter(community=feed.community))
    return _calendar(feed.community.name, meetings, {})


def _recent(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    recent = meetings.filter(ends_at__gte=timezone.now() - PAST).order_by("starts_at")
    return recent.select_related("community").prefetch_related("facilitators")


def _meetings_of(user: User) -> QuerySet[Meeting]:
    """Where one is expected: as a member, or because one runs it. Coordinating a programme fills no calendar."""
    roles = Roles(user)
    communities = roles.communities_as(*ATTENDING)
    mine = Meeting.objects.concerning(user, roles).filter(Q(community__in=communities) | Q(note_taker=user))
    return _recent(mine).exclude(community__status__in=[Community.Status.ARCHIVED, Community.Status.DRAFT])


def _memberships_of(user: User) -> dict[int, Membership]:
    current = user.memberships.current().select_related("user", "community")
    return {membership.community_id: membership for membership in current}


def _calendar(name: str, meetings: Iterable[Meeting], memberships: dict[int, Membership]) -> str:
    meetings = list(meetings)
    calendar = Calendar()
    calendar.add("prodid", "-//cmtl//communities of practice//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)  # RFC 7986
    calendar.add("x-wr-calname", name)  # what most programs read instead
    calendar.add("refresh-interval", dt.timedelta(hours=4), parameters={"value": "DURATION"})
    years = {(m.community.time_zone, m.local_start.year) for m in meetings}
    for zone in sorted({zone for zone, _year in years}):
        mine = [year for of, year in years if of == zone]
        add_time_zone(calendar, zone, min(mine), max(mine))
    for meeting in meetings:
        membership = memberships.get(meeting.community_id)
        organiser = (
            reader_of(meeting) if membership else settings.PRIVACY_OFFICER
        )  # a community's calendar names nobody
        add_event(calendar, meeting, membership, organiser=organiser)
    return calendar.to_ical().decode()
