"""Bars that read the same on a page and in a PDF: drawn with attributes alone, since neither takes a style."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

WIDTH, BAR, LINE, GAP, VALUES = 350, 12, 17, 15, 88  # in the drawing's own units, about a phone's pixels
LETTERS = 48  # in a line of a label


@dataclass(frozen=True)
class Row:
    """One bar under its label, with its figure at the end of the line; or words alone, where no number is told."""

    lines: list[tuple[int, str]]
    value: str
    bar_y: int
    bar_width: float
    is_told: bool


@dataclass(frozen=True)
class BarChart:
    key: str
    title: str
    description: str
    rows: list[Row]
    height: int
    width: int = WIDTH
    bar_height: int = BAR
    track: int = WIDTH - VALUES


def bar_chart(key: str, title: str, figures: Iterable[tuple[str, str, float | None]]) -> BarChart:
    """`figures` are (label, what is said of it, its part of the whole from 0 to 1, or None when it is not told)."""
    rows, y, said = [], 0, []
    for label, value, part in figures:
        wrapped = textwrap.wrap(label, LETTERS) or [""]
        lines = [(y + 12 + LINE * i, line) for i, line in enumerate(wrapped)]
        bar_y = y + LINE * len(wrapped) + 2
        width = 0 if part is None else round(max(part, 0) * (WIDTH - VALUES), 1)
        rows.append(Row(lines, value, bar_y, width, part is not None))
        said.append(_("%(label)s: %(value)s") % {"label": label, "value": value})
        y = bar_y + BAR + GAP
    return BarChart(key, title, "; ".join(said), rows, max(y - GAP + 2, 1))


COURSE_WIDTH, COURSE_HEIGHT, COURSE_MARGIN = 132, 40, 7


@dataclass(frozen=True)
class Mark:
    """One year of a course: from `top` to `bottom` where the figure is only known between two numbers."""

    x: float
    top: float
    bottom: float
    is_last: bool


@dataclass(frozen=True)
class Course:
    """One measure over the years, small, from zero to its highest; the last year is full, the others are hollow."""

    marks: list[Mark]
    width: int = COURSE_WIDTH
    height: int = COURSE_HEIGHT


def course(figures: Sequence[tuple[float, float] | None], top: float = 0) -> Course | None:
    """`figures` are the least and the most of each year, or None; `top` is 1 for a share. Of one year there is none."""
    known = [place for place, figure in enumerate(figures) if figure]
    if len(known) < 2:
        return None
    highest = max(top, *(figure[1] for figure in figures if figure)) or 1
    across = (COURSE_WIDTH - 2 * COURSE_MARGIN) / (len(figures) - 1)

    def height(value: float) -> float:
        return round(COURSE_MARGIN + (COURSE_HEIGHT - 2 * COURSE_MARGIN) * (1 - value / highest), 1)

    return Course(
        [
            Mark(round(COURSE_MARGIN + across * place, 1), height(most), height(least), place == known[-1])
            for place, (least, most) in ((place, figure) for place, figure in enumerate(figures) if figure)
        ]
    )


STRIP_WIDTH, STRIP_HEIGHT, STRIP_MARGIN = 150, 20, 7


@dataclass(frozen=True)
class Span:
    """From `left` to `right`, where a figure is only known between two numbers; a dot where they are one."""

    left: float
    right: float

    @property
    def is_dot(self) -> bool:
        return self.left == self.right


@dataclass(frozen=True)
class Strip:
    """Two years of a figure on one line, from zero to the top of the scale: the year before hollow, this one full."""

    before: Span | None
    now: Span | None
    band: Span | None  # the size that is easiest to facilitate
    width: int = STRIP_WIDTH
    height: int = STRIP_HEIGHT

    @property
    def band_width(self) -> float:
        return round(self.band.right - self.band.left, 1) if self.band else 0


def strip(
    before: tuple[float, float] | None,
    now: tuple[float, float] | None,
    top: float,
    band: tuple[float, float] | None = None,
) -> Strip:
    """`before` and `now` are the least and the most of each year, or None; `top` is that of all that are compared."""

    def span(between: tuple[float, float] | None) -> Span | None:
        if between is None:
            return None
        across = STRIP_WIDTH - 2 * STRIP_MARGIN
        return Span(*(round(STRIP_MARGIN + across * min(value, top) / top, 1) for value in between))

    return Strip(span(before), span(now), span(band))


COLUMN_GAP, COLUMN_TALL, COLUMN_WORDS = 16, 110, 18


@dataclass(frozen=True)
class Bar:
    """One column: `full` at its foot, `hollow` above it, `under` below the line; with the places of its numbers."""

    label: str
    full: int
    hollow: int
    under: int
    x: float
    middle: float
    full_y: float
    full_height: float
    hollow_y: float
    hollow_height: float
    under_height: float

    @property
    def total(self) -> int:
        return self.full + self.hollow

    @property
    def top_words(self) -> float:
        return round(self.hollow_y - 5, 1)


@dataclass(frozen=True)
class Columns:
    bars: list[Bar]
    width: int
    height: float
    floor: float
    label_y: float
    under_words: float
    bar_width: int


def columns(told: Sequence[tuple[str, int, int, int]], step: int) -> Columns:
    """Side by side on one scale, one every `step` pixels. `told` are (label, full, hollow, under)."""
    above = max([1, *(full + hollow for _label, full, hollow, _under in told)])
    below = max([0, *(under for _label, _full, _hollow, under in told)])
    unit = COLUMN_TALL / (above + below)
    floor = round(COLUMN_WORDS + above * unit, 1)
    bars = []
    for n, (label, full, hollow, under) in enumerate(told):
        x = n * step + COLUMN_GAP / 2
        tall, light = round(full * unit, 1), round(hollow * unit, 1)
        bars.append(
            Bar(
                label, full, hollow, under, x, n * step + step / 2,
                full_y=round(floor - tall, 1), full_height=tall,
                hollow_y=round(floor - tall - light, 1), hollow_height=light,
                under_height=round(under * unit, 1),
            )
        )  # fmt: skip
    foot = round(floor + below * unit + (COLUMN_WORDS if below else 0), 1)
    return Columns(
        bars, len(bars) * step, foot + COLUMN_WORDS + 4, floor, foot + COLUMN_WORDS, foot - 4, step - COLUMN_GAP
    )
