"""One figure of a year: its name, its definition, over how many, and how a person reads it."""

import datetime as dt
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext, ngettext_lazy, pgettext
from django.utils.translation import gettext_lazy as _

COUNT, MEAN, HOURS, SHARE, PART = "count", "mean", "hours", "share", "part"
_MEETINGS = ngettext_lazy("n = %(n)s meeting", "n = %(n)s meetings", "count")
_MEMBERS = ngettext_lazy("n = %(n)s member", "n = %(n)s members", "count")
_PRESENT = ngettext_lazy("n = %(n)s person present", "n = %(n)s people present", "count")


@dataclass(frozen=True)
class Indicator:
    """What is said of a measure whatever the year."""

    name: Any
    definition: Any  # with its formula
    over: Any  # « n = 52 members »: of what it is computed
    shown_as: str = COUNT  # a part is too few things for a percentage: « 2 of 7 »
    target: float | None = None  # of a group where everyone is expected at every meeting
    is_on_replies: bool = False  # what somebody had said: no number of fewer than five
    is_on_answers: bool = False

    @property
    def heading(self) -> str:
        """Of a column."""
        return f"{self.name} (%)" if self.shown_as == SHARE else str(self.name)


INDICATORS = {
    "P1": Indicator(
        _("Attendance per meeting"),
        _(
            "People present, on average: those identified and guests counted by head, without those who run the "
            "meeting."
        ),
        _MEETINGS,
        MEAN,
    ),
    "P2": Indicator(
        _("Reach in the year"),
        _("Active members present at least once ÷ active members in the year, but those who ran every meeting."),
        _MEMBERS,
        SHARE,
    ),
    "P3": Indicator(
        _("Attendance rate"),
        _("Presences ÷ meetings each member could come to: since joining, outside pauses, before leaving."),
        ngettext_lazy("n = %(n)s possible presence", "n = %(n)s possible presences", "count"),
        SHARE,
        target=1.0,
    ),
    "P4": Indicator(
        _("Core group"),
        _(
            "Members present at half or more of the meetings they could come to ÷ members who could come to two "
            "or more."
        ),
        _MEMBERS,
        SHARE,
    ),
    "P5": Indicator(
        _("Overlap between meetings"),
        _("People present at both of two meetings in a row ÷ people present at either: they are not always the same."),
        ngettext_lazy("n = %(n)s pair of meetings", "n = %(n)s pairs of meetings", "count"),
        SHARE,
    ),
    "P6": Indicator(
        _("Absences not announced"),
        _(
            "Replied yes, then absent without a word ÷ replied yes, where the presence was recorded and replies were "
            "asked."
        ),
        ngettext_lazy("n = %(n)s yes", "n = %(n)s yeses", "count"),
        SHARE,
        is_on_replies=True,
    ),
    "P6e": Indicator(
        _("Absences announced"),
        _(
            "Replied no, or excused after a yes, and absent ÷ replied yes or no, where the presence was recorded and "
            "replies were asked."
        ),
        ngettext_lazy("n = %(n)s reply", "n = %(n)s replies", "count"),
        SHARE,
        is_on_replies=True,
    ),
    "P7": Indicator(
        _("Came without having replied"),
        _("Members present who had not replied ÷ members present, where replies were asked."),
        _PRESENT,
        SHARE,
        is_on_replies=True,
    ),
    "P8": Indicator(_("Organisations reached"), _("Different organisations with at least one presence."), _MEETINGS),
    "P9": Indicator(
        _("New faces"),
        _("People present for the first time since the community began."),
        ngettext_lazy("n = %(n)s person met", "n = %(n)s people met", "count"),
    ),
    "P9b": Indicator(_("Left or paused"), _("Members who left or took a break during the year."), _MEMBERS),
    "P10": Indicator(_("Hours contributed"), _("Planned length of each meeting × people present."), _MEETINGS, HOURS),
    "P11": Indicator(
        _("Response rate"),
        _("Answers received ÷ people present who could answer. Trainings are left out."),
        _PRESENT,
        SHARE,
        is_on_answers=True,
    ),
    "P11s": Indicator(
        _("Response rate in session"),
        _("Answers received before the end of the meeting ÷ people present who could answer. Trainings are left out."),
        _PRESENT,
        SHARE,
        is_on_answers=True,
    ),
    "P11a": Indicator(
        _("Response rate afterwards"),
        _("Answers received after the meeting ÷ people present who could answer. Trainings are left out."),
        _PRESENT,
        SHARE,
        is_on_answers=True,
    ),
    "rhythm": Indicator(
        _("Regular meetings"),
        _(
            "Regular meetings held, out of all those held: launches, external events, trainings and preparatory "
            "meetings make no rhythm. Communities usually meet two to six times a year."
        ),
        ngettext_lazy("n = %(n)s meeting held", "n = %(n)s meetings held", "count"),
        PART,
    ),
    "training": Indicator(
        _("New members met through a training"),
        _(
            "Members who joined in the year and whose first contact was a training: they signed up to one open to all, "
            "or were first seen at one. Five at least."
        ),
        ngettext_lazy("n = %(n)s new member", "n = %(n)s new members", "count"),
        PART,
    ),
    "hosted": Indicator(
        _("Meetings hosted by a member organisation"),
        _(
            "Meetings in person or hybrid that a member organisation hosted, out of all those in person or hybrid: "
            "a contribution of its own."
        ),
        ngettext_lazy("n = %(n)s meeting in person or hybrid", "n = %(n)s meetings in person or hybrid", "count"),
        PART,
    ),
    "told": Indicator(
        _("Attendance when the topic was announced"),
        _("People present, on average, at the meetings whose topic people could know before the day. Two at least."),
        _MEETINGS,
        MEAN,
    ),
    "untold": Indicator(
        _("Attendance when no topic was announced"),
        _("People present, on average, at the meetings whose topic nobody was told before the day. Two at least."),
        _MEETINGS,
        MEAN,
    ),
}
FEWEST = 5  # people: no share of fewer
FEWEST_MEETINGS = 2  # one meeting is no average


