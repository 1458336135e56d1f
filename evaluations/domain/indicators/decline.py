"""« Une baisse marquée et répétée » (guide, p. 22): when a fall in turnout is worth telling."""

import datetime as dt
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from communities.models import Community, DeclineRule
from evaluations.domain.indicators.measures import number
from meetings.models import Meeting


@dataclass(frozen=True)
class Rule:
    """The numbers of the rule, which a community may change (`communities.models.DeclineRule`)."""

    last: int = 3  # meetings that are looked at
    low: int = 2  # of these, those that are low at least
    fewest_before: int = 3
    most_before: int = 6
    percent: int = 70  # of the mean of those before, at most

    @classmethod
    def of(cls, kept: DeclineRule) -> "Rule":
        return cls(
            kept.decline_last,
            kept.decline_low,
            kept.decline_fewest_before,
            kept.decline_most_before,
            kept.decline_percent,
        )

    @property
    def fewest(self) -> int:
        """Meetings held under which nothing is told."""
        return self.last + self.fewest_before


def rules_of(communities: Iterable[Community]) -> dict[int, Rule]:
    """Community → its rule, that of everybody where it wrote none; one query, none where `decline_rule` was read with
    them."""
    asked = list(communities)
    prefetch_related_objects(asked, "decline_rule")
    return {community.pk: Rule.of(DeclineRule.of(community)) for community in asked}


USUAL = Rule()
FEWEST = DeclineRule.LAST[0] + DeclineRule.BEFORE[0]  # meetings held under which no rule tells anything
LAST, FEWEST_BEFORE, MOST_BEFORE = USUAL.last, USUAL.fewest_before, USUAL.most_before
LOW = 0.85  # of the mean of those before: what is under it is low
SPAN = dt.timedelta(days=730)
SEASON = dt.timedelta(days=31)
YEAR = dt.timedelta(days=365, hours=6)
YEARS_BESIDE = (1, 2)  # years before: with the present one, three


@dataclass(frozen=True)
class Decline:
    """« Une baisse marquée et répétée »: the last turnouts against those before."""

    before: float
    after: float
    spans_years: bool = False
    untold: int = 0  # of the last ones, those whose topic nobody was told
    mode_before: str = ""  # where most were held, when the last ones were most often held otherwise
    mode_after: str = ""
    last: int = LAST
    is_seasonal: bool = False  # `before` is of the same season of two earlier years

    @property
    def is_weak(self) -> bool:
        """Few meetings over long years say little: a weak signal, which alerts nobody."""
        return self.spans_years

    @property
    def fact(self) -> str:
        told = {"before": number(self.before), "after": number(self.after), "n": self.last}
        if self.is_weak:
            return _("Weak signal: from %(before)s to %(after)s people on average, over more than two years.") % told
        if self.is_seasonal:
            sentence = _(
                "%(after)s people on average at the last %(n)s meetings, against %(before)s at the same season of the "
                "two years before."
            )
            return sentence % told
        if self.last == LAST:
            sentence = _("Attendance went from %(before)s people on average to %(after)s over the last three meetings.")
            return sentence % told
        return _("Attendance went from %(before)s people on average to %(after)s over the last %(n)s meetings.") % told

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
        if self.untold and self.last == LAST:
            said.append(_("Topic not announced: %(n)s of the last three.") % {"n": self.untold})
        elif self.untold:
            told = {"n": self.untold, "last": self.last}
            said.append(_("Topic not announced: %(n)s of the last %(last)s.") % told)
        if self.mode_after:
            modes = {"before": _mode(self.mode_before), "after": _mode(self.mode_after)}
            said.append(_("The mode changed too: mostly “%(before)s” before, “%(after)s” since.") % modes)
        return said


@dataclass(frozen=True)
class Circumstance:
    """Of one meeting: how it was held, and whether people could know its topic before the day."""

    mode: str
    is_announced: bool


def decline(
    turnouts: Sequence[int],
    days: Sequence[dt.date] = (),
    around: Sequence[Circumstance] = (),
    rule: Rule = USUAL,
) -> Decline | None:
    """By the usual rule, marked: the mean of the last three is at most 70 % of the mean of the three to six before.
    Repeated: two of the three at least are under the lower quartile of those before, and under 85 % of their mean: one
    empty room next to an ordinary meeting is no decline. Fewer than six meetings tell nothing.

    `days`, when given, are theirs. Where each of the last meetings has others at its season in both years before, it is
    compared with these: December beside December. Those before are of the last two years where enough of them are;
    else they make a weak signal only. `around` too: what is told beside the alert.
    """
    if len(turnouts) < rule.fewest:
        return None
    first = _first_compared(days, len(turnouts), rule)
    before, last = list(turnouts)[first : -rule.last], list(turnouts)[-rule.last :]
    seasons = _same_season(turnouts, days, rule)
    usual = statistics.mean(seasons or before)
    if statistics.mean(last) > rule.percent / 100 * usual:
        return None
    limits = [LOW * one for one in seasons] or [_limit(before)] * rule.last
    if sum(present < limit for present, limit in zip(last, limits, strict=True)) < rule.low:
        return None
    spans_years = bool(days) and days[-1] - days[first] > SPAN
    beside = _beside(list(around)[first:], rule)
    return Decline(usual, statistics.mean(last), spans_years, last=rule.last, is_seasonal=bool(seasons), **beside)


def _first_compared(days: Sequence[dt.date], n: int, rule: Rule) -> int:
    """The index of the earliest meeting that the last ones are compared with."""
    earliest = max(0, n - rule.last - rule.most_before)
    recent = [index for index in range(earliest, n) if days and days[-1] - days[index] <= SPAN]
    return recent[0] if len(recent) >= rule.fewest else earliest


def _limit(before: list[int]) -> float:
    return min(statistics.quantiles(before, n=4, method="inclusive")[0], LOW * statistics.mean(before))


def _same_season(turnouts: Sequence[int], days: Sequence[dt.date], rule: Rule) -> list[float]:
    """For each of the last meetings, how many came on average at its season in both years before; nothing as soon as
    one year had none."""
    earlier = list(zip(days, turnouts, strict=True))[: -rule.last] if days else []
    found = []
    for day in days[-rule.last :]:
        of_years = [[n for held, n in earlier if abs(held - (day - ago * YEAR)) <= SEASON] for ago in YEARS_BESIDE]
        if not all(of_years):
            return []
        found.append(statistics.mean(statistics.mean(some) for some in of_years))
    return found


def _beside(around: list[Circumstance], rule: Rule) -> dict[str, Any]:
    if not around:
        return {}
    before, after = (statistics.mode(one.mode for one in some) for some in (around[: -rule.last], around[-rule.last :]))
    untold = sum(not one.is_announced for one in around[-rule.last :])
    return {"untold": untold, **({"mode_before": before, "mode_after": after} if before != after else {})}


def _mode(mode: str) -> str:
    return str(Meeting.Mode(mode).label)
