"""The register of anonymisation, for whoever answers for personal information."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl.tables import csv_response
from communities.domain.privacy import analysing
from communities.models import Anonymisation
from communities.web.privacy.anonymisation_forms import AnalysisForm

PER_PAGE = 50


@require_safe
def list_anonymisations(request):
    page = Paginator(_register(request), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "communities/privacy/anonymisations.html", {"people": page})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_analysis(request, pk):
    """What the law has written down is the software's; the analysis is a human's."""
    line = get_object_or_404(_register(request), pk=pk)
    form = AnalysisForm(request.POST or None, instance=line)
    if request.method == "POST" and form.is_valid():
        analysing.record_analysis(line, **form.cleaned_data, by=request.user)
        messages.success(request, _("The analysis is written in the register."))
        return redirect("communities:anonymisations")
    context = {"line": line, "form": form}
    return render(request, "communities/privacy/anonymisation.html", context, status=422 if form.is_bound else 200)


@require_safe
def download_anonymisations(request):
    register = _register(request)
    audit.write(Action.EXPORTED, by=request.user, what="anonymisations", format="csv")
    header = [
        _("Date"), _("What"), _("Community"), _("People"), _("Information made anonymous"), _("What it serves for"),
        _("Techniques"), _("Measures of protection"), _("Last analysis of the risks"), _("What it found"),
        _("Analysed by"),
    ]  # fmt: skip
    rows = (
        [
            date_format(timezone.localtime(line.at), "Y-m-d"), line.get_kind_display(), line.community or "",
            line.people, line.description, line.purposes, line.techniques, line.protection,
            line.analysed_on.isoformat() if line.analysed_on else "", line.analysis, line.analysed_by or "",
        ]
        for line in register
    )  # fmt: skip
    name = f"{slugify(_('register of anonymisation'))}-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, header, rows)


def _register(request):
    if not request.user.has_perm("communities.keep_anonymisations"):
        raise PermissionDenied
    return Anonymisation.objects.select_related("community", "analysed_by")