@dataclass(frozen=True)
class Measure:
    """One figure of a year. `count` ÷ `n` for a share; `n` says over what.

    No percentage is told of fewer than five, here or in what was kept of earlier years: where the count is known
    « 1 of 3 » stands for it.
    """

    code: str
    value: float | None
    n: int
    count: int | None = None
    divided_by: int | None = None  # where it is not `n`
    since: dt.date | None = None  # the first record, of a community that is older: nothing before is known

    @classmethod
    def share(cls, code: str, count: int, n: int) -> "Measure":
        return cls(code, count / n if n >= FEWEST else None, n, count)

    @classmethod
    def overlap(cls, both: int, either: int, pairs: int) -> "Measure":
        return cls("P5", both / either if either >= FEWEST else None, pairs, both, either)

    @classmethod
    def part(cls, code: str, count: int, n: int) -> "Measure":
        """So many of so few: said as it is."""
        return cls(code, count if n else None, n, count)

    @classmethod
    def part_of_people(cls, code: str, count: int, n: int) -> "Measure":
        """So many of so few, and nothing of fewer than five people: « 1 of 1 » is about somebody."""
        return cls(code, count if n >= FEWEST else None, n, count)

    @classmethod
    def mean(cls, code: str, several: Sequence[int]) -> "Measure":
        known = len(several) >= FEWEST_MEETINGS
        return cls(code, statistics.mean(several) if known else None, len(several), sum(several))

    @property
    def indicator(self) -> Indicator:
        return INDICATORS[self.code]

    @property
    def name(self) -> str:
        return str(self.indicator.name)

    @property
    def definition(self) -> str:
        if self.since:
            return gettext(
                "People present for the first time since the first record, of %(day)s: the community is older than its "
                "records, and who came before is not known."
            ) % {"day": formats.date_format(self.since, "DATE_FORMAT")}
        return str(self.indicator.definition)

    @property
    def target(self) -> str:
        share = self.indicator.target
        return gettext("target: %(share)s") % {"share": percent(share)} if share else ""

    @property
    def among(self) -> int:
        """How many it was divided by; a report kept before says it of an overlap through the share itself."""
        if self.divided_by is not None:
            return self.divided_by
        if self.code == "P5":
            return round(self.count / self.value) if self.count and self.value else FEWEST
        return self.n

    @property
    def is_share(self) -> bool:
        return self.indicator.shown_as == SHARE

    @property
    def share_value(self) -> float | None:
        """The share that may be told as a percentage, if it is one."""
        return self.value if self.is_share and self.among >= FEWEST else None

    @property
    def tells_count(self) -> bool:
        """Of too few for a percentage: the numbers themselves, but those that would tell of somebody's word."""
        is_open = self.is_share and not self.indicator.is_on_replies
        return is_open and 0 < self.among < FEWEST and self.count is not None

    @property
    def is_known(self) -> bool:
        return self.tells_count or (self.share_value if self.is_share else self.value) is not None

    @property
    def shown(self) -> str:
        """The figure as a person reads it, in the language of the moment."""
        shown_as = self.indicator.shown_as
        if self.tells_count or (shown_as == PART and self.value is not None):
            return pgettext("part", "%(count)s of %(n)s") % {"count": number(self.count or 0), "n": number(self.among)}
        if shown_as == SHARE:
            return gettext("insufficient data") if self.share_value is None else percent(self.share_value)
        if self.value is None:
            return gettext("insufficient data")
        if shown_as == HOURS:
            return pgettext("hours", "%(n)s h") % {"n": number(self.value)}
        return number(self.value, 1 if shown_as == MEAN else 0)

    @property
    def bare(self) -> float | None:
        """The bare number, for a column of a table; shares in hundredths, whole numbers whole."""
        value = self.share_value if self.is_share else self.value
        if value is None:
            return None
        if self.indicator.shown_as == COUNT:
            return round(value)
        return rounded(100 * value if self.is_share else value, 1)

    @property
    def over(self) -> str:
        return str(self.indicator.over % {"count": self.n, "n": number(self.n)})


def percent(share: float) -> str:
    """A whole percentage, halves up, as people round."""
    return pgettext("percentage", "%(n)s%%") % {"n": math.floor(share * 100 + 0.5)}


def share_between(low: int, high: int, n: int) -> str:
    """« 74 % », « 61 % à 74 % »."""
    first, last = percent(low / n), percent(high / n)
    return first if first == last else gettext("%(low)s to %(high)s") % {"low": first, "high": last}


def rounded(value: float, decimals: int = 0) -> float:
    """Halves up."""
    return math.floor(value * 10**decimals + 0.5) / 10**decimals


def number(value: float, decimals: int = 0) -> str:
    return formats.number_format(rounded(value, decimals), decimals)
