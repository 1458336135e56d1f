"""Answers on either side of a common zero, this year over the year before, drawn at the size at which they are shown.

Only what releases tell is drawn: answers told together are one bar, a range is a full bar then a pale one, and a
question whose two sides are told together has none.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from evaluations.domain import indicators
from evaluations.domain.reports.report import CommunityYear
from evaluations.domain.reports.shares import share_of
from evaluations.domain.reports.year_answers import Answered, Line
from evaluations.domain.surveys.options import NO_OPINION
from evaluations.domain.surveys.questionnaires import FAVOURABLE
from evaluations.models import Question

Scale = Question.Scale
WORTH, AGREEMENT = FAVOURABLE[Scale.STEPS], FAVOURABLE[Scale.AGREEMENT]
FREQUENT = ("2", "3", "4")

# Code → short name, what its favourable side is, the answers of that side. R1’s third is « worth it, no more ».
Asked = tuple[str, str | Promise, str | Promise, tuple[str, ...]]
AFTER_MEETINGS: tuple[Asked, ...] = (
    ("R1", _("The time given"), _("was worth it, or more"), WORTH),
    ("R2", _("A current need"), _("somewhat or strongly"), AGREEMENT),
    ("R6", _("Closer to the objective"), _("somewhat or strongly"), AGREEMENT),
)
ONCE_A_YEAR: tuple[Asked, ...] = (
    ("M13", _("Learned things of use"), _("somewhat or strongly"), AGREEMENT),
    ("M11", _("Speak without fear"), _("somewhat or strongly"), AGREEMENT),
    ("M12", _("Less alone"), _("somewhat or strongly"), AGREEMENT),
    ("M15", _("Tried something seen here"), _("once or more"), FREQUENT),
    ("M21", _("Would miss it"), _("somewhat or strongly"), AGREEMENT),
)


@dataclass(frozen=True)
class Frame:
    """In pixels: where the years end, the bars begin and end, the total ends and n is."""

    width: int
    year: int
    first: int
    last: int
    total: int
    n: int
    is_narrow: bool = False


WIDE = Frame(724, 218, 232, 556, 652, 724)
NARROW = Frame(358, 34, 44, 226, 312, 358, is_narrow=True)


@dataclass(frozen=True)
class Segment:
    x: float
    width: float
    tone: str  # see `Diverging.tones`
    text: str
    is_pale: bool = False  # beyond what is sure

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class Bar:
    year: int
    y: int
    height: int
    total: str
    n: int
    segments: list[Segment]
    is_now: bool

    @property
    def words_y(self) -> int:
        return self.y + self.height // 2 + 5


@dataclass(frozen=True)
class Row:
    title: str
    side: str
    y: int
    bars: list[Bar]

    @property
    def ends(self) -> tuple[int, int]:
        """Of the zero line, where the words of a row stand in its way."""
        last = self.bars[-1]
        return self.bars[0].y - 2, last.y + last.height + 2


@dataclass(frozen=True)
class Diverging:
    frame: Frame
    zero: float
    height: int
    rows: list[Row]
    key: str

    @property
    def title(self) -> str:
        return gettext("Answers on either side of zero")

    @property
    def no(self) -> str:
        return pgettext("answer", "no")

    @property
    def yes(self) -> str:
        return pgettext("answer", "yes")

    @property
    def description(self) -> str:
        return "; ".join(
            gettext("%(title)s, %(side)s: %(years)s")
            % {"title": row.title, "side": row.side, "years": ", ".join(_said(bar) for bar in row.bars)}
            for row in self.rows
        )

    @property
    def tones(self) -> list[tuple[str, str]]:
        """The legend: those that are drawn, from no to yes."""
        used = {segment.tone for row in self.rows for bar in row.bars for segment in bar.segments}
        names = {
            "d1": gettext("no, rather not"),
            "d2": gettext("no, or without an opinion"),
            "d3": gettext("worth it, no more"),
            "d4": gettext("rather yes"),
            "d45": gettext("yes, told together"),
            "d5": gettext("strongly, much more"),
        }
        return [(tone, name) for tone, name in names.items() if tone in used]

    @property
    def has_ranges(self) -> bool:
        return any(segment.is_pale for row in self.rows for bar in row.bars for segment in bar.segments)


def _said(bar: Bar) -> str:
    return gettext("%(share)s in %(year)s (n = %(n)s)") % {"share": bar.total, "year": bar.year, "n": bar.n}


@dataclass(frozen=True)
class _Part:
    """Answers told together, as parts of all the answers: `sure`, then up to `most`."""

    tone: str
    sure: float
    most: float


@dataclass(frozen=True)
class _Sides:
    year: int
    n: int
    total: str
    left: list[_Part]
    right: list[_Part]


def draw(told: CommunityYear, asked: Iterable[Asked], frame: Frame, key: str) -> Diverging | None:
    """None where no release tells the two sides of one of these questions apart."""
    known = {one.code: one for one in (*told.answers, *told.annual.questions)}
    read: list[tuple[str, str, list[_Sides]]] = []
    for code, title, side, values in asked:
        years = _years(told, known.get(code), values)
        if years:
            read.append((str(title), str(side), years))
    if not read:
        return None
    left = max(sum(part.most for part in one.left) for *_words, years in read for one in years)
    right = max(sum(part.most for part in one.right) for *_words, years in read for one in years)
    unit = (frame.last - frame.first) / max(left + right, 0.01)
    zero = round(frame.first + left * unit, 1)
    y, rows = 26, []
    for title, side, years in read:
        row = _row(frame, title, side, y, years, zero, unit)
        rows.append(row)
        y = row.bars[-1].y + row.bars[-1].height + 20
    return Diverging(frame, zero, y - 10, rows, key)


def _years(told: CommunityYear, now: Answered | None, values: tuple[str, ...]) -> list[_Sides]:
    """This one, then the one before where the words were the same."""
    if now is None:
        return []
    found = [_sides(now, values, told.figures.year)]
    if found[0] and told.before:
        found.append(_sides(told.before.answered(now), values, told.before.year))
    return [one for one in found if one]


def _sides(answered: Answered | None, values: tuple[str, ...], year: int) -> _Sides | None:
    total = share_of(answered, values)
    if answered is None or total is None:
        return None
    left: list[_Part] = []
    right: list[_Part] = []
    for line in answered.lines:
        chosen = set(line.value.split())
        if chosen == {NO_OPINION}:
            continue
        (right if chosen <= set(values) else left).append(_part(line, chosen, values))
    return _Sides(year, answered.n, total.text, _joined(left), right)


def _part(line: Line, chosen: set[str], values: tuple[str, ...]) -> _Part:
    low = line.count or 0 if line.low is None else line.low
    high = line.count or 0 if line.high is None else line.high
    return _Part(_tone(chosen, values), low / line.n, high / line.n)


def _tone(chosen: set[str], values: tuple[str, ...]) -> str:
    if not chosen <= set(values):
        return "d2" if NO_OPINION in chosen else "d1"
    if chosen == {values[-1]}:
        return "d5"
    if values[-1] in chosen:
        return "d45"
    return "d3" if values == WORTH and chosen == {values[0]} else "d4"


def _joined(left: list[_Part]) -> list[_Part]:
    """What is not favourable is one bar: the annex tells its answers apart."""
    if not left:
        return []
    tone = "d2" if any(part.tone == "d2" for part in left) else "d1"
    return [_Part(tone, sum(part.sure for part in left), sum(part.most for part in left))]


def _row(frame: Frame, title: str, side: str, y: int, years: list[_Sides], zero: float, unit: float) -> Row:
    top = y + (26 if frame.is_narrow else 0)
    bars = []
    for place, one in enumerate(years):
        height = 22 if place == 0 else 12
        segments = [*_laid(one.left, zero, unit, -1), *_laid(one.right, zero, unit, 1)]
        bars.append(Bar(one.year, top, height, one.total, one.n, segments, is_now=place == 0))
        top += height + 4
    return Row(title, side, y, bars)


def _laid(parts: list[_Part], zero: float, unit: float, way: int) -> Iterable[Segment]:
    """From the zero outward; the pale part of a range after what is sure."""
    at = zero
    for part in parts:
        for width, is_pale in ((part.sure * unit, False), ((part.most - part.sure) * unit, True)):
            if width < 0.5:
                continue
            x = at if way > 0 else at - width
            shows = not is_pale and part.most == part.sure and width >= 40
            text = indicators.percent(part.sure) if shows else ""
            gap = 1.0 if width > 3 else 0
            yield Segment(round(x + (gap if way > 0 else 0), 1), round(width - gap, 1), part.tone, text, is_pale)
            at += way * width
