"""What is counted of one community for one year, and of several together: kept as it is with a published report."""

import datetime as dt
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from evaluations.domain.indicators.decline import Decline
from evaluations.domain.indicators.measures import Measure, number, share_between
from meetings.models import Meeting

ROTI = "R1"  # « Le temps que j'ai consacré à cette rencontre... », five steps
WORTH_IT = ("3", "4", "5")  # « en valait la peine » and above


@dataclass(frozen=True)
class Satisfaction:
    """How many found that a meeting was worth their time, over the releases of the year: from `worth` to `worth_most`
    of `n`. Reports published before there were releases have an exact number and a median."""

    median: float | None = None
    worth: int = 0
    n: int = 0
    worth_most: int | None = None

    @property
    def most(self) -> int:
        return self.worth if self.worth_most is None else self.worth_most

    @property
    def is_known(self) -> bool:
        return self.n > 0

    @property
    def share(self) -> str:
        return share_between(self.worth, self.most, self.n) if self.n else _("insufficient data")


@dataclass(frozen=True)
class Turnout:
    """A meeting held, and how many came; `present` is None when nobody recorded it."""

    meeting: int
    day: dt.date
    kind: str
    mode: str
    title: str
    minutes: int
    present: int | None
    is_announced: bool = False  # people could know what it was about before the day; not kept in the first reports
    host: str = ""  # the member organisation that received everyone

    @property
    def kind_label(self) -> str:
        return str(Meeting.Kind(self.kind).label)

    @property
    def mode_label(self) -> str:
        return str(Meeting.Mode(self.mode).label)


@dataclass(frozen=True)
class Presence:
    """One member at one meeting that counts, for sums over the year: by number, and never kept."""

    membership: int
    organisation: int | None  # whom they stood for that day
    meeting: int
    minutes: int
    mode: str


@dataclass(frozen=True)
class Year:
    """Everything counted of one community for one year."""

    year: int
    until: dt.date
    members: int
    turnouts: tuple[Turnout, ...]
    apart: tuple[Turnout, ...]
    unclosed: int
    measures: tuple[Measure, ...]
    satisfaction: Satisfaction
    decline: Decline | None
    surveys: tuple[int, ...] = field(default=(), compare=False)  # those released
    around: tuple[Measure, ...] = ()  # how the year was made: rhythm, trainings, hosts, topics; none in the first ones
    responded: tuple[int, int, int] = (0, 0, 0)  # in session, after, people who could
    people: frozenset[int] = field(default=frozenset(), compare=False)  # to count across communities; never kept
    organisations: frozenset[int] = field(default=frozenset(), compare=False)
    presences: tuple[Presence, ...] = field(default=(), compare=False)  # in depth alone, as the two after
    new_organisations: frozenset[int] = field(default=frozenset(), compare=False)  # nobody came for them before
    guest_minutes: int = field(default=0, compare=False)
    published_held: tuple[int, int] | None = field(default=None, compare=False)  # meetings and trainings, of a report

    @property
    def by_code(self) -> dict[str, Measure]:
        return {m.code: m for m in (*self.measures, *self.around)}

    @property
    def attended(self) -> list[int]:
        """People present at each meeting that counts and was recorded, oldest first: the curve."""
        return [t.present for t in self.turnouts if t.present is not None]

    @property
    def by_announcement(self) -> str:
        """« Le fait de ne pas annoncer les sujets à l'avance peut [...] avoir un effet sur le taux de participation »
        (guide, p. 15): both turnouts in a sentence, for the reports kept before they were measures (`around`)."""
        if self.around:
            return ""
        told = [t.present for t in self.turnouts if t.present is not None and t.is_announced]
        silent = [t.present for t in self.turnouts if t.present is not None and not t.is_announced]
        if not told or not silent:
            return ""
        return _(
            "With the topic announced: %(told)s people on average (n = %(n_told)s); without: %(silent)s "
            "(n = %(n_silent)s). Other things differ between these meetings: it suggests, it proves nothing."
        ) % {
            "told": number(statistics.mean(told), 1),
            "n_told": len(told),
            "silent": number(statistics.mean(silent), 1),
            "n_silent": len(silent),
        }

    @property
    def alerts(self) -> bool:
        return bool(self.decline and not self.decline.is_weak)

    @property
    def held(self) -> int:
        return self.published_held[0] if self.published_held else len(self.turnouts) + len(self.apart)

    @property
    def trainings(self) -> int:
        return (
            self.published_held[1] if self.published_held else sum(t.kind == Meeting.Kind.TRAINING for t in self.apart)
        )


# ------------------------------------------------------------ many communities together


@dataclass(frozen=True)
class Together:
    """The same figures for all the communities one reads, each person and organisation counted once."""

    communities: int
    meetings: int
    trainings: int
    people: int
    organisations: int
    in_session: Measure
    after: Measure
    satisfaction: Satisfaction

    @classmethod
    def of(cls, years: Iterable[Year]) -> "Together":
        some = list(years)
        in_session, after, could = (sum(y.responded[i] for y in some) for i in range(3))
        return cls(
            communities=len(some),
            meetings=sum(y.held for y in some),
            trainings=sum(y.trainings for y in some),
            people=len(_union(some, lambda y: y.people)),
            organisations=len(_union(some, lambda y: y.organisations)),
            in_session=Measure.share("P11s", in_session, could),
            after=Measure.share("P11a", after, could),
            satisfaction=Satisfaction(
                worth=sum(y.satisfaction.worth for y in some),
                worth_most=sum(y.satisfaction.most for y in some),
                n=sum(y.satisfaction.n for y in some),
            ),
        )


def _union(years: list[Year], pick: Callable[[Year], frozenset[int]]) -> frozenset[Any]:
    return frozenset().union(*(pick(y) for y in years))
