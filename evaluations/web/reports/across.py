"""All the communities whose figures one reads: the page, its table as CSV, Excel and PDF, and what is behind each
figure."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl import keeper, papers
from cmtl.numbers import year_in
from cmtl.shortcuts import fetch
from cmtl.tables import csv_response, written, xlsx_response
from communities.models import Community
from evaluations.domain.across import definitions, table
from evaluations.domain.across.behind import Behind
from evaluations.domain.across.comparing import Across


def _asked_year(request) -> int:
    now = timezone.localdate().year
    return min(year_in(request.GET.get("annee", ""), now), now)


@require_safe
def across(request):
    page = Across(request.user, _asked_year(request), request.GET, page=request.GET.get("page", ""))
    may_launch = request.user.has_perm("evaluations.read_across")
    context = {"page": page, "year": str(page.year), "may_launch": may_launch}
    return render(request, "evaluations/reports/across.html", context)


def _whole(request, kind: str) -> Across:
    """All that the page is narrowed to, whatever the page that one was on; what leaves is in the log."""
    page = Across(request.user, _asked_year(request), request.GET, is_whole=True)
    audit.write(Action.EXPORTED, by=request.user, what="figures", year=page.year, format=kind)
    return page


@require_safe
def export_across(request):
    page = _whole(request, "csv")
    rows = ([written(cell) for cell in row] for row in table.rows(page))
    return csv_response(f"evaluations-{page.year}.csv", table.header(), rows)


@require_safe
def export_across_workbook(request):
    page = _whole(request, "xlsx")
    title = _("Communities %(year)s") % {"year": page.year}
    return xlsx_response(f"evaluations-{page.year}.xlsx", title, table.header(), table.rows(page))


@require_safe
def across_pdf(request):
    page = _whole(request, "pdf")
    publisher = {"name": keeper.organisation()[0]}
    context = {
        "page": page,
        "year": str(page.year),
        "definitions": definitions.of(page.multiples),
        "community": publisher,
    }
    back = f"{reverse('evaluations:across')}?{request.GET.urlencode()}"
    return papers.shown(request, "evaluations/reports/across_pdf.html", context, f"evaluations-{page.year}", back=back)


@require_safe
def show_definitions(request):
    return render(request, "evaluations/reports/definitions.html", {"definitions": definitions.all_of_them()})


@require_safe
def show_figure(request, pk, code):
    """One figure of one community: its definition, and what it was counted from."""
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="evaluations.read_figures")
    behind = Behind.of(community, code, _asked_year(request), request.user)
    if behind is None:
        raise Http404
    context = {"community": community, "behind": behind}
    return render(request, "evaluations/reports/figure.html", context)
