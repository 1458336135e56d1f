"""The clock of a place, as a calendar file tells it: yearly rules, the form that every program reads.

Outlook on Windows passes over lists of dates (RDATE) and would show a meeting an hour off. The rules are found in what
`zoneinfo` knows of the years that matter; a change that follows no yearly rule is written alone, with its date.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

LOOKED_AHEAD = 12  # years: the last Sunday of a month is now its fourth and now its fifth
DAY_NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = -1


@dataclass(frozen=True)
class Clock:
    """What a clock shows at some moment."""

    offset: dt.timedelta
    is_summer: bool
    name: str

    @classmethod
    def at(cls, instant: dt.datetime, zone: dt.tzinfo) -> "Clock":
        there = instant.astimezone(zone)
        return cls(there.utcoffset() or dt.timedelta(), bool(there.dst()), there.tzname() or "")


@dataclass(frozen=True)
class Change:
    """One night when clocks were put forward or back; `wall` is the hour they showed just before."""

    wall: dt.datetime
    before: Clock
    after: Clock

    @property
    def ranks(self) -> set[int]:
        """Which Sunday of its month it is, from the first and, where it is so, the last."""
        is_last = (self.wall + dt.timedelta(days=7)).month != self.wall.month
        return {(self.wall.day - 1) // 7 + 1} | ({LAST} if is_last else set())


@dataclass
class Rule:
    """Changes of consecutive years that fall on the same Sunday of the same month, at the same hour."""

    changes: list[Change]
    ranks: set[int]

    def takes(self, change: Change) -> bool:
        """Whether that change follows the same rule, a year later."""
        last = self.changes[-1]
        is_next = change.wall.year == last.wall.year + 1 and (change.before, change.after) == (last.before, last.after)
        same = [(c.wall.month, c.wall.weekday(), c.wall.time()) for c in (last, change)]
        return is_next and same[0] == same[1] and bool(self.ranks & change.ranks)

    def take(self, change: Change) -> None:
        self.changes.append(change)
        self.ranks &= change.ranks

    def written(self, known_until: int) -> TimezoneStandard | TimezoneDaylight:
        """Without an end, while it holds in the last year that was looked at."""
        first, last = self.changes[0], self.changes[-1]
        observance = _observance(first.wall, first.before, first.after)
        if len(self.changes) > 1:
            rank = LAST if LAST in self.ranks else min(self.ranks)
            day = f"{rank}{DAY_NAMES[first.wall.weekday()]}"
            parts = {"freq": "yearly", "bymonth": first.wall.month, "byday": day}
            if last.wall.year < known_until:
                parts["until"] = (last.wall - last.before.offset).replace(tzinfo=dt.UTC)
            observance.add("rrule", vRecur(parts))
        return observance


@lru_cache(maxsize=64)
def time_zone(name: str, first_year: int, last_year: int) -> Timezone:
    """The rules in force during these years, and no other: the first is the one that the first year began with."""
    zone, known_until = zoneinfo.ZoneInfo(name), last_year + LOOKED_AHEAD
    begins = dt.datetime(first_year, 1, 1, tzinfo=dt.UTC) - dt.timedelta(days=1)
    changes = list(_changes(zone, dt.datetime(first_year - 1, 1, 1, tzinfo=dt.UTC), known_until))
    earlier = [change for change in changes if change.wall.replace(tzinfo=dt.UTC) < begins]
    needed = earlier[-1:] + changes[len(earlier) :]
    described = Timezone()
    described.add("tzid", name)
    if not earlier:
        steady = Clock.at(begins, zone)
        described.add_component(_observance(dt.datetime(1970, 1, 1), steady, steady))
    for rule in _rules(needed):
        if rule.changes[0].wall.year <= last_year + 1:
            described.add_component(rule.written(known_until))
    return described


def _observance(wall: dt.datetime, before: Clock, after: Clock) -> TimezoneStandard | TimezoneDaylight:
    observance = TimezoneDaylight() if after.is_summer else TimezoneStandard()
    observance.add("tzname", after.name)
    observance.add("dtstart", wall)
    observance.add("tzoffsetfrom", before.offset)
    observance.add("tzoffsetto", after.offset)
    return observance


def _rules(changes: list[Change]) -> list[Rule]:
    rules: list[Rule] = []
    for change in changes:
        rule = next((rule for rule in rules if rule.takes(change)), None)
        if rule:
            rule.take(change)
        else:
            rules.append(Rule([change], change.ranks))
    return rules


def _changes(zone: zoneinfo.ZoneInfo, since: dt.datetime, last_year: int) -> Iterator[Change]:
    """Week by week, then to the minute: no public function lists what a zone knows."""
    day, before = since, Clock.at(since, zone)
    while day.year <= last_year:
        next_day = day + dt.timedelta(days=7)
        after = Clock.at(next_day, zone)
        if after != before:
            instant = _when(zone, day, next_day, before)
            yield Change((instant + before.offset).replace(tzinfo=None), before, after)
        day, before = next_day, after


def _when(zone: zoneinfo.ZoneInfo, start: dt.datetime, end: dt.datetime, before: Clock) -> dt.datetime:
    """The first minute at which the clock is no longer `before`."""
    while end - start > dt.timedelta(minutes=1):
        middle = start + (end - start) // 2
        middle -= dt.timedelta(seconds=middle.second, microseconds=middle.microsecond)
        if Clock.at(middle, zone) == before:
            start = middle
        else:
            end = middle
    return end
