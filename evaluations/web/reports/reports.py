"""Annual reports: the list, the page, the words, the publication and the PDF."""

import base64
import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl import papers, pdf
from cmtl.background import start_soon
from cmtl.numbers import parse_int
from cmtl.shortcuts import fetch
from communities.domain.community import word_templates
from communities.models import Community
from evaluations import tasks
from evaluations.domain.reports import frozen, members_mail, publishing, quoting
from evaluations.domain.reports import report as contents
from evaluations.models import AnnualReport
from meetings.models import Meeting

FIRST_YEAR = 2000
PATIENCE = dt.timedelta(minutes=5)  # then the page stops asking whether the PDF is there


@dataclass
class YearLine:
    """One year of the list."""

    year: int
    meetings: int = 0
    published: AnnualReport | None = None
    draft: AnnualReport | None = None


@require_safe
def list_reports(request, pk):
    community = community_of(request, pk, "evaluations.read_reports")
    may_write = request.user.has_perm("evaluations.write_report", community)
    lines: dict[int, YearLine] = {}
    if may_write:
        lines[timezone.localdate().year] = YearLine(timezone.localdate().year)
        held = Meeting.objects.held().filter(community=community).values_list("starts_at", flat=True)
        zone = Meeting(community=community).zone
        for year in (starts_at.astimezone(zone).year for starts_at in held):
            lines.setdefault(year, YearLine(year)).meetings += 1
    for report in AnnualReport.objects.filter(community=community).defer("figures").order_by("version"):
        if report.published_at:
            line = lines.setdefault(report.year, YearLine(report.year))
            line.published, line.draft = report, None
        elif may_write:
            lines.setdefault(report.year, YearLine(report.year)).draft = report
    context = {
        "community": community,
        "lines": sorted(lines.values(), key=lambda line: -line.year),
        "may_write": may_write,
        "this_year": timezone.localdate().year,
    }
    return render(request, "evaluations/reports/report_list.html", context)


@require_safe
def show_report(request, pk, year):
    """The version in force, another one asked for by its number, or the draft for those who write it."""
    community = community_of(request, pk, "evaluations.read_reports", year)
    may_write = request.user.has_perm("evaluations.write_report", community)
    versions = list(AnnualReport.objects.filter(community=community, year=year).order_by("-version"))
    in_force = next((r for r in versions if r.published_at), None)
    draft = versions[0] if versions and not versions[0].published_at else None
    asked = request.GET.get("version", "")
    if asked:
        report = next((r for r in versions if str(r.version) == asked), None)
    else:
        report = in_force or draft or (publishing.draft(community, year) if may_write else None)
    if report is None or not (report.published_at or may_write):
        raise Http404
    report.community = community
    told = contents.told_by(report)
    context = {
        "community": community,
        "year": str(year),
        "report": report,
        "told": told,
        "in_force": in_force,
        "draft": draft if may_write else None,
        "may_write": may_write,
        "may_publish": request.user.has_perm("evaluations.publish_report", community),
        "is_over": year < timezone.localdate().year,
        "differences": frozen.differences(community, told) if may_write and report == in_force else [],
        "opens_diagnosis": request.user.has_perm("evaluations.read_figures", community),
        **_progress(report),
    }
    return render(request, "evaluations/reports/report.html", context)


@require_POST
def publish_report(request, pk, year):
    community = community_of(request, pk, "evaluations.publish_report", year)
    version = parse_int(request.POST.get("version", "")) or None
    left_out = quoting.unread(community, publishing.draft(community, year).quoted)
    tells = "tell_members" in request.POST
    report = publishing.publish(community, year, by=request.user, version=version, tells_members=tells)
    if not report.pdf_built_at:
        start_soon(tasks.build_report, report.pk)
    messages.success(request, _("The report is published: its figures are frozen."))
    if mailed := members_mail.mails_of(report).count():
        said = ngettext(
            "Its page for members is on its way to %(n)s person.",
            "Its page for members is on its way to %(n)s people.",
            mailed,
        )
        messages.success(request, said % {"n": mailed})
    if left_out:
        said = ngettext(
            "%(n)s testimonial is left out: its author wrote it otherwise, and nobody has read it since.",
            "%(n)s testimonials are left out: their authors wrote them otherwise, and nobody has read them since.",
            left_out,
        )
        messages.warning(request, said % {"n": left_out})
    return redirect(report)


