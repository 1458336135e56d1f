"""« Une baisse marquée et répétée » (guide, p. 22): when a fall in turnout is worth telling."""

import datetime as dt
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from evaluations.domain.indicators.measures import number
from meetings.models import Meeting


@dataclass(frozen=True)
class Decline:
    """« Une baisse marquée et répétée »: the last three turnouts against those before."""

    before: float
    after: float
    spans_years: bool = False
    untold: int = 0  # of the last three, those whose topic nobody was told
    mode_before: str = ""  # where most were held, when the last three were most often held otherwise
    mode_after: str = ""

    @property
    def is_weak(self) -> bool:
        """Few meetings over long years say little: a weak signal, which alerts nobody."""
        return self.spans_years

    @property
    def fact(self) -> str:
        told = {"before": number(self.before), "after": number(self.after)}
        if self.is_weak:
            return _("Weak signal: from %(before)s to %(after)s people on average, over more than two years.") % told
        return _("Attendance went from %(before)s people on average to %(after)s over the last three meetings.") % told

    @property
    def sentence(self) -> str:
        """The fact, and what the guide asks to check."""
        if self.is_weak:
            return self.fact
        to_check = _(
            "To check: the time of the meetings, satisfaction, engagement, scattered discussions, changing needs."
        )
        return f"{self.fact} {to_check}"

    @property
    def beside(self) -> list[str]:
        """What also changed, and may explain it."""
        said = []
        if self.untold:
            said.append(_("Topic not announced: %(n)s of the last three.") % {"n": self.untold})
        if self.mode_after:
            modes = {"before": _mode(self.mode_before), "after": _mode(self.mode_after)}
            said.append(_("The mode changed too: mostly “%(before)s” before, “%(after)s” since.") % modes)
        return said


LAST, FEWEST_BEFORE, MOST_BEFORE = 3, 3, 6
MARKED, LOW = 0.7, 0.85
SPAN = dt.timedelta(days=730)


@dataclass(frozen=True)
class Circumstance:
    """Of one meeting: how it was held, and whether people could know its topic before the day."""

    mode: str
    is_announced: bool


def decline(
    turnouts: Sequence[int], days: Sequence[dt.date] = (), around: Sequence[Circumstance] = ()
) -> Decline | None:
    """Marked: the mean of the last three is at most 70 % of the mean of the three to six before. Repeated: two of
    the three at least are under the lower quartile of those before, and under 85 % of their mean: one empty room
    next to an ordinary meeting is no decline. Fewer than six meetings tell nothing.

    `days`, when given, are theirs: a window of more than two years makes a weak signal only. `around` too: what is
    told beside the alert.
    """
    if len(turnouts) < LAST + FEWEST_BEFORE:
        return None
    window = list(turnouts)[-(LAST + MOST_BEFORE) :]
    before, last = window[:-LAST], window[-LAST:]
    if statistics.mean(last) > MARKED * statistics.mean(before):
        return None
    quartile = statistics.quantiles(before, n=4, method="inclusive")[0]
    if sorted(last)[1] >= min(quartile, LOW * statistics.mean(before)):
        return None
    dated = list(days)[-len(window) :]
    spans_years = bool(dated) and dated[-1] - dated[0] > SPAN
    return Decline(statistics.mean(before), statistics.mean(last), spans_years, **_beside(list(around)[-len(window) :]))


def _beside(around: list[Circumstance]) -> dict[str, Any]:
    if not around:
        return {}
    before, after = (statistics.mode(one.mode for one in some) for some in (around[:-LAST], around[-LAST:]))
    untold = sum(not one.is_announced for one in around[-LAST:])
    return {"untold": untold, **({"mode_before": before, "mode_after": after} if before != after else {})}


def _mode(mode: str) -> str:
    return str(Meeting.Mode(mode).label)
