"""The annual reports of a programme's or a funder's communities in one edition: a period, and chosen indicators.

Each year is that of the page of all communities: a year whose report is published reads what it froze, and those that
are not published yet are named. Outcomes and testimonials come from published reports alone.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cmtl import money
from cmtl.json_dataclasses import from_json
from cmtl.numbers import year_in
from communities.models import Community, Outcome, RecordSheet
from communities.models.profiles import by_profile
from evaluations.domain import charts, indicators
from evaluations.domain.across import definitions
from evaluations.domain.across.comparing import YEARS_BACK, Across, Line
from evaluations.domain.across.multiples import CORE, WORTH, Figure, name_of
from evaluations.domain.indicators import EASY_SIZE, INDICATORS, Measure, Together
from evaluations.domain.indicators.measures import SHARE
from evaluations.domain.reports import quoting
from evaluations.domain.reports.parts import OutcomeSummary
from evaluations.models import AnnualReport

FACETS = ("programme", "bailleur")  # what one edition is about
MOST_YEARS = 5
LONGEST = 800  # letters of the introduction
MOST_QUOTES = 6


@dataclass(frozen=True)
class Course:
    """One community along the period: a figure a year, and the last two on one line."""

    community: Community
    figures: list[Figure]
    strip: charts.Strip


@dataclass(frozen=True)
class Chart:
    """One indicator, every community on the same scale: by profile and by name, never ranked."""

    code: str
    name: str
    groups: list[tuple[str, list[Course]]]


@dataclass(frozen=True)
class Voice:
    quote: quoting.Quote
    community: str


class FunderEdition:
    def __init__(self, user: User, asked: QueryDict) -> None:
        self.user, now = user, timezone.localdate().year
        ends = sorted(min(year_in(asked.get(name, ""), now - 1), now) for name in ("de", "a"))
        self.last, self.first = ends[1], max(ends[0], ends[1] - MOST_YEARS + 1)
        self.codes = [code for code in CORE if code in asked.getlist("indicateur")] or list(CORE)
        self.words = asked.get("mot", "").strip()[:LONGEST]
        self.chosen = {name: asked.get(name, "") for name in FACETS if asked.get(name)}
        self.pages = [Across(user, year, self.chosen, is_whole=True) for year in range(self.first, self.last + 1)]

    # ------------------------------------------------------------ what it is about

    @property
    def about(self) -> list[str]:
        """« Programme : Familles isolées »."""
        said = {one.facet.name: one.said for page in self.pages for one in page.narrowing.selects if one.said}
        return [said[name] for name in FACETS if name in said]

    @property
    def choices(self) -> list[tuple[Any, list[tuple[str, str]], str]]:
        """Each facet with what any year of the period offers, and what is chosen."""
        found = []
        for name in FACETS:
            selects = [one for page in self.pages for one in page.narrowing.selects if one.facet.name == name]
            offered = {value: label for one in selects for value, label in one.choices}
            rows = sorted(offered.items(), key=lambda choice: choice[1].casefold())
            found.append((selects[0].facet, rows, self.chosen.get(name, "")))
        return found

    @property
    def indicators_offered(self) -> list[tuple[str, str, bool]]:
        return [(code, name_of(code), code in self.codes) for code in CORE]

    @property
    def years_offered(self) -> list[int]:
        now = timezone.localdate().year
        return list(range(now, min(self.pages[0].first_year, self.first, now - YEARS_BACK) - 1, -1))

    @property
    def period(self) -> str:
        if self.first == self.last:
            return str(self.last)
        return _("%(first)s to %(last)s") % {"first": self.first, "last": self.last}

    @cached_property
    def lines(self) -> list[list[Line]]:
        """Year by year. What is asked for that nobody has that year is nobody: never everybody."""
        return [[] if page.narrowing.chosen != self.chosen else page.lines for page in self.pages]

    @cached_property
    def communities(self) -> list[Community]:
        every = {line.community.pk: line.community for lines in self.lines for line in lines}
        return sorted(every.values(), key=lambda community: community.name.casefold())

    @property
    def by_profile(self) -> list[tuple[str, list[Community]]]:
        return by_profile(self.communities, lambda community: community)

    @property
    def unpublished(self) -> list[tuple[str, list[str]]]:
        """Year → the communities whose report is not published, or none where no report is: figures may change."""
        found = [[line.community.name for line in lines if line.published is None] for lines in self.lines]
        return [
            (year, [] if len(names) == len(lines) else names)
            for year, names, lines in zip(self.years, found, self.lines, strict=True)
            if names
        ]

    # ------------------------------------------------------------ figures

    @property
    def years(self) -> list[str]:
        return [str(page.year) for page in self.pages]

    @cached_property
    def sums(self) -> list[tuple[str, list[str]]]:
        """What adds up over communities, a person and an organisation counted once; the others never are."""
        together = [Together.of(line.figures for line in lines) for lines in self.lines]
        rows = [
            (_("Communities"), [str(all_.communities) for all_ in together]),
            (_("Meetings held"), [str(all_.meetings) for all_ in together]),
            (_("People reached"), [str(all_.people) for all_ in together]),
        ]
        if "P8" in self.codes:
            rows.append((name_of("P8"), [str(all_.organisations) for all_ in together]))
        if "P10" in self.codes:
            rows.append((name_of("P10"), [_hours(lines) for lines in self.lines]))
        if "P11" in self.codes:
            rows.append((str(INDICATORS["P11s"].name), [_known(all_.in_session) for all_ in together]))
        if WORTH in self.codes:
            told = [all_.satisfaction for all_ in together]
            rows.append((name_of(WORTH), [f"{one.share} (n\xa0=\xa0{one.n})" if one.is_known else "–" for one in told]))
        return rows

    @property
    def chart_years(self) -> list[str]:
        """Of the pictures: a period of one year stands beside the year before."""
        return [str(self.first - 1), str(self.first)] if self.first == self.last else self.years

    @cached_property
    def charts(self) -> list[Chart]:
        return [chart for code in self.codes if (chart := self._chart(code)).groups]

    def _chart(self, code: str) -> Chart:
        none = Figure(None, "–")
        figures = {
            (line.community.pk, year.year): Figure.of(year, code)
            for lines in self.lines
            for line in lines
            for year in (line.before, line.figures)
        }
        courses: dict[int, list[Figure]] = {}
        for community in self.communities:
            row = [figures.get((community.pk, int(year))) for year in self.chart_years]
            if any(row):
                courses[community.pk] = [one or none for one in row]
        drawn = [one.between[1] for told in courses.values() for one in told[-2:] if one.between]
        is_share = code == WORTH or INDICATORS[code].shown_as == SHARE
        band = EASY_SIZE if code == "P1" else None
        top = 1.0 if is_share else max([*drawn, EASY_SIZE[1] if band else 1])

        def course(one: Community) -> Course:
            told = courses[one.pk]
            return Course(one, told, charts.strip(told[-2].between, told[-1].between, top, band))

        groups = [(name, [course(one) for one in some if one.pk in courses]) for name, some in self.by_profile]
        return Chart(code, name_of(code), [(profile, some) for profile, some in groups if some])

    @property
    def definitions(self) -> list[definitions.Definition]:
        return [definitions.of_code(code) for code in self.codes]

    # ------------------------------------------------------------ what published reports tell

    @cached_property
    def _published(self) -> list[AnnualReport]:
        """In force, of the years and communities of the edition, and that this person may read."""
        numbers = [one.published.pk for lines in self.lines for one in lines if one.published and one.may_read]
        found = AnnualReport.objects.filter(pk__in=numbers).select_related("community")
        return list(found.order_by("year", "community__name"))

    @cached_property
    def outcomes(self) -> list[OutcomeSummary]:
        rows = [kept for report in self._published for kept in report.figures.get("outcomes", ())]
        return [from_json(OutcomeSummary, kept) for kept in rows]

    @property
    def outcomes_by_kind(self) -> list[tuple[str, int]]:
        many = Counter(outcome.kind for outcome in self.outcomes)
        return [(str(kind.label), many[kind.value]) for kind in Outcome.Kind if many[kind.value]]

    @property
    def funds(self) -> str:
        obtained = sum(outcome.amount or 0 for outcome in self.outcomes if outcome.is_obtained)
        return money.shown(obtained) if obtained else ""

    @property
    def reports_read(self) -> int:
        return len(self._published)

    @property
    def families(self) -> list[tuple[str, int]]:
        """Of Concertation Montréal's projects, for the communities whose record names one."""
        many = Counter(sheet.family for one in self.communities if (sheet := RecordSheet.of(one)).family)
        return [(str(kind.label), many[kind.value]) for kind in RecordSheet.Family if many[kind.value]]

    @cached_property
    def voices(self) -> list[Voice]:
        """Quoted by these reports, and that may still be: each once, one of each community before a second."""
        told = [(quote, report) for report in self._published for quote in quoting.told_in(report.figures)]
        allowed = {quote.number: quote for quote in quoting.still_of_any(quote for quote, _report in told)}
        seen: dict[int, Voice] = {}
        for quote, report in told:
            if quote.number in allowed:
                seen[quote.number] = Voice(allowed[quote.number], report.community.name)
        return list(_in_turn(seen.values()))[:MOST_QUOTES]


def _in_turn(voices: Iterable[Voice]) -> list[Voice]:
    rank: Counter[str] = Counter()
    ranked = []
    for voice in voices:
        rank[voice.community] += 1
        ranked.append((rank[voice.community], voice))
    return [voice for _rank, voice in sorted(ranked, key=lambda pair: pair[0])]


def _hours(lines: list[Line]) -> str:
    told = [m for line in lines if (m := line.figures.by_code.get("P10")) and m.value is not None]
    return Measure("P10", sum(m.value or 0 for m in told), sum(m.n for m in told)).shown if told else "–"


def _known(measure: indicators.Measure) -> str:
    return f"{measure.shown} (n\xa0=\xa0{measure.n})" if measure.is_known else "–"