@require_safe
def report_progress(request, pk, year):
    """Asked every two seconds by the page while the PDF is being drawn; alone, it is a page's worth of nothing."""
    community = community_of(request, pk, "evaluations.read_reports", year)
    report = publishing.published(community, year)
    if report is None:
        raise Http404
    report.community = community
    context = {"community": community, "year": str(year), "report": report, **_progress(report)}
    if not request.htmx:
        return redirect(report)
    return render(request, "evaluations/reports/_report_progress.html", context)


@require_safe
def report_logo(request, pk, year, number):
    """The logo of one co-organiser, as that version of the report holds it."""
    community = community_of(request, pk, "evaluations.read_reports", year)
    may_write = request.user.has_perm("evaluations.write_report", community)
    versions = AnnualReport.objects.filter(community=community, year=year).order_by("-version")
    if asked := request.GET.get("version"):
        report = versions.filter(version=parse_int(asked)).first()
    else:
        report = versions.published().first()
    if report is None and may_write:
        report = publishing.draft(community, year)
    if report is None or not (report.published_at or may_write):
        raise Http404
    report.community = community
    found = contents.told_logos(report)
    if number >= len(found) or not found[number].png:
        raise Http404
    picture = base64.b64decode(found[number].png)
    return HttpResponse(picture, content_type="image/png", headers={"Cache-Control": "private, max-age=600"})


@require_safe
def report_pdf(request, pk, year):
    community = community_of(request, pk, "evaluations.read_reports", year)
    report = _version_asked(request, community, year)
    if quoting.is_stale(report):  # a testimonial in it may not be shown any more
        start_soon(tasks.reissue_reports, community.pk)
        messages.warning(request, _("The PDF is being made again."))
        return redirect(report)
    if not report.pdf_built_at:
        messages.warning(request, _("The PDF is not ready yet."))
        return redirect(report)
    try:
        file = report.pdf.open("rb")
    except FileNotFoundError:
        publishing.forget_pdf(report)
        messages.warning(request, _("The PDF is being made again."))
        return redirect(report)
    audit.write(Action.EXPORTED, by=request.user, about=report, what="report", year=year, format="pdf")
    return FileResponse(
        file,
        as_attachment=True,
        content_type="application/pdf",
        filename=f"bilan-{slugify(community.name)}-{year}-v{report.version}.pdf",
    )


@require_safe
def report_in_word(request, pk, year):
    """To be taken up and adapted: what people wrote as they wrote it, the rest in the reader's language."""
    community = community_of(request, pk, "evaluations.read_reports", year)
    report = _version_asked(request, community, year)
    template, context = contents.pdf_source(community, year, report)
    audit.write(Action.EXPORTED, by=request.user, about=report, what="report", year=year, format="docx")
    name = f"bilan-{slugify(community.name)}-{year}-v{report.version}"
    how = {"styles": word_templates.styles_for(community), "contents": _("Contents")}
    return papers.word(request, template, context, name, **how)


def _version_asked(request, community, year) -> AnnualReport:
    """The version in force, or the published one whose number is asked for."""
    published = AnnualReport.objects.published().filter(community=community, year=year)
    if version := request.GET.get("version"):
        published = published.filter(version=parse_int(version))
    report = published.first()
    if report is None:
        raise Http404
    report.community = community
    return report


def community_of(request, pk, may, year=None) -> Community:
    """What one may see (else 404) and do (else 403); years that cannot have a report do not exist."""
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may=may)
    if year is not None and not FIRST_YEAR <= year <= timezone.localdate().year:
        raise Http404
    return community


def _progress(report: AnnualReport) -> dict:
    """Where its PDF stands, and whether the page should ask again."""
    since = timezone.now() - report.published_at if report.published_at else dt.timedelta()
    is_waiting = bool(report.published_at and not report.pdf_built_at and not report.pdf_error)
    return {
        "is_waiting": is_waiting,
        "asks_again": is_waiting and since < PATIENCE,
        "missing_packages": pdf.PANGO if report.pdf_error == "pango" else "",
        "progress_url": reverse("evaluations:report_progress", args=[report.community_id, report.year]),
    }
