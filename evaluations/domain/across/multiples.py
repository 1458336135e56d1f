"""Each core indicator in a small picture: every community on the same scale, this year beside the last. In the order
of profiles and names: nobody is first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from evaluations.domain import charts
from evaluations.domain.indicators import EASY_SIZE, INDICATORS, Measure, Year
from evaluations.domain.indicators.measures import SHARE

WORTH = "R1"  # « Le temps que j'ai consacré à cette rencontre... », from the releases
CORE = ("P1", "P2", "P3", "P4", "P5", "P8", "P10", "P11", WORTH)  # evaluation.md, part 3
Between = tuple[float, float]


@dataclass(frozen=True)
class Figure:
    """One indicator of one community for one year: what is drawn, what is read, over how many."""

    between: Between | None
    shown: str
    over: str = ""

    @classmethod
    def of(cls, year: Year, code: str) -> "Figure | None":
        """None where the indicator says nothing of such a community."""
        if code == WORTH:
            return cls._worth(year)
        measure = year.by_code.get(code)
        return cls._measured(measure) if measure else None

    @classmethod
    def _worth(cls, year: Year) -> "Figure":
        told = year.satisfaction
        if not told.is_known:
            return cls(None, "–")
        return cls((told.worth / told.n, told.most / told.n), told.share, f"n\N{NO-BREAK SPACE}= {told.n}")

    @classmethod
    def _measured(cls, measure: Measure) -> "Figure":
        value = measure.share_value if measure.is_share else measure.value
        between = None if value is None else (value, value)
        return cls(between, measure.shown if measure.is_known else "–", measure.over if measure.is_known else "")


@dataclass(frozen=True)
class Row:
    line: Any
    now: Figure
    before: Figure
    strip: charts.Strip


@dataclass(frozen=True)
class Multiple:
    code: str
    name: str
    groups: list[tuple[str, list[Row]]]

    @property
    def is_known(self) -> bool:
        return any(row.now.between or row.before.between for _profile, rows in self.groups for row in rows)


def name_of(code: str) -> str:
    return _("Meeting worth the time") if code == WORTH else str(INDICATORS[code].name)


def definition_of(code: str) -> str:
    if code == WORTH:
        return _(
            "Answers that say the meeting was worth its time or more ÷ answers given, over the evaluations released "
            "in the year. A range where the release tells no exact number."
        )
    return str(INDICATORS[code].definition)


def multiples(groups: Sequence[tuple[str, Sequence[Any]]]) -> list[Multiple]:
    """`groups` are the lines of a page by profile."""
    return [Multiple(code, name_of(code), _rows(code, groups)) for code in CORE]


def _rows(code: str, groups: Sequence[tuple[str, Sequence[Any]]]) -> list[tuple[str, list[Row]]]:
    told = [
        (profile, line, now, Figure.of(line.before, code) or Figure(None, "–"))
        for profile, lines in groups
        for line in lines
        if (now := Figure.of(line.figures, code))
    ]
    drawn = [figure.between[1] for _profile, _line, *two in told for figure in two if figure.between]
    is_share = code == WORTH or INDICATORS[code].shown_as == SHARE
    top = 1.0 if is_share else max([*drawn, EASY_SIZE[1] if code == "P1" else 1])
    found: dict[str, list[Row]] = {}
    for profile, line, now, before in told:
        strip = charts.strip(before.between, now.between, top, EASY_SIZE if code == "P1" else None)
        found.setdefault(profile, []).append(Row(line, now, before, strip))
    return list(found.items())
