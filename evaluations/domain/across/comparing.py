"""The page of one person for one year: a line for each community, what they add up to, and each indicator in turn."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from communities.models import Community, Partner, Programme, profiles
from communities.models.profiles import by_profile
from evaluations.domain import indicators
from evaluations.domain.across.multiples import CORE, Figure, Multiple, multiples
from evaluations.domain.across.narrowing import Narrowing
from evaluations.domain.across.needs import Needing, needing
from evaluations.domain.reports.frozen import as_published
from evaluations.models import AnnualReport

YEARS_BACK = 9  # « au cours des neuf dernières années »
SHOWN = 25  # communities on a page


@dataclass(frozen=True)
class Line:
    """One community: its year beside the one before, its report, and what one may do with it."""

    community: Community
    figures: indicators.Year
    before: indicators.Year
    published: AnnualReport | None
    is_begun: bool
    may_read: bool
    may_write: bool

    @property
    def opens(self) -> bool:
        """Whether there is a report this person may open."""
        return self.may_write or (self.may_read and self.published is not None)

    @property
    def state(self) -> tuple[str, str]:
        """Colour and word of the report's pill. Nothing is late while the year lasts."""
        if self.published:
            return "ok", _("published")
        if self.is_begun:
            return "warn", _("being written")
        if self.figures.year == timezone.localdate().year:
            return "", _("year under way")
        return "", _("to write")


class Across:
    """In a fixed number of queries whatever the number of communities. Those of one page are counted in full; of the
    others, only what all of them add up to. A year whose report is published reads what it froze."""

    def __init__(
        self, user: User, year: int, asked: Mapping[str, str] | None = None, *, page: str = "", is_whole: bool = False
    ) -> None:
        self.user, self.year, asked = user, year, asked or {}
        inside = self._inside()
        reports = _reports(inside, year)
        self.read = [c for c in inside if self._may("read_figures", c)]
        self.first_year = min([c.started_on.year for c in inside], default=year)
        self.narrowing = Narrowing(self.read, asked)
        kept = sorted(self.narrowing.kept, key=lambda c: profiles.Profile.values.index(c.profile))
        self.page: Page = Paginator(kept, max(len(kept), 1) if is_whole else SHOWN).get_page(page or 1)
        shown = list(self.page.object_list)
        others = {c.pk for c in kept} - {c.pk for c in shown}
        found = as_published(indicators.over(kept, (year - 1, year), summed_only=others)) if kept else {}
        self.lines = [self._line(c, found[c.pk], reports) for c in shown]
        self.together = indicators.Together.of(years[year] for years in found.values())
        self.asked_open = asked.get("ouvrir", "")
        # Members, who read no figures, find here the reports that were published to them.
        self.reports = [
            reports[c.pk][-1]
            for c in inside
            if c not in self.read and reports.get(c.pk) and reports[c.pk][-1] and self._may("read_reports", c)
        ]

    def _inside(self) -> list[Any]:
        funders = Partner.objects.filter(role=Partner.Role.FUNDER).during(self.year).select_related("organisation")
        return list(
            Community.objects.inside_for(self.user)
            .exclude(Q(status=Community.Status.ARCHIVED))
            .select_related("programme", "record_sheet", "policies", "decline_rule")
            .prefetch_related(Prefetch("partners", funders.without_logo(), to_attr="funders"))
            .order_by("name")
        )

    def _line(self, community: Community, figures: dict[int, indicators.Year], reports: dict) -> Line:
        is_begun, published = reports.get(community.pk, (False, None))
        rights = self._may("read_reports", community), self._may("write_report", community)
        return Line(community, figures[self.year], figures[self.year - 1], published, is_begun, *rights)

    def _may(self, what: str, community: Community) -> bool:
        return self.user.has_perm(f"evaluations.{what}", community)

    @property
    def groups(self) -> list[tuple[str, list[Line]]]:
        return by_profile(self.lines, lambda line: line.community)

    @cached_property
    def needing(self) -> list[Needing]:
        """Today; of a year that is over, nobody needs anybody any more."""
        return needing(self.user, self.narrowing.kept) if self.is_present else []

    @property
    def is_present(self) -> bool:
        return self.year == timezone.localdate().year

    @cached_property
    def multiples(self) -> list[Multiple]:
        return multiples(self.groups)

    @property
    def on_paper(self) -> list[tuple[str, list[tuple[Line, list[tuple[Figure | None, Figure | None]]]]]]:
        """By profile, each line with its two years of every core indicator: None where it is not counted there."""
        return [
            (
                profile,
                [(line, [(Figure.of(line.figures, c), Figure.of(line.before, c)) for c in CORE]) for line in some],
            )
            for profile, some in self.groups
        ]

    @cached_property
    def opened(self) -> Line | None:
        """The row that is open beside the table."""
        return next((line for line in self.lines if str(line.community.pk) == self.asked_open), None)

    @property
    def opened_needs(self) -> list:
        found = [one.needs for one in self.needing if self.opened and one.community.pk == self.opened.community.pk]
        return found[0] if found else []

    @cached_property
    def programme(self) -> Programme | None:
        """The one that the page is about, where it is about one that this person coordinates."""
        programmes = {c.programme for c in self.narrowing.kept if c.programme}
        programme = programmes.pop() if len(programmes) == 1 else None
        return programme if programme and self.user.has_perm("meetings.see_programme_topics", programme) else None

    @property
    def before_year(self) -> str:
        return str(self.year - 1)

    @property
    def years(self) -> list[str]:
        now = timezone.localdate().year
        return [str(year) for year in range(now, max(self.first_year, now - YEARS_BACK) - 1, -1)]


def _reports(communities: list[Community], year: int) -> dict[int, tuple[bool, AnnualReport | None]]:
    """Community → whether a draft waits, and the version in force."""
    found: dict[int, tuple[bool, AnnualReport | None]] = {}
    by_pk = {c.pk: c for c in communities}
    rows = AnnualReport.objects.filter(community__in=communities, year=year).defer("figures").order_by("version")
    for report in rows:
        report.community = by_pk[report.community_id]
        _is_begun, in_force = found.get(report.community_id, (False, None))
        found[report.community_id] = (False, report) if report.published_at else (True, in_force)
    return found
