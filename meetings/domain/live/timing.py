"""Where a meeting stands against its clock: the open block, what is left, and the minutes kept for the evaluation."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from meetings.models import AgendaItem, Meeting

PROPOSED_BEFORE = dt.timedelta(minutes=5)  # the evaluation is proposed that long before the end
EARLY = dt.timedelta(hours=1)  # started sooner than that, a meeting no longer ends when it was announced to


@dataclass(frozen=True)
class Block:
    """A line of the agenda as the console shows it."""

    item: AgendaItem
    state: str  # done, now, skipped or ahead


@dataclass(frozen=True)
class Timing:
    blocks: list[Block]
    current: AgendaItem | None
    following: AgendaItem | None
    evaluation: AgendaItem | None
    evaluation_at: dt.datetime | None
    left_for_evaluation: int | None  # minutes, once the open block and those ahead have had theirs
    drift: int  # minutes behind the plan; negative when ahead

    @property
    def ahead(self) -> int:
        return max(0, -self.drift)

    @property
    def place(self) -> int:
        """Of the open block, from one."""
        return next((n for n, block in enumerate(self.blocks, 1) if block.state == "now"), 0)

    @property
    def before_evaluation(self) -> list[AgendaItem]:
        """The blocks that going to it now would pass over."""
        ahead = [block.item for block in self.blocks if block.state == "ahead"]
        return ahead[: ahead.index(self.evaluation)] if self.evaluation in ahead else []

    @property
    def is_at_evaluation(self) -> bool:
        return self.current is not None and self.current.kind == AgendaItem.Kind.EVALUATION

    @property
    def eats_evaluation(self) -> bool:
        return self._eats(0)

    @property
    def left_after_five(self) -> int | None:
        """What five more minutes would leave, when they would take from the evaluation."""
        return self._left_after(5)

    def _eats(self, more: int) -> bool:
        if self.left_for_evaluation is None or self.evaluation is None:
            return False
        return self.left_for_evaluation - more < self.evaluation.minutes

    def _left_after(self, more: int) -> int | None:
        return max(0, (self.left_for_evaluation or 0) - more) if self._eats(more) else None


def end_of(meeting: Meeting) -> dt.datetime:
    """As announced, for people leave then; rehearsed days ahead, or held after its date, as long after it started."""
    start = meeting.started_at
    if start is None or meeting.starts_at - EARLY <= start < meeting.ends_at:
        return meeting.ends_at
    return start + (meeting.ends_at - meeting.starts_at)


def timing_of(meeting: Meeting, items: list[AgendaItem], now: dt.datetime | None = None) -> Timing:
    """Pure: the agenda is given, in its order, and so is the time."""
    now = now or timezone.now()
    current = next((i for i in items if i.started_at and not i.ended_at), None)
    evaluation = next((i for i in reversed(items) if i.kind == AgendaItem.Kind.EVALUATION), None)
    place = items.index(current) if current else -1
    ahead = [i for i in items[place + 1 :] if not i.started_at] if current else []
    left, drift = None, 0
    if current and current.planned_end:
        free_at = max(current.planned_end, now)
        before = sum(i.minutes + i.added_minutes for i in ahead if i is not evaluation)
        after = evaluation.minutes if evaluation in ahead else 0
        spare = _minutes(end_of(meeting) - free_at) - before
        drift = after - spare
        left = max(0, spare) if evaluation in ahead else None
    return Timing(
        blocks=[Block(i, _state(i, current, n < place or meeting.closed_at is not None)) for n, i in enumerate(items)],
        current=current,
        following=ahead[0] if ahead else None,
        evaluation=evaluation,
        evaluation_at=end_of(meeting) - dt.timedelta(minutes=evaluation.minutes) if evaluation else None,
        left_for_evaluation=left,
        drift=drift,
    )


def _state(item: AgendaItem, current: AgendaItem | None, is_behind: bool) -> str:
    if item is current:
        return "now"
    if item.ended_at:
        return "done"
    return "skipped" if is_behind else "ahead"


def _minutes(delta: dt.timedelta) -> int:
    return round(delta.total_seconds() / 60)
