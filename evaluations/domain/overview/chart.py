"""People present at the last meetings, at their true dates, over the band of the size that is easiest to facilitate.

The drawing is made at the size at which it is shown, so that its words stay readable: once wide, once for a phone.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from evaluations.domain.indicators import EASY_SIZE, Turnout

APART, WORDS = 15, 62  # pixels between two values, and between two dates, so that they do not run into each other


@dataclass(frozen=True)
class Frame:
    """The size of a drawing, in pixels: `first` and `last` bound its dots, `axis` is zero, `top` the highest value."""

    width: int
    height: int
    first: float
    last: float
    top: float
    axis: float
    tells_each_day: bool


WIDE = Frame(612, 208, 22, 582, 31.5, 166, tells_each_day=True)
NARROW = Frame(358, 150, 14, 332, 27.8, 126, tells_each_day=False)


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    turnout: Turnout
    is_low: bool
    shows_value: bool
    shows_day: bool
    shows_year: bool

    @property
    def value_y(self) -> float:
        return round(self.y - 11.5, 1)


@dataclass(frozen=True)
class Chart:
    frame: Frame
    dots: list[Dot]
    ring: tuple[float, float] | None  # the next date
    band: tuple[float, float]  # top and height

    @property
    def segments(self) -> list[tuple[Dot, Dot]]:
        return list(zip(self.dots, self.dots[1:], strict=False))

    @property
    def ends(self) -> list[Dot]:
        """The first and the last, whose days alone are told where there is no place for each."""
        return self.dots[:1] + self.dots[1:][-1:]

    @property
    def band_words(self) -> tuple[float, float]:
        """Where the two limits of the band are written, at its right."""
        return round(self.band[0] + 14, 1), round(sum(self.band) - 5, 1)


def draw(frame: Frame, turnouts: Sequence[Turnout], *, next_day: dt.date | None = None, low: int = 0) -> Chart:
    """`turnouts` are recorded, oldest first; the last `low` of them are those of a decline."""
    highest = max([EASY_SIZE[1], *(t.present or 0 for t in turnouts)])
    days = [t.day for t in turnouts]
    coming = next_day if next_day and (not days or next_day > days[-1]) else None
    place = _places(frame, [*days, coming] if coming else days)

    def height(people: float) -> float:
        return round(frame.top + (frame.axis - frame.top) * (1 - people / highest), 1)

    band = height(EASY_SIZE[1]), round(height(EASY_SIZE[0]) - height(EASY_SIZE[1]), 1)
    ring = (place[-1], round(band[0] + band[1] / 2, 1)) if coming else None
    return Chart(frame, _dots(turnouts, place, height, low), ring, band)


def _places(frame: Frame, days: Sequence[dt.date]) -> list[float]:
    """From left to right by true time; one alone stands in the middle."""
    span = (days[-1] - days[0]).days if days else 0
    if not span:
        return [round((frame.first + frame.last) / 2, 1)] * len(days)
    across = frame.last - frame.first
    return [round(frame.first + across * (day - days[0]).days / span, 1) for day in days]


def _dots(turnouts: Sequence[Turnout], place: Sequence[float], height, low: int) -> list[Dot]:
    dots: list[Dot] = []
    value_at = day_at = -1000.0
    year = 0
    for n, turnout in enumerate(turnouts):
        x = place[n]
        shows_value, shows_day = x - value_at >= APART, x - day_at >= WORDS
        value_at = x if shows_value else value_at
        day_at = x if shows_day else day_at
        shows_year = shows_day and turnout.day.year != year
        year = turnout.day.year if shows_day else year
        is_low = n >= len(turnouts) - low
        dots.append(Dot(x, height(turnout.present or 0), turnout, is_low, shows_value, shows_day, shows_year))
    return dots
