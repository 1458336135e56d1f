"""All the communities whose figures one reads, side by side for a year: grouped by profile, never ranked."""

from dataclasses import dataclass

from django.db.models import Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl.numbers import year_in
from cmtl.tables import csv_response
from communities.models import Community, RecordSheet
from communities.models.profiles import by_profile
from evaluations.domain import indicators
from evaluations.models import AnnualReport

YEARS_BACK = 4
ISSUES = ("sectoral", "social", "structural")  # « un enjeu sectoriel, social ou structurel » (guide, p. 5)


@dataclass(frozen=True)
class Line:
    """One community: its year, its report, and what one may do with it."""

    community: Community
    figures: indicators.Year
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
    """The page of one person for one year, in a fixed number of queries whatever the number of communities."""

    def __init__(self, user, year: int, issue: str = "") -> None:
        self.user, self.year, self.issue = user, year, issue
        inside = list(
            Community.objects.inside_for(user)
            .exclude(Q(status=Community.Status.ARCHIVED))
            .filter(**({f"record_sheet__is_{issue}": True} if issue else {}))
            .select_related("programme", "decline_rule")
            .order_by("name")
        )
        reports = _reports(inside, year)
        self.read = [c for c in inside if self._may("read_figures", c)]
        self.first_year = min([c.started_on.year for c in inside], default=year)
        found = indicators.of(self.read, year) if self.read else {}
        self.lines = [self._line(c, found[c.pk], reports) for c in self.read]
        # Members, who read no figures, find here the reports that were published to them.
        self.reports = [
            reports[c.pk][-1]
            for c in inside
            if c not in self.read and reports.get(c.pk) and reports[c.pk][-1] and self._may("read_reports", c)
        ]

    def _line(self, community: Community, figures: indicators.Year, reports: dict) -> Line:
        is_begun, published = reports.get(community.pk, (False, None))
        rights = self._may("read_reports", community), self._may("write_report", community)
        return Line(community, figures, published, is_begun, *rights)

    def _may(self, what: str, community: Community) -> bool:
        return self.user.has_perm(f"evaluations.{what}", community)

    @property
    def groups(self) -> list[tuple[str, list[Line]]]:
        return by_profile(self.lines, lambda line: line.community)

    @property
    def together(self) -> indicators.Together:
        return indicators.Together.of(line.figures for line in self.lines)

    @property
    def years(self) -> list[str]:
        now = timezone.localdate().year
        return [str(year) for year in range(now, max(self.first_year, now - YEARS_BACK) - 1, -1)]

    @property
    def issues(self) -> list[tuple[str, str]]:
        """The kinds of issue to narrow the page to, all of them first."""
        return [("", _("All issues")), *((kind, str(_issue_label(kind))) for kind in ISSUES)]


def _issue_label(kind: str) -> str:
    return RecordSheet._meta.get_field(f"is_{kind}").verbose_name  # type: ignore[union-attr, return-value]


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


def _asked_year(request) -> int:
    now = timezone.localdate().year
    return min(year_in(request.GET.get("annee", ""), now), now)


def _asked_issue(request) -> str:
    asked = request.GET.get("enjeu", "")
    return asked if asked in ISSUES else ""


@require_safe
def across(request):
    page = Across(request.user, _asked_year(request), _asked_issue(request))
    may_launch = request.user.has_perm("evaluations.read_across")
    context = {"page": page, "year": str(page.year), "may_launch": may_launch}
    return render(request, "evaluations/reports/across.html", context)


@require_safe
def export_across(request):
    """The table for a spreadsheet: numbers as numbers, ranges as they are told, nothing where data are insufficient."""
    page = Across(request.user, _asked_year(request), _asked_issue(request))
    header = [
        _("Community"), _("Profile"), _("Year"), _("Meetings"), _("Trainings"), _("Members"), _("People reached"),
        *(indicators.INDICATORS[code].heading for code in ("P1", "P2", "P3", "P4", "P8", "P11s")),
        _("Meeting worth the time"),
        _("Answers (n)"), _("Annual report"),
    ]  # fmt: skip
    rows = [_row(line) for _profile, some in page.groups for line in some]
    audit.write(Action.EXPORTED, by=request.user, what="figures", year=page.year, format="csv")
    return csv_response(f"evaluations-{page.year}.csv", header, rows)


def _row(line: Line) -> list:
    figures = line.figures
    measures, satisfaction = figures.by_code, figures.satisfaction

    def cell(code: str) -> str:
        return measures[code].cell if code in measures else ""

    return [
        line.community.name,
        line.community.get_profile_display(),
        figures.year,
        figures.held,
        figures.trainings,
        figures.members,
        len(figures.people),
        cell("P1"),
        cell("P2"),
        cell("P3"),
        cell("P4"),
        len(figures.organisations) if "P8" in measures else "",
        cell("P11s"),
        satisfaction.share if satisfaction.is_known else "",
        satisfaction.n,
        line.state[1],
    ]
