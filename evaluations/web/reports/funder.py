"""The edition for a funder: chosen on a page, read there, and taken as a PDF."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl import keeper, papers
from evaluations.domain.across.funder import LONGEST, FunderEdition


def _asked(request: HttpRequest) -> FunderEdition:
    if not request.user.has_perm("evaluations.read_across"):
        raise PermissionDenied
    return FunderEdition(request.user, request.GET)  # type: ignore[arg-type]


@require_safe
def show_edition(request: HttpRequest) -> HttpResponse:
    edition = _asked(request)
    context = {"edition": edition, "longest": LONGEST, "query": request.GET.urlencode(), "is_asked": bool(request.GET)}
    return render(request, "evaluations/reports/funder.html", context)


@require_safe
def edition_pdf(request: HttpRequest) -> HttpResponse:
    edition = _asked(request)
    audit.write(Action.EXPORTED, by=request.user, what="figures", year=edition.last, format="pdf")
    context = {"edition": edition, "community": {"name": keeper.organisation()[0]}}
    back = f"{reverse('evaluations:funder_edition')}?{request.GET.urlencode()}"
    name = f"edition-{edition.first}-{edition.last}"
    return papers.shown(request, "evaluations/reports/funder_pdf.html", context, name, back=back)
