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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl import pdf, undoing
from cmtl.background import start_soon
from cmtl.numbers import parse_int, parse_ints
from cmtl.shortcuts import fetch
from communities.domain.testimonials import choosing, testimonials
from communities.models import Community, Testimonial
from communities.web.undo import say_undoable
from evaluations import tasks
from evaluations.domain import improvements, influences
from evaluations.domain.campaigns import agreeing
from evaluations.domain.reports import frozen, members_mail, publishing, quoting
from evaluations.domain.reports import report as contents
from evaluations.models import AnnualReport, Campaign, ObjectiveRating
from evaluations.web.reports import report_forms
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
    community = _community(request, pk, "evaluations.read_reports")
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
    community = _community(request, pk, "evaluations.read_reports", year)
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
        "mailed_to": members_mail.readers(community).count() if may_write and not report.published_at else 0,
        "differences": frozen.differences(community, told) if may_write and report == in_force else [],
        "opens_diagnosis": request.user.has_perm("evaluations.read_figures", community),
        **_progress(report),
    }
    return render(request, "evaluations/reports/report.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write_report(request, pk, year):
    community = _community(request, pk, "evaluations.write_report", year)
    draft = publishing.draft(community, year)
    ratings = publishing.ratings_of(community, year)
    initial = {"version": draft.version, "edit_version": draft.edit_version}
    form = report_forms.ReportForm(request.POST or None, instance=draft, initial=initial)
    rating_forms = report_forms.rating_forms(community, ratings, request.POST or None)
    offered = influences.offered(community, year)
    ticked = _ticked(request, offered)
    evaluation = agreeing.asked_to_agree(community, year, request.user)
    context = {
        "community": community,
        "year": str(year),
        "form": form,
        "rating_forms": rating_forms,
        "draft": draft,
        "offered": offered,
        "ticked": ticked,
        "accepted": improvements.to_take_up(community),
        "evaluation": evaluation,
        "agrees": evaluation and _agrees(request, evaluation),
        **_testimonials(request, community, draft),
    }
    if request.method == "GET":
        return render(request, "evaluations/reports/report_form.html", context)
    are_valid = [one.is_valid() for one in (form, *rating_forms)]
    if not all(are_valid):
        return render(request, "evaluations/reports/report_form.html", context, status=422)
    if changed := _changed_since(request, context):
        return _conflict(request, context, changed)
    versions = form.cleaned_data["version"], form.cleaned_data["edit_version"]
    words = form.words | {"quoted": sorted(context["quoted"])}
    typed = words, report_forms.ratings_in(rating_forms), ticked
    watched = undoing.Watched(*_written_of(community, year), *_agreement_of(evaluation, request.user))
    if publishing.write_report(community, year, *versions, *typed):
        if evaluation:
            agreeing.agree(evaluation, request.user, agrees=context["agrees"])
        said = _("The report is saved. Nobody reads it before it is published.")
        watched.while_unchanged(publishing.draft(community, year), "published_at")
        undo = {"may": "evaluations.write_report", "of": community, "back": request.path}
        say_undoable(request, said, watched, **undo)
        return redirect(f"{draft.get_absolute_url()}?version={form.cleaned_data['version']}")
    return _conflict(request, context)


def _written_of(community, year):
    """What saving the draft writes."""
    ratings = ObjectiveRating.objects.filter(objective__community=community, year=year)
    drafts = AnnualReport.objects.filter(community=community, year=year, published_at=None)
    return drafts, ratings, community.influences.all()


def _agreement_of(evaluation, user):
    """Their own row alone: what a colleague ticks meanwhile is not undone with it, and refuses nothing."""
    if evaluation:
        yield Campaign.tell_facilitation.through.objects.filter(campaign=evaluation, user=user)


def _ticked(request, offered) -> set[int]:
    """Those told so far or, once the form is sent, those ticked that are still there."""
    if request.method != "POST":
        return {one.pk for one in offered if one.is_in_report}
    return {one.pk for one in offered} & set(parse_ints(request.POST.getlist("influence")))


def _agrees(request, evaluation) -> bool:
    """This person alone, of what members say of their facilitation."""
    if request.method == "POST":
        return "tell_facilitation" in request.POST
    return evaluation.tell_facilitation.filter(pk=request.user.pk).exists()


def _testimonials(request, community, draft) -> dict:
    """Those allowed for accountability, and which of them this report quotes."""
    found = [(one, testimonials.seen(one)) for one in quoting.offered(community).prefetch_related("consents")]
    if request.method == "POST":
        offered, chosen = {one.pk for one, _seen in found}, parse_ints(request.POST.getlist("testimonial"))
    else:  # written otherwise since, it is ticked again by whoever has read it
        offered, chosen = {one.pk for one, _seen in found if one.read_on}, draft.quoted
    return {"testimonials": found, "quoted": offered & set(chosen)}


def _changed_since(request, context) -> list[Testimonial]:
    """Of those ticked, those that are not what the page showed; the others are read by being ticked."""
    shown = dict(one.split(":", 1) for one in request.POST.getlist("testimonial_seen") if ":" in one)
    ticked = [one for one, _seen in context["testimonials"] if one.pk in context["quoted"]]
    changed = choosing.read_while_writing({one: shown.get(str(one.pk), "") for one in ticked})
    context["quoted"] -= {one.pk for one in changed}
    return changed


def _conflict(request, context, changed=()):
    """Both texts, and a form that goes on from what is saved now."""
    theirs = publishing.draft(context["community"], context["year"])
    now = request.POST.copy()
    now["version"], now["edit_version"] = theirs.version, theirs.edit_version
    form = report_forms.ReportForm(now, instance=publishing.draft(context["community"], context["year"]))
    form.is_valid()
    ratings = publishing.ratings_of(context["community"], context["year"])
    differences = [
        (form[name].label, getattr(theirs, name))
        for name in report_forms.ReportForm.Meta.fields
        if name in form.fields and (getattr(theirs, name) or "").split() != (request.POST.get(name) or "").split()
    ]
    for rating in context["rating_forms"]:
        level, comment = ratings.get(rating.objective.pk, ("", ""))
        if (level, comment) != (rating.cleaned_data["level"], rating.cleaned_data["comment"]):
            said = dict(rating.fields["level"].choices)[level]
            differences.append((rating.objective.wording, f"{said}\n{comment}".strip()))
    told = [one for one in context["offered"] if one.is_in_report]
    if {one.pk for one in told} != context["ticked"]:
        differences.append((_("What helped, what hindered"), "\n".join(one.text for one in told)))
    differences += [(_("Testimonial written otherwise since, to be ticked again"), one.text) for one in changed]
    quoted = [one for one, _seen in context["testimonials"] if one.pk in theirs.quoted]
    if not changed and {one.pk for one in quoted} != context["quoted"]:
        differences.append((_("Testimonials"), "\n".join(one.text for one in quoted)))
    context |= {"form": form, "differences": differences, "is_conflict": True, "draft": theirs}
    return render(request, "evaluations/reports/report_form.html", context, status=409)


@require_POST
def publish_report(request, pk, year):
    community = _community(request, pk, "evaluations.publish_report", year)
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
    community = _community(request, pk, "evaluations.read_reports", year)
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
    community = _community(request, pk, "evaluations.read_reports", year)
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
    community = _community(request, pk, "evaluations.read_reports", year)
    built = AnnualReport.objects.published().filter(community=community, year=year)
    if version := request.GET.get("version"):
        built = built.filter(version=parse_int(version))
    report = built.first()
    if report is None:
        raise Http404
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


def _community(request, pk, may, year=None) -> Community:
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
