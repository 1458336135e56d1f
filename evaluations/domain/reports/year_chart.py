"""Who came over a year, at true dates, over the band of the size that is easiest to facilitate; the year before, paler.

Shapes tell apart what colours do, since a report is printed in black and white: a full dot online, a full square where
people met in a room, a hollow dot the year before, a triangle under the axis for a training.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.domain.indicators import EASY_SIZE, Turnout
from evaluations.domain.reports.report import CommunityYear
from meetings.models import Meeting

APART = 16  # pixels between two values, so that they do not run into each other


@dataclass(frozen=True)
class Frame:
    width: int
    height: int
    first: float
    last: float
    top: float
    axis: float
    months: tuple[int, ...]


WIDE = Frame(724, 212, 10, 690, 28, 164, tuple(range(1, 13)))
NARROW = Frame(358, 200, 8, 328, 28, 148, (1, 4, 7, 10))


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    people: int
    said: str
    is_in_room: bool
    shows_value: bool = True

    @property
    def value_y(self) -> float:
        return round(self.y - 11, 1)

    @property
    def corner(self) -> tuple[float, float]:
        return round(self.x - 5, 1), round(self.y - 5, 1)


@dataclass(frozen=True)
class Mark:
    """What happened beside the meetings that count."""

    x: float
    said: str

    @property
    def points(self) -> str:
        return f"{self.x - 5},0 {self.x + 5},0 {self.x},-9"


@dataclass(frozen=True)
class YearChart:
    key: str
    frame: Frame
    year: int
    before: int | None
    dots: list[Dot]
    earlier: list[Dot]
    marks: list[Mark]
    months: list[tuple[float, str]]
    band: tuple[float, float]  # top and height

    @property
    def line(self) -> str:
        return _points(self.dots)

    @property
    def earlier_line(self) -> str:
        return _points(self.earlier)

    @property
    def has_rooms(self) -> bool:
        return any(dot.is_in_room for dot in (*self.dots, *self.earlier))

    @property
    def title(self) -> str:
        return _("People present at each meeting in %(year)s") % {"year": self.year}

    @property
    def description(self) -> str:
        told = "; ".join(dot.said for dot in self.dots)
        if not self.earlier:
            return told
        return _("%(told)s. In %(year)s: %(earlier)s") % {
            "told": told,
            "year": self.before,
            "earlier": "; ".join(dot.said for dot in self.earlier),
        }

    @property
    def band_words(self) -> tuple[float, float]:
        return round(self.band[0] + 5, 1), round(sum(self.band) + 4, 1)


def draw(told: CommunityYear, frame: Frame, key: str) -> YearChart | None:
    """None where nobody recorded who came."""
    now, earlier = _recorded(told.figures.turnouts), _recorded(told.before.figures.turnouts if told.before else ())
    if not now:
        return None
    highest = max([EASY_SIZE[1] + 2, *(turnout.present or 0 for turnout in (*now, *earlier))])

    def height(people: float) -> float:
        return round(frame.top + (frame.axis - frame.top) * (1 - people / highest), 1)

    band = height(EASY_SIZE[1]), round(height(EASY_SIZE[0]) - height(EASY_SIZE[1]), 1)
    marks = [Mark(_place(frame, one.day), _happened(one)) for one in told.figures.apart]
    return YearChart(
        key=key,
        frame=frame,
        year=told.figures.year,
        before=told.before.year if earlier and told.before else None,
        dots=list(_dots(frame, now, height)),
        earlier=list(_dots(frame, earlier, height)),
        marks=marks,
        months=[(_place(frame, dt.date(2001, m, 1)), date_format(dt.date(2001, m, 1), "N")) for m in frame.months],
        band=band,
    )


def _recorded(turnouts: Iterable[Turnout]) -> list[Turnout]:
    return [turnout for turnout in turnouts if turnout.present is not None]


def _place(frame: Frame, day: dt.date) -> float:
    """By month and day, so that two years stand over each other; each has the days of a leap year."""
    passed = (dt.date(2000, day.month, day.day) - dt.date(2000, 1, 1)).days
    return round(frame.first + (frame.last - frame.first) * passed / 365, 1)


def _dots(frame: Frame, turnouts: Sequence[Turnout], height) -> Iterable[Dot]:
    value_at = -1000.0
    for turnout in turnouts:
        x, people = _place(frame, turnout.day), turnout.present or 0
        shows = x - value_at >= APART
        value_at = x if shows else value_at
        yield Dot(x, height(people), people, _said(turnout), turnout.mode != Meeting.Mode.ONLINE, shows)


def _points(dots: Sequence[Dot]) -> str:
    return " ".join(f"{dot.x},{dot.y}" for dot in dots)


def _said(turnout: Turnout) -> str:
    people = ngettext("%(n)s person", "%(n)s people", turnout.present or 0) % {"n": turnout.present}
    return _("%(day)s: %(people)s") % {"day": date_format(turnout.day, "MONTH_DAY_FORMAT"), "people": people}


def _happened(turnout: Turnout) -> str:
    told = {"day": date_format(turnout.day, "MONTH_DAY_FORMAT"), "what": turnout.title or turnout.kind_label}
    return _("%(day)s: %(what)s") % told
