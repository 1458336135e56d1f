"""The last step of an annual report: what it lacks, its draft on paper, and the button that publishes it."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl import papers
from communities.models import Community
from evaluations.domain.reports import before_publishing as lacking
from evaluations.domain.reports import members_mail, publishing, writing
from evaluations.domain.reports import report as contents
from evaluations.models import AnnualReport
from evaluations.web.reports.reports import community_of

MENDED_IN = {  # where what a section tells is written; the others are words of a chapter
    "objectives": "communities:objectives",
    "meetings": "meetings:of_community",
    "satisfaction": "meetings:of_community",
    "learning": "evaluations:campaigns",
    "outcomes": "communities:outcomes",
    "testimonials": "communities:testimonials",
    "factors": "evaluations:vitality",
    "resources": "communities:budget",
}
WORDS_OF = {"context": "objectives", "next": "next"}  # section → chapter


@require_safe
def before_publishing(request, pk, year):
    community = community_of(request, pk, "evaluations.write_report", year)
    draft = _written(community, year)
    if draft is None:
        return redirect("evaluations:report", community.pk, year)
    told = contents.told_by(draft)
    context = {
        "community": community,
        "year": str(year),
        "draft": draft,
        "lacks": [(lack, _where(community, year, lack)) for lack in lacking.lacks(community, draft, told)],
        "last_chapter": writing.KEYS[-1],
        "may_publish": request.user.has_perm("evaluations.publish_report", community),
        "is_over": year < timezone.localdate().year,
        "mailed_to": members_mail.readers(community).count(),
    }
    return render(request, "evaluations/reports/before_publishing.html", context)


@require_safe
def draft_pdf(request, pk, year):
    """Drawn each time and never kept: « draft » stands on each of its pages."""
    community = community_of(request, pk, "evaluations.write_report", year)
    draft = _written(community, year)
    if draft is None:
        return redirect("evaluations:report", community.pk, year)
    template, context = contents.pdf_source(community, year, draft)
    audit.write(Action.EXPORTED, by=request.user, community=community, what="report_draft", year=year, format="pdf")
    name = f"brouillon-{slugify(community.name)}-{year}"
    back = reverse("evaluations:before_publishing", args=[community.pk, year])
    return papers.shown(request, template, context | {"is_draft": True}, name, back=back)


def _written(community: Community, year: int) -> AnnualReport | None:
    """What would be published: not the correction that nobody has begun."""
    draft = publishing.draft(community, year)
    draft.community = community
    return None if draft.version > 1 and draft.pk is None else draft


def _where(community: Community, year: int, lack: lacking.Lack) -> str:
    if name := MENDED_IN.get(lack.section):
        return reverse(name, args=[community.pk])
    chapter = lack.chapter or WORDS_OF.get(lack.section, writing.FIRST)
    return f"{reverse('evaluations:write_report', args=[community.pk, year])}?chapitre={chapter}"
