"""One figure of a year: its name, its definition, over how many, and how a person reads it."""

import datetime as dt
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

_NAMES = {
    "P1": gettext_lazy("Attendance per meeting"),
    "P2": gettext_lazy("Reach in the year"),
    "P3": gettext_lazy("Assiduity"),
    "P4": gettext_lazy("Core group"),
    "P5": gettext_lazy("Overlap between meetings"),
    "P6": gettext_lazy("Absences not announced"),
    "P6e": gettext_lazy("Absences announced"),
    "P7": gettext_lazy("Came without having replied"),
    "P8": gettext_lazy("Organisations reached"),
    "P9": gettext_lazy("New faces"),
    "P9b": gettext_lazy("Left or paused"),
    "P10": gettext_lazy("Hours contributed"),
    "P11": gettext_lazy("Response rate"),
    "P11s": gettext_lazy("Response rate in session"),
    "P11a": gettext_lazy("Response rate afterwards"),
    "rhythm": gettext_lazy("Regular meetings"),
    "training": gettext_lazy("New members met through a training"),
    "hosted": gettext_lazy("Meetings hosted by a member organisation"),
    "told": gettext_lazy("Attendance when the topic was announced"),
    "untold": gettext_lazy("Attendance when no topic was announced"),
}
_DEFINITIONS = {
    "P1": gettext_lazy(
        "People present, on average: those identified and guests counted by head, without those who run the meeting."
    ),
    "P2": gettext_lazy("Active members present at least once ÷ active members in the year."),
    "P3": gettext_lazy(
        "Presences ÷ meetings each member could come to: since joining, outside pauses, before leaving."
    ),
    "P4": gettext_lazy(
        "Members present at half or more of the meetings they could come to ÷ members who could come to two or more."
    ),
    "P5": gettext_lazy(
        "People present at both of two meetings in a row ÷ people present at either: they are not always the same."
    ),
    "P6": gettext_lazy(
        "Replied yes, then absent without a word ÷ replied yes, where the presence was recorded and replies were asked."
    ),
    "P6e": gettext_lazy(
        "Replied no, or excused after a yes, and absent ÷ replied yes or no, where the presence was recorded and "
        "replies were asked."
    ),
    "P7": gettext_lazy("Members present who had not replied ÷ members present, where replies were asked."),
    "P8": gettext_lazy("Different organisations with at least one presence."),
    "P9": gettext_lazy("People present for the first time since the community began."),
    "P9b": gettext_lazy("Members who left or took a break during the year."),
    "P10": gettext_lazy("Planned length of each meeting × people present."),
    "P11": gettext_lazy("Answers received ÷ people present who could answer. Trainings are left out."),
    "P11s": gettext_lazy(
        "Answers received before the end of the meeting ÷ people present who could answer. Trainings are left out."
    ),
    "P11a": gettext_lazy(
        "Answers received after the meeting ÷ people present who could answer. Trainings are left out."
    ),
    "rhythm": gettext_lazy(
        "Regular meetings held, out of all those held: launches, external events, trainings and preparatory meetings "
        "make no rhythm. Communities usually meet two to six times a year."
    ),
    "training": gettext_lazy(
        "Members who joined in the year and whose first contact was a training: they signed up to one open to all, or "
        "were first seen at one. Five at least."
    ),
    "hosted": gettext_lazy(
        "Meetings in person or hybrid that a member organisation hosted, out of all those in person or hybrid: "
        "a contribution of its own."
    ),
    "told": gettext_lazy(
        "People present, on average, at the meetings whose topic people could know before the day. Two at least."
    ),
    "untold": gettext_lazy(
        "People present, on average, at the meetings whose topic nobody was told before the day. Two at least."
    ),
}
_SHARES = {"P2", "P3", "P4", "P5", "P6", "P6e", "P7", "P11", "P11s", "P11a"}
_ON_REPLIES = {"P6", "P6e", "P7"}  # what somebody had said: no number of fewer than five
_PARTS = {"rhythm", "training", "hosted"}  # too few things for a percentage: « 2 of 7 »
_MEANS = {"P1", "told", "untold"}
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
    def name(self) -> str:
        return str(_NAMES[self.code])

    @property
    def definition(self) -> str:
        if self.since:
            return _(
                "People present for the first time since the first record, of %(day)s: the community is older than its "
                "records, and who came before is not known."
            ) % {"day": formats.date_format(self.since, "DATE_FORMAT")}
        return str(_DEFINITIONS[self.code])

    @property
    def target(self) -> str:
        """Of a group where everyone is expected at every meeting."""
        return _("target: %(share)s") % {"share": percent(1)} if self.code == "P3" else ""

    @property
    def among(self) -> int:
        """How many it was divided by; a report kept before says it of an overlap through the share itself."""
        if self.divided_by is not None:
            return self.divided_by
        if self.code == "P5":
            return round(self.count / self.value) if self.count and self.value else FEWEST
        return self.n

    @property
    def share_value(self) -> float | None:
        """The share that may be told as a percentage, if it is one."""
        return self.value if self.code in _SHARES and self.among >= FEWEST else None

    @property
    def tells_count(self) -> bool:
        """Of too few for a percentage: the numbers themselves, but those that would tell of somebody's word."""
        return self.code in _SHARES - _ON_REPLIES and 0 < self.among < FEWEST and self.count is not None

    @property
    def is_known(self) -> bool:
        return self.tells_count or (self.share_value if self.code in _SHARES else self.value) is not None

    @property
    def shown(self) -> str:
        """The figure as a person reads it, in the language of the moment."""
        if self.tells_count or (self.code in _PARTS and self.value is not None):
            return pgettext("part", "%(count)s of %(n)s") % {"count": number(self.count or 0), "n": number(self.among)}
        if self.code in _SHARES:
            return _("insufficient data") if self.share_value is None else percent(self.share_value)
        if self.value is None:
            return _("insufficient data")
        if self.code == "P10":
            return pgettext("hours", "%(n)s h") % {"n": number(self.value)}
        return number(self.value, 1 if self.code in _MEANS else 0)

    @property
    def over(self) -> str:
        """« n = 52 membres »: over what the figure was computed."""
        n = self.n
        sentences = {
            "P1": ngettext("n = %(n)s meeting", "n = %(n)s meetings", n),
            "P2": ngettext("n = %(n)s member", "n = %(n)s members", n),
            "P3": ngettext("n = %(n)s possible presence", "n = %(n)s possible presences", n),
            "P4": ngettext("n = %(n)s member", "n = %(n)s members", n),
            "P5": ngettext("n = %(n)s pair of meetings", "n = %(n)s pairs of meetings", n),
            "P6": ngettext("n = %(n)s yes", "n = %(n)s yeses", n),
            "P6e": ngettext("n = %(n)s reply", "n = %(n)s replies", n),
            "P8": ngettext("n = %(n)s meeting", "n = %(n)s meetings", n),
            "P9": ngettext("n = %(n)s person met", "n = %(n)s people met", n),
            "P9b": ngettext("n = %(n)s member", "n = %(n)s members", n),
            "P10": ngettext("n = %(n)s meeting", "n = %(n)s meetings", n),
            "rhythm": ngettext("n = %(n)s meeting held", "n = %(n)s meetings held", n),
            "training": ngettext("n = %(n)s new member", "n = %(n)s new members", n),
            "hosted": ngettext("n = %(n)s meeting in person or hybrid", "n = %(n)s meetings in person or hybrid", n),
            "told": ngettext("n = %(n)s meeting", "n = %(n)s meetings", n),
            "untold": ngettext("n = %(n)s meeting", "n = %(n)s meetings", n),
        }
        sentence = sentences.get(self.code) or ngettext("n = %(n)s person present", "n = %(n)s people present", n)
        return sentence % {"n": number(n)}


def percent(share: float) -> str:
    """A whole percentage, halves up, as people round."""
    return pgettext("percentage", "%(n)s%%") % {"n": math.floor(share * 100 + 0.5)}


def share_between(low: int, high: int, n: int) -> str:
    """« 74 % », « 61 % à 74 % »."""
    first, last = percent(low / n), percent(high / n)
    return first if first == last else _("%(low)s to %(high)s") % {"low": first, "high": last}


def number(value: float, decimals: int = 0) -> str:
    return formats.number_format(math.floor(value * 10**decimals + 0.5) / 10**decimals, decimals)
