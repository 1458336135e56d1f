"""The six factors of success as a report tells them: the level given, and the figures of the same report beside it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.models import Outcome, RecordSheet
from evaluations.domain.reports.report import CommunityYear
from evaluations.domain.reports.shares import AGREES, Pair, of_answers
from evaluations.models import Factor, FactorRating

MEASURES = {
    Factor.GROUP: ("P1", "P8"),
    Factor.ENGAGEMENT: ("P2", "P3", "P4", "hosted"),
    Factor.EVALUATION: ("P11",),
}
ANSWERS: dict[str, tuple[tuple[str, tuple[str, ...], str | Promise], ...]] = {
    Factor.FACILITATION: (
        ("R3", ("1", "4"), _("Place to speak")),
        ("M6", AGREES, _("Room for everyone")),
        ("M7", AGREES, _("Key points")),
    ),
    Factor.OBJECTIVES: (("M2A", AGREES, _("Clear")), ("M2B", AGREES, _("Realistic"))),
    Factor.RULES: (("M8", AGREES, _("Known and kept")),),
}
COMMON = (Outcome.Kind.PROJECT, Outcome.Kind.PARTNERSHIP, Outcome.Kind.RESOURCE)


@dataclass(frozen=True)
class FactorLine:
    name: str
    level: int | None
    evidence: list[str]

    @property
    def level_label(self) -> str:
        return "" if self.level is None else str(FactorRating.Level(self.level).label)


def factor_lines(told: CommunityYear) -> list[FactorLine]:
    """All six, in the order of the guide, rated or not."""
    rated = {one.factor: one.level for one in told.factors}
    return [FactorLine(str(factor.label), rated.get(factor), list(_evidence(told, factor))) for factor in Factor]


def _evidence(told: CommunityYear, factor: Factor) -> Iterator[str]:
    for code in MEASURES.get(factor, ()):
        measure = told.figures.by_code.get(code)
        if measure and measure.is_known and (code != "P2" or not told.expects_everyone):
            yield _said(measure.name, measure.shown, measure.over)
    yield from map(_answer, of_answers(told, *ANSWERS.get(factor, ())))
    if factor == Factor.OBJECTIVES and told.objectives:
        n = len(told.objectives)
        yield ngettext("%(n)s objective pursued", "%(n)s objectives pursued", n) % {"n": n}


def _answer(pair: Pair) -> str:
    return _said(pair.title, pair.now.text, gettext("n = %(n)s") % {"n": pair.now.n})


def _said(what: str, value: str, over: str) -> str:
    return gettext("%(what)s: %(value)s (%(over)s)") % {"what": what, "value": value, "over": over}


# ------------------------------------------------------------ the mission of Concertation Montréal


@dataclass(frozen=True)
class Mission:
    """Its three families of projects, which of them is this community's, and what shows its values in the figures."""

    families: list[tuple[str, bool]]
    changes: int
    in_common: int
    hours: str


def mission_of(told: CommunityYear) -> Mission | None:
    """Where the record says that the project is theirs."""
    if not told.family:
        return None
    hours = told.figures.by_code.get("P10")
    return Mission(
        families=[(str(family.label), family == told.family) for family in RecordSheet.Family],
        changes=len(told.changes),
        in_common=sum(outcome.kind in COMMON for outcome in told.outcomes),
        hours=hours.shown if hours and hours.is_known else "",
    )
