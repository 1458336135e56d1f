"""One figure of a year beside the same figure of the year before, as small multiples draw them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluations.domain import indicators
from evaluations.domain.indicators import Measure
from evaluations.domain.indicators.year import ROTI
from evaluations.domain.reports.report import CommunityYear
from evaluations.domain.reports.year_answers import Answered
from evaluations.domain.surveys.questionnaires import FAVOURABLE
from evaluations.models import Question

AGREES = FAVOURABLE[Question.Scale.AGREEMENT]
OFTEN = ("2", "3", "4")  # once, sometimes, often
CALLS = ("3", "4")  # M10: three people or more
WORTH = FAVOURABLE[Question.Scale.STEPS]


@dataclass(frozen=True)
class Figure:
    """From `low` to `high`: a share from 0 to 1, or a count; and as people read it."""

    low: float
    high: float
    text: str
    n: int = 0


@dataclass(frozen=True)
class Pair:
    title: str
    year: int
    now: Figure
    before: Figure | None = None
    is_share: bool = True

    @property
    def top(self) -> float:
        highest = max(self.now.high, self.before.high if self.before else 0)
        return 1 if self.is_share else highest * 1.2 or 1


def share_of(answered: Answered | None, values: Collection[str]) -> Figure | None:
    """How many chose one of these; None where the release tells them with others."""
    if answered is None or not answered.n:
        return None
    inside = [line for line in answered.lines if line.value and set(line.value.split()) <= set(values)]
    if {value for line in inside for value in line.value.split()} != set(values):
        return None
    low = sum(line.count or 0 if line.low is None else line.low for line in inside)
    high = min(sum(line.count or 0 if line.high is None else line.high for line in inside), answered.n)
    return Figure(low / answered.n, high / answered.n, _said(low, high, answered.n), answered.n)


def _said(low: int, high: int, n: int) -> str:
    """« 74 % », « 61 à 74 % »: short, beside a drawing."""
    first, last = indicators.percent(low / n), indicators.percent(high / n)
    if first == last:
        return first
    return gettext("%(low)s to %(high)s") % {"low": first.rstrip("%\xa0\u202f "), "high": last}


def figure_of(measure: Measure | None) -> Figure | None:
    value = None if measure is None else measure.share_value if measure.is_share else measure.value
    return None if value is None or measure is None else Figure(value, value, measure.shown, measure.n)


def of_measures(told: CommunityYear, *codes: str) -> Iterator[Pair]:
    for code in codes:
        measure = told.figures.by_code.get(code)
        now = figure_of(measure)
        if measure and now:
            before = figure_of(told.before.figures.by_code.get(code)) if told.before else None
            yield Pair(measure.name, told.figures.year, now, before, is_share=measure.is_share)


def of_answers(told: CommunityYear, *asked: tuple[str, Collection[str], str | Promise]) -> Iterator[Pair]:
    """Questions by their code, the answers that count, and how they are called."""
    known = {one.code: one for one in (*told.answers, *told.annual.questions)}
    for code, values, title in asked:
        answered = known.get(code)
        now = share_of(answered, values)
        if answered and now:
            before = told.before.answered(answered) if told.before else None
            yield Pair(str(title), told.figures.year, now, share_of(before, values))


# ------------------------------------------------------------ by section


def of_attendance(told: CommunityYear) -> list[Pair]:
    first = "P3" if told.expects_everyone else "P2"
    fourth = "P9" if told.is_of_individuals else "P8"
    return list(of_measures(told, first, "P4", "P5", fourth))[:4]


def of_satisfaction(told: CommunityYear) -> list[Pair]:
    spoken = of_answers(
        told,
        ("R3", ("1",), _("Spoke as much as they wanted to")),
        ("R3", ("2",), _("There was not enough time to speak")),
        ("R3", ("3",), _("Were not at ease to speak")),
    )
    return [*spoken, *of_measures(told, "P11s")][:4]


def of_learning(told: CommunityYear) -> list[Pair]:
    """Of the annual evaluation: what the bars of `diverging.ONCE_A_YEAR` do not tell."""
    found = of_answers(
        told,
        ("M10", CALLS, _("Would call three people or more")),
        ("M14", OFTEN, _("Had access to an expertise or a tool")),
        ("M16", OFTEN, _("Their organisation benefited")),
        ("M17", ("1",), _("Their time is recognised as work")),
    )
    return list(found)


def of_vitality(told: CommunityYear) -> list[Pair]:
    """The six signs of the guide (p. 22)."""
    spoken = (
        ("R3", ("1", "4"), _("Quality of participation")),
        (ROTI, WORTH, _("What people tell us")),
        ("M11", AGREES, _("Trust")),
        ("R4", ("2",), _("Capacity to find solutions")),
    )
    return [*of_measures(told, "P1", "P3"), *of_answers(told, *spoken)]
