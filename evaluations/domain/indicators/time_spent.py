"""Where the time of meetings went: to which objective, as the topics discussed say it (features, D09)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluations.domain.indicators.measures import FEWEST_MEETINGS, percent
from meetings.models import AgendaItem, Topic


@dataclass(frozen=True)
class ObjectiveTime:
    wording: str
    minutes: int


@dataclass(frozen=True)
class TimeSpent:
    """Minutes of the meetings held whose blocks are known. What serves no objective is told too: shares add up."""

    lines: tuple[ObjectiveTime, ...] = ()
    without: int = 0  # exchanges on topics that name no objective
    rest: int = 0  # welcome, framing, choice, synthesis, next steps, evaluation
    timed: int = 0  # meetings
    held: int = 0

    @property
    def total(self) -> int:
        return sum(line.minutes for line in self.lines) + self.without + self.rest

    @property
    def tells_shares(self) -> bool:
        """One meeting is not a year: its minutes are told, not their share."""
        return self.timed >= FEWEST_MEETINGS and self.total > 0

    @property
    def rows(self) -> list[tuple[str, int, str]]:
        """(what, minutes, share): objectives that took most time first, then what serves none, and the rest."""
        told = [(line.wording, line.minutes) for line in self.lines]
        told += [(_("Topics that name no objective"), self.without), (_("Welcome, framing, synthesis…"), self.rest)]
        return [(what, minutes, self._share(minutes)) for what, minutes in told if minutes]

    def _share(self, minutes: int) -> str:
        return percent(minutes / self.total) if self.tells_shares else ""


@dataclass
class _Block:
    """One block of a meeting, as it went where the meeting was run here, as planned otherwise."""

    meeting: int
    kind: str
    minutes: int
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    added: int
    objective: str | None
    topic: int | None
    planned_end: dt.datetime  # of the meeting
    closed_at: dt.datetime

    @property
    def is_talk(self) -> bool:
        return bool(self.topic) or self.kind == AgendaItem.Kind.EXCHANGE

    def lasted(self, *, was_run: bool) -> int:
        planned = max(0, self.minutes + self.added)
        if not was_run:
            return planned
        if not (self.started_at and self.ended_at):
            return 0  # skipped
        spent = _minutes(self.started_at, self.ended_at)
        if self.ended_at < self.closed_at:
            return spent
        # Ended by the closing, which people may forget for days: it did not last longer than the meeting was to.
        return min(spent, max(planned, _minutes(self.started_at, self.planned_end)))


def _minutes(first: dt.datetime, last: dt.datetime) -> int:
    return round((last - first).total_seconds() / 60)


def time_spent(meetings: Collection[int]) -> TimeSpent:
    """Of these meetings held; two queries."""
    blocks, shared = _blocks(meetings), _only_objective(meetings)
    was_run = {block.meeting for block in blocks if block.started_at}
    spent: dict[str, int] = defaultdict(int)  # under no name: what serves no objective
    rest, timed = 0, set()
    for block in blocks:
        minutes = block.lasted(was_run=block.meeting in was_run)
        if minutes:
            timed.add(block.meeting)
        if block.is_talk:
            spent[block.objective or ("" if block.topic else shared.get(block.meeting, ""))] += minutes
        else:
            rest += minutes
    without = spent.pop("", 0)
    ranked = sorted(((minutes, wording) for wording, minutes in spent.items() if minutes), key=lambda one: -one[0])
    return TimeSpent(
        tuple(ObjectiveTime(wording, n) for n, wording in ranked), without, rest, len(timed), len(meetings)
    )


def _blocks(meetings: Collection[int]) -> list[_Block]:
    names = ("meeting_id", "kind", "minutes", "started_at", "ended_at", "added_minutes", "topic__objective__wording")
    rows = AgendaItem.objects.filter(meeting__in=meetings).order_by("meeting", "position", "pk")
    return [_Block(*row) for row in rows.values_list(*names, "topic", "meeting__ends_at", "meeting__closed_at")]


def _only_objective(meetings: Collection[int]) -> dict[int, str]:
    """Meeting → the objective of its topics, where they all serve the same: an exchange without a topic of its own
    was about them."""
    found: dict[int, set[str | None]] = defaultdict(set)
    discussed = Topic.objects.filter(state=Topic.State.DISCUSSED, meeting__in=meetings)
    for meeting, wording in discussed.values_list("meeting", "objective__wording"):
        found[meeting].add(wording)
    only = {meeting: some.pop() for meeting, some in found.items() if len(some) == 1}
    return {meeting: wording for meeting, wording in only.items() if wording}
