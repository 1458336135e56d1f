"""The page of a year for members: read by those who read the report, shown beforehand to whoever writes it, and opened
by a personal link; and its sheet to print."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl import languages, papers
from cmtl.public_pages import in_language_of, no_store
from communities.models import Community
from communities.web.shared import save_over, saved
from communities.web.shared_forms import PartForm, differences
from evaluations.domain.reports import members_words, publishing
from evaluations.domain.reports.members_edition import MembersEdition
from evaluations.domain.reports.members_links import Reader, reader_of
from evaluations.models import AnnualReport
from evaluations.web.reports.reports import community_of
from meetings.web import files

LONGEST = 600  # letters: the page keeps to one sheet


class WordsForm(PartForm):
    to_members = forms.CharField(
        label=gettext_lazy("Your words to the members"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST}),
        help_text=gettext_lazy("A paragraph at the head of the page, as you would say it to them. No figure needed."),
    )

    class Meta:
        model = AnnualReport
        fields = list(members_words.FIELDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The draft may have no row yet, and begin from the version that it corrects."""
        super().__init__(*args, **kwargs)
        self.initial["shown"] = members_words.seen(self.instance)


@require_safe
def show_edition(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Of the version in force or, for those who write, of the draft while it is one, or when it is asked for."""
    community, report = _asked(request, pk, year)
    may_write = request.user.has_perm("evaluations.write_report", community)
    context = {
        "community": community,
        "year": str(year),
        "edition": MembersEdition(report),
        "report": report,
        "may_write": may_write and not report.published_at,
        "pdf": reverse("evaluations:members_edition_pdf", args=[pk, year]) + _version_of(report),
    }
    return render(request, "evaluations/reports/members_edition.html", context)


@require_safe
def edition_pdf(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    community, report = _asked(request, pk, year)
    audit.write(Action.EXPORTED, by=request.user, about=community, what="report", year=year, format="pdf")
    back = reverse("evaluations:members_edition", args=[pk, year])
    return papers.shown(request, *_sheet(report), back=back)


@require_http_methods(["GET", "HEAD", "POST"])
def write_words(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    community = community_of(request, pk, "evaluations.write_report", year)
    draft = publishing.draft(community, year)
    watched = AnnualReport.objects.filter(community=community, year=year, published_at=None)
    form = WordsForm(request.POST or None, instance=draft)

    def save() -> None:
        members_words.write(draft, form.changes(), shown=form.cleaned_data["shown"])

    def differ(theirs: AnnualReport) -> list[dict]:
        return differences(form, theirs, members_words.FIELDS)

    form, status, conflict = save_over(form, save, members_words.seen, differ, watches=[watched])
    if status == 302:
        back = reverse("evaluations:members_edition", args=[pk, year]) + f"?version={draft.version}"
        form.watched.while_unchanged(publishing.draft(community, year), "published_at")
        return saved(request, form, may="evaluations.write_report", of=community, back=back)
    context = {"community": community, "year": str(year), "form": form, "conflict": conflict, "draft": draft}
    return render(request, "evaluations/reports/members_words.html", context, status=status)


def _asked(request: HttpRequest, pk: int, year: int) -> tuple[Community, AnnualReport]:
    community = community_of(request, pk, "evaluations.read_reports", year)
    report = publishing.published(community, year)
    if request.user.has_perm("evaluations.write_report", community):
        draft = publishing.draft(community, year)
        if report is None or request.GET.get("version") == str(draft.version):
            report = draft
    if report is None:
        raise Http404
    report.community = community
    return community, report


def _version_of(report: AnnualReport) -> str:
    return "" if report.published_at else f"?version={report.version}"


def _sheet(report: AnnualReport) -> tuple[str, dict, str]:
    """The template of the sheet, what it says, and the name of its file."""
    context = {"edition": MembersEdition(report), "community": report.community, "report": report}
    name = f"{slugify(report.community.name) or report.community_id}-{report.year}"
    return "evaluations/reports/members_edition_pdf.html", context, name


# ------------------------------------------------------------ by a personal link


def for_reader(view: Callable[[HttpRequest, Reader, AnnualReport], HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that the link opens: in the person's language, kept by no cache, of the version in force."""

    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        reader = reader_of(token)
        member = reader.membership if reader else None
        report = publishing.published(member.community, reader.year) if reader and member else None
        own, zone = (member.user.language, ZoneInfo(member.community.time_zone)) if member else ("", None)
        with in_language_of(request, own, zone):
            if reader is None or report is None:
                context = {"why": "altered", "meeting": None}
                return no_store(render(request, "meetings/member_page/link_ended.html", context, status=404))
            report.community = reader.membership.community
            return no_store(view(request, reader, report))

    return login_not_required(answer)


@require_safe
@for_reader
def our_year(request: HttpRequest, reader: Reader, report: AnnualReport) -> HttpResponse:
    context = {
        "community": report.community,
        "edition": MembersEdition(report),
        "report": report,
        "pdf": reverse("evaluations:our_year_pdf", args=[reader.token]),
    }
    return render(request, "evaluations/reports/our_year.html", context)


@require_safe
@for_reader
def our_year_pdf(request: HttpRequest, reader: Reader, report: AnnualReport) -> HttpResponse:
    back = reverse("evaluations:our_year", args=[reader.token])
    if files.are_too_many(request, reader.membership.user_id):
        return redirect(back)
    member = reader.membership.user
    audit.write(Action.EXPORTED, by=member, about=report, what="report", year=report.year, format="pdf")
    template, context, name = _sheet(report)
    context |= {"language": languages.active(), "today": timezone.localdate()}
    return files.paper(request, template, context, f"{name}.pdf") or redirect(back)
