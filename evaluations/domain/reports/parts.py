"""What an annual report is made of, piece by piece: kept as JSON when it is published, so that a field added later has
a default."""

import datetime as dt
from dataclasses import dataclass

from communities.models import Objective, Outcome
from evaluations.domain.reports.year_answers import Answered
from evaluations.models import Factor, FactorRating, Influence, ObjectiveRating
from meetings.models import Topic


@dataclass(frozen=True)
class RatedObjective:
    wording: str
    kind: str
    indicator: str
    reviewed_on: dt.date
    level: str = ""
    comment: str = ""
    asked: tuple[Answered, ...] = ()  # the community's own questions about it
    members: tuple[Answered, ...] = ()  # how far along members say it is, once a year

    @property
    def kind_label(self) -> str:
        return str(Objective.Kind(self.kind).label)

    @property
    def level_label(self) -> str:
        return str(ObjectiveRating.Level(self.level).label) if self.level else ""


@dataclass(frozen=True)
class Discussed:
    title: str
    source: str
    day: dt.date | None

    @property
    def source_label(self) -> str:
        """Nothing for what was heard in an individual follow-up: among few, the source alone would tell who."""
        return "" if self.source == Topic.Source.FOLLOW_UP else str(Topic.Source(self.source).label)


@dataclass(frozen=True)
class MeetingHighlights:
    """What a meeting left, that its group has read."""

    title: str
    day: dt.date
    highlights: tuple[str, ...] = ()
    ideas: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()


@dataclass(frozen=True)
class OutcomeSummary:
    """One outcome of the register, as its members read it there; `amount` is in cents."""

    title: str
    kind: str
    stage: str
    day: dt.date
    is_expected: bool
    amount: int | None = None
    advance: str = ""

    @property
    def kind_label(self) -> str:
        return str(Outcome.Kind(self.kind).label)

    @property
    def stage_label(self) -> str:
        return str(Outcome.Stage(self.stage).label)

    @property
    def is_obtained(self) -> bool:
        """Its money is there; what was only filed is asked for."""
        return self.stage in (Outcome.Stage.FUNDED, Outcome.Stage.UNDER_WAY, Outcome.Stage.FINISHED)


@dataclass(frozen=True)
class PooledCosts:
    """Needs met in the year whose cost several members share; `total` is in cents."""

    needs: int = 0
    total: int = 0


@dataclass(frozen=True)
class ToldInfluence:
    """What helped or hindered, as whoever wrote the report took it; never who noted it."""

    kind: str
    text: str
    factor: str = ""

    @property
    def factor_label(self) -> str:
        return str(Factor(self.factor).label) if self.factor else ""

    @property
    def helped(self) -> bool:
        return self.kind == Influence.Kind.HELPED


@dataclass(frozen=True)
class RatedFactor:
    """The level that those who facilitate gave last in the year; neither their note nor their name."""

    factor: str
    level: int

    @property
    def name(self) -> str:
        return str(Factor(self.factor).label)

    @property
    def level_label(self) -> str:
        return str(FactorRating.Level(self.level).label)


@dataclass(frozen=True)
class Change:
    """An improvement done in the year, or under way, in words that members may read. `day` is when it was done, or when
    it is foreseen for."""

    wording: str
    answer: str
    day: dt.date | None


@dataclass(frozen=True)
class CoOrganiser:
    """An organisation that animates with ours, or that pays; its logo is that of the day the figures were frozen."""

    name: str
    png: str = ""  # base64, 60 kB at most before it (communities.domain.organisations.logos)

    @property
    def address(self) -> str:
        """The picture itself, for the PDF, which fetches nothing."""
        return f"data:image/png;base64,{self.png}"
