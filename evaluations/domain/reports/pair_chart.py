"""A small multiple: one figure last year and this year, from zero, hollow then full."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluations.domain.reports.shares import Figure, Pair

WIDTH, HEIGHT, FLOOR, TALL = 157, 86, 64, 38  # pixels; TALL leaves room for the values above
BEFORE_X, NOW_X = 24, 133
SHORT = 6  # letters of a value that stands over its dot; a longer one keeps to its edge


@dataclass(frozen=True)
class Spot:
    """A dot, or a line from `top` to `bottom` where the figure is only known between two numbers."""

    x: int
    top: float
    bottom: float
    text: str
    year: int
    is_now: bool

    @property
    def is_range(self) -> bool:
        return self.bottom - self.top > 1

    @property
    def middle(self) -> float:
        return round((self.top + self.bottom) / 2, 1)

    @property
    def text_y(self) -> float:
        return round(self.top - 10, 1)

    @property
    def is_long(self) -> bool:
        return len(self.text) > SHORT

    @property
    def text_x(self) -> int:
        return (WIDTH if self.is_now else 0) if self.is_long else self.x

    @property
    def anchor(self) -> str:
        return ("end" if self.is_now else "start") if self.is_long else "middle"


@dataclass(frozen=True)
class PairChart:
    title: str
    description: str
    now: Spot
    before: Spot | None
    n: int
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = FLOOR

    @property
    def spots(self) -> list[Spot]:
        return [spot for spot in (self.before, self.now) if spot]


def draw(pair: Pair) -> PairChart:
    now = _spot(pair, pair.now, NOW_X, pair.year, is_now=True)
    before = _spot(pair, pair.before, BEFORE_X, pair.year - 1, is_now=False) if pair.before else None
    told = [_("%(text)s in %(year)s") % {"text": spot.text, "year": spot.year} for spot in (before, now) if spot]
    return PairChart(pair.title, ", ".join(told), now, before, pair.now.n)


def _spot(pair: Pair, figure: Figure, x: int, year: int, *, is_now: bool) -> Spot:
    top, bottom = (round(FLOOR - TALL * value / pair.top, 1) for value in (figure.high, figure.low))
    return Spot(x, top, bottom, figure.text, year, is_now)
