"""What several dates have in common: the calendar of a year, « this one and the following », last year's dates."""

import datetime as dt
import zoneinfo
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta
from dateutil.rrule import weekdays
from django.db import transaction

from cmtl.wall_clock import at_wall_clock
from communities.models import Community
from meetings.domain.scheduling import planning
from meetings.models import Meeting

# ------------------------------------------------------------ the calendar of a year


@dataclass(frozen=True)
class Month:
    first: dt.date
    meetings: list[Meeting]


def meetings_of_year(community: Community, year: int):
    """Those whose day, on the community's clock, is in that year."""
    zone = zoneinfo.ZoneInfo(community.time_zone)
    start, end = dt.datetime(year, 1, 1, tzinfo=zone), dt.datetime(year + 1, 1, 1, tzinfo=zone)
    return community.meetings.filter(starts_at__gte=start, starts_at__lt=end).order_by("starts_at", "pk")


def by_month(year: int, meetings: list[Meeting]) -> list[Month]:
    found = defaultdict(list)
    for meeting in meetings:
        found[meeting.local_start.month].append(meeting)
    return [Month(dt.date(year, month, 1), found[month]) for month in range(1, 13)]


# ------------------------------------------------------------ last year's dates


def shifted(day: dt.date, year: int) -> dt.date:
    """« The second Tuesday of November » of another year; a fifth one is the last. Pure."""
    nth = weekdays[day.weekday()]((day.day - 1) // 7 + 1)
    found = dt.date(year, day.month, 1) + relativedelta(weekday=nth)
    return found if found.month == day.month else found - dt.timedelta(weeks=1)


def copied_from(community: Community, year: int, *, after: dt.date) -> list[tuple[dt.date, dt.time]]:
    """The dates of that year, a year later: not the cancelled ones, nor those up to `after` or planned already."""
    both = (meetings_of_year(community, year) | meetings_of_year(community, year + 1)).filter(cancelled_at=None)
    starts = [meeting.local_start for meeting in both]
    kept = [start for start in starts if start.year == year]
    planned = {start.date() for start in starts if start.year != year}
    days = [(shifted(start.date(), year + 1), start.time()) for start in kept]
    return [(day, clock) for day, clock in days if day > after and day not in planned]


def years_to_copy(community: Community, today: dt.date) -> list[int]:
    """Last year and this one, where a date is left to copy."""
    return [year for year in (today.year - 1, today.year) if copied_from(community, year, after=today)]


# ------------------------------------------------------------ this one and the following

SHARED = ("mode", "link", "place", "venue", "host", "registration", "capacity", "note_taker")


def following(meeting: Meeting):
    """The later dates of its series that can still change: neither begun, nor closed, nor cancelled."""
    if meeting.series is None:
        return Meeting.objects.none()
    same = Meeting.objects.planned().filter(series=meeting.series, community=meeting.community_id, started_at=None)
    return same.filter(starts_at__gt=meeting.starts_at).order_by("starts_at")


@transaction.atomic
def change_with_following(meeting: Meeting, *, changed: set[str], version: int, **fields: Any) -> int | None:
    """Change this date, then give the following ones what was changed in it and is shared: never the topic, nor the
    day. Each keeps its own day and is changed as if alone. How many followed; None when somebody saved meanwhile.

    Hours are read on the wall: a date beyond a change of the clocks keeps the hour, not the interval.
    """
    later = list(following(meeting).values_list("pk", flat=True))
    if not planning.change(meeting, version=version, **fields):
        return None
    shared = {name: fields[name] for name in SHARED if name in changed}
    dates = Meeting.objects.planned().filter(pk__in=later, started_at=None).select_related("community")
    held = list(dates.select_for_update(of=("self",)))
    for date in held:
        moved = shared | _hours(meeting, date) if changed & {"starts_at", "ends_at"} else shared
        people = fields["facilitators"] if "facilitators" in changed else list(date.facilitators.all())
        planning.change(date, version=date.version, facilitators=people, **moved)
    return len(held)


def _hours(meeting: Meeting, date: Meeting) -> dict[str, dt.datetime]:
    """The hours of the first, on this date's own day."""
    start, end = meeting.local_start, meeting.local_end
    day, nights = date.local_start.date(), (end.date() - start.date()).days
    return {
        "starts_at": at_wall_clock(day, start.time(), date.zone),
        "ends_at": at_wall_clock(day + dt.timedelta(days=nights), end.time(), date.zone),
    }
