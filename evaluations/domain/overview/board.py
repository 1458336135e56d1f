"""What the page of a community tells those who read its figures: who came, beside the year before, and what asks to be
looked at. Every figure is the one of the annual report."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from communities.domain.alerts import Alert
from communities.models import Community, Outcome
from evaluations.domain import indicators
from evaluations.domain.indicators import EASY_SIZE, Turnout, Year, lately
from evaluations.domain.overview import causes, chart, early
from evaluations.domain.overview.chart import NARROW, WIDE, Chart
from evaluations.domain.reports.frozen import as_published
from evaluations.models import Factor, FactorRating

SHOWN = 8  # meetings on the curve


@dataclass(frozen=True)
class Figure:
    """A number of the year with, under it, the year before and over how many."""

    value: str
    label: str
    before: str = ""
    over: str = ""
    fell: bool = False  # told in words and colour only where a decline is

    @property
    def is_long(self) -> bool:
        return len(self.value) > 7


@dataclass(frozen=True)
class Rated:
    """One factor of success, as it was rated last; no level while nobody did."""

    name: str
    level: int | None
    said: str


class Overview:
    """Its queries follow neither meetings nor people."""

    def __init__(self, community: Community, user: User, next_day: dt.date | None = None) -> None:
        self.community, self.user, self.next_day, self.today = community, user, next_day, timezone.localdate()
        three = range(self.today.year - 2, self.today.year + 1)
        counted = indicators.over([community], three, today=self.today)
        self.years = as_published(counted)[community.pk]

    @cached_property
    def year(self) -> Year:
        """The present one, or the last one while the present has no meeting yet."""
        last = self.years[self.today.year - 1]
        return last if last.held and not self.years[self.today.year].held else self.years[self.today.year]

    @property
    def before(self) -> Year:
        return self.years[self.year.year - 1]

    # ------------------------------------------------------------ who came

    @cached_property
    def turnouts(self) -> list[Turnout]:
        """The last that were recorded, oldest first."""
        counted = [turnout for year in sorted(self.years) for turnout in self.years[year].turnouts]
        return [turnout for turnout in counted if turnout.present is not None][-SHOWN:]

    @property
    def easy_size(self) -> tuple[int, int]:
        return EASY_SIZE

    @property
    def wide(self) -> Chart:
        return self._drawn(WIDE)

    @property
    def narrow(self) -> Chart:
        return self._drawn(NARROW)

    def _drawn(self, frame: chart.Frame) -> Chart:
        low = self.decline.last if self.decline else 0
        return chart.draw(frame, self.turnouts, next_day=self.next_day, low=low)

    @cached_property
    def label(self) -> str:
        """The drawing in words."""
        told = ", ".join(f"{date_format(t.day, 'DATE_FORMAT')} : {t.present}" for t in self.turnouts)
        n = len(self.turnouts)
        label = ngettext(
            "People present at the last meeting: %(told)s", "People present at the last %(n)s meetings: %(told)s", n
        )
        label %= {"n": n, "told": told}
        if self.next_day:
            label += ". " + _("Next date: %(day)s") % {"day": date_format(self.next_day, "DATE_FORMAT")}
        return label

    # ------------------------------------------------------------ figures

    @cached_property
    def figures(self) -> list[Figure]:
        return [self._attendance(), self._reach(), self._worth(), self._outcomes()]

    def _attendance(self) -> Figure:
        return self._compared("P1", _("people per meeting"))

    def _reach(self) -> Figure:
        return self._compared("P2", _("of the members came"))

    def _compared(self, code: str, label: str) -> Figure:
        now, before = self.year.by_code[code], self.before.by_code[code]
        fell = bool(self.decline and now.value is not None and before.value is not None and now.value < before.value)
        then = self._then(before.shown) if before.is_known else ""
        if not now.is_known:
            return Figure("–", label, then, _("insufficient data"))
        return Figure(now.shown, label, then, now.over, fell)

    def _worth(self) -> Figure:
        now, before, label = self.year.satisfaction, self.before.satisfaction, _("found it worth their time")
        then = self._then(before.share) if before.is_known else ""
        if not now.is_known:
            return Figure("–", label, then, _("no evaluation to show yet"))
        fell = bool(self.decline and before.is_known and now.most / now.n < before.worth / before.n)
        n = ngettext("n = %(n)s answer", "n = %(n)s answers", now.n) % {"n": now.n}
        return Figure(now.share, label, then, n, fell)

    def _outcomes(self) -> Figure:
        written = Outcome.objects.visible_to(self.user).kept().filter(community=self.community)
        years = {"now": self.year.year, "then": self.before.year}
        n = written.aggregate(**{name: Count("pk", filter=Q(happened_on__year=of)) for name, of in years.items()})
        label = ngettext("outcome in %(year)s", "outcomes in %(year)s", n["now"]) % {"year": self.year.year}
        return Figure(str(n["now"]), label, self._then(str(n["then"])))

    def _then(self, value: str) -> str:
        return _("%(value)s in %(year)s") % {"value": value, "year": self.before.year}

    # ------------------------------------------------------------ what asks to be looked at

    @cached_property
    def decline(self) -> indicators.Decline | None:
        return lately.decline_of(self.community)

    @cached_property
    def early_warnings(self) -> list[Alert]:
        return early.warnings_of(self.community)

    @cached_property
    def causes(self) -> list[causes.Cause]:
        return causes.causes(self.community, self.before, self.year)

    @cached_property
    def factors(self) -> list[Rated]:
        """In the order of the guide."""
        latest: dict[str, FactorRating] = {}
        for rating in self.community.factor_ratings.all():
            latest.setdefault(rating.factor, rating)
        return [rated(factor, latest.get(factor)) for factor in Factor]

    @property
    def factors_label(self) -> str:
        return in_words(self.factors)

    @property
    def factors_in_short(self) -> str:
        """The best first: « Une force (2), Solide (4) »."""
        best_first = sorted(self.factors, key=lambda rated: -1 if rated.level is None else rated.level, reverse=True)
        return ", ".join(f"{said} ({len(list(same))})" for said, same in groupby(best_first, lambda rated: rated.said))

    @property
    def has_ratings(self) -> bool:
        return any(rated.level is not None for rated in self.factors)


def in_words(factors: list[Rated]) -> str:
    """All of them, for who does not see the strip."""
    return "; ".join(_("%(name)s: %(said)s") % {"name": factor.name, "said": factor.said} for factor in factors)


def rated(factor: Any, rating: FactorRating | None) -> Rated:
    """As it was rated last, or not yet."""
    said = rating.get_level_display() if rating else _("not rated yet")
    return Rated(factor.label, rating.level if rating else None, str(said))
