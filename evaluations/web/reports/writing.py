"""Writing an annual report, a chapter at a time beside its figures."""

from typing import Any

from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cmtl import undoing
from cmtl.numbers import parse_ints
from communities.domain.testimonials import choosing, testimonials
from communities.models import Testimonial
from communities.web.undo import say_undoable
from evaluations.domain import improvements, influences
from evaluations.domain.campaigns import agreeing
from evaluations.domain.reports import proposals, publishing, quoting, sections, writing
from evaluations.domain.reports import report as contents
from evaluations.models import AnnualReport, Campaign, ObjectiveRating
from evaluations.web.reports import report_forms
from evaluations.web.reports.reports import community_of

LAST = "publish"  # the step after the chapters


@require_http_methods(["GET", "HEAD", "POST"])
def write_report(request, pk, year):
    """One chapter: its figures, and the words that go with them. Saved as one types (`htmx`), or by the button."""
    community = community_of(request, pk, "evaluations.write_report", year)
    chapter = request.GET.get("chapitre", "")
    context = _context(request, community, year, chapter if chapter in writing.KEYS else writing.FIRST)
    if request.method != "POST":
        return _page(request, context)
    form, rating_forms = context["form"], context["rating_forms"]
    are_valid = [one.is_valid() for one in (form, *rating_forms)]
    if _is_as_shown(context) and not request.htmx:
        return redirect(_where_next(request, context))
    if not all(are_valid):
        return _page(request, context, 422)
    if changed := _changed_since(request, context):
        return _conflict(request, context, changed)
    return _save(request, context)


def _save(request, context):
    community, year, chapter = context["community"], context["draft"].year, context["chapter"].key
    form, evaluation = context["form"], context["evaluation"]
    words, told = form.words, context["ticked"] if chapter == writing.INFLUENCED else None
    if chapter == writing.QUOTED:
        words |= {"quoted": sorted(context["quoted"])}
    ratings = report_forms.ratings_in(context["rating_forms"])
    watched = undoing.Watched(*_written_of(community, year), *_agreement_of(evaluation, request.user))
    if not writing.write_chapter(community, year, chapter, form.shown, words, ratings, told):
        return _conflict(request, context)
    if evaluation:
        agreeing.agree(evaluation, request.user, agrees=context["agrees"])
    saved = publishing.draft(community, year)
    if request.htmx:
        return _said(request, context | _marks(community, saved, chapter) | {"saved_at": timezone.now()})
    said = _("The report is saved. Nobody reads it before it is published.")
    watched.while_unchanged(saved, "published_at")
    undo = {"may": "evaluations.write_report", "of": community, "back": request.get_full_path()}
    say_undoable(request, said, watched, **undo)
    return redirect(_where_next(request, context))


def _context(request, community, year, chapter) -> dict[str, Any]:
    """What is written in this chapter; its figures are gathered for a whole page alone (`_page`)."""
    draft = publishing.draft(community, year)
    ratings = publishing.ratings_of(community, year) if chapter == writing.RATED else {}
    evaluation = agreeing.asked_to_agree(community, year, request.user) if chapter == writing.AGREED else None
    offered = influences.offered(community, year) if chapter == writing.INFLUENCED else []
    marks = _marks(community, draft, chapter)
    posted = _with_what_is_taken(request, community, draft, chapter) if request.method == "POST" else None
    return {
        "community": community,
        "year": str(year),
        "draft": draft,
        "chapter": next(one for one in sections.chapters() if one.key == chapter),
        "form": report_forms.ReportForm(posted, instance=draft, initial=marks, chapter=chapter),
        "rating_forms": report_forms.rating_forms(community, ratings, posted) if chapter == writing.RATED else [],
        "ratings": ratings,
        "offered": offered,
        "ticked": _ticked(request, offered),
        "evaluation": evaluation,
        "agreed": evaluation and evaluation.tell_facilitation.filter(pk=request.user.pk).exists(),
        "agrees": evaluation and _agrees(request, evaluation),
        "accepted": improvements.to_take_up(community) if chapter == writing.INFLUENCED else [],
        "tells_influences": chapter == writing.INFLUENCED,
        "quotes": chapter == writing.QUOTED,
        "rates": chapter == writing.RATED,
        "writes": bool(writing.WORDS[chapter] or evaluation or draft.version > 1),
        "testimonials": [],
        "quoted": set(),
        **(_testimonials(request, community, draft) if chapter == writing.QUOTED else {}),
        **{name: (posted or marks).get(name, "") for name in marks},
    }


def _with_what_is_taken(request, community, draft: AnnualReport, chapter) -> QueryDict:
    """What is typed and, where « Take » was pressed, the sentence after it."""
    key, words = request.POST.get("take"), proposals.TAKEN_BY.get(chapter)
    if not key or not words:
        return request.POST
    told, posted = contents.CommunityYear.gather(community, draft.year), request.POST.copy()
    posted[words] = proposals.taken(told, chapter, key, posted.get(words, ""))
    return posted


def _marks(community, draft: AnnualReport, chapter: str) -> dict:
    """What the page shows, for the next saving to compare."""
    seen = writing.seen(community, draft, chapter)
    return {"version": draft.version, "edit_version": draft.edit_version, "seen": seen}


def _page(request, context, status=200):
    """With the figures alone beside the words: what one writes is not shown twice."""
    if request.htmx and status != 200:
        return _said(request, context, status)
    community, draft = context["community"], publishing.draft(context["community"], int(context["year"]))
    told = contents.CommunityYear.gather(community, draft.year)
    figures = AnnualReport(community=community, year=draft.year, version=draft.version)
    parts = sections.contents_of(told, figures)
    unrated = sum(not objective.level for objective in told.objectives)
    steps = [(one, writing.waiting(draft, one.key, unrated)) for one in parts.chapters]
    here = context["chapter"].key
    chapter = next(one for one in parts.chapters if one.key == here)
    context |= {"told": told, "report": figures, "contents": parts, "chapter": chapter, "steps": steps}
    if words := proposals.TAKEN_BY.get(here):
        context["proposals"] = proposals.proposed(told, here, context["form"][words].value() or "")
    context |= {"before": writing.neighbour(here, -1), "after": writing.neighbour(here, 1)}
    return render(request, "evaluations/reports/report_form.html", context, status=status)


def _said(request, context, status=200):
    """To a page that saves itself: when, or why not. What it showed stays what is compared, until it is saved."""
    return render(request, "evaluations/reports/_report_saved.html", context, status=status)


def _is_as_shown(context) -> bool:
    """Whoever only reads from chapter to chapter writes nothing."""
    form, evaluation = context["form"], context["evaluation"]
    words = {name: form.data.get(name, "") for name in form.Meta.fields if name in form.fields}
    ratings = report_forms.typed_in(context["rating_forms"])
    typed = writing.shown(words, ratings, context["quoted"], context["ticked"])
    return typed == form.data.get("seen") and not (evaluation and context["agrees"] != context["agreed"])


def _where_next(request, context) -> str:
    """Where the button that was pressed leads; the first one, to the chapter after."""
    asked, community, year = request.POST.get("go", ""), context["community"], context["year"]
    if "take" in request.POST:
        asked = context["chapter"].key
    if asked == "report":
        draft = publishing.draft(community, int(year))
        return draft.get_absolute_url() + (f"?version={draft.version}" if draft.pk else "")
    following = asked if asked in (*writing.KEYS, LAST) else writing.neighbour(context["chapter"].key, 1) or LAST
    if following == LAST:
        return reverse("evaluations:before_publishing", args=[community.pk, year])
    return f"{reverse('evaluations:write_report', args=[community.pk, year])}?chapitre={following}"


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
    if not ticked:
        return []
    changed = choosing.read_while_writing({one: shown.get(str(one.pk), "") for one in ticked})
    context["quoted"] -= {one.pk for one in changed}
    return changed


def _conflict(request, context, changed=()):
    """Both texts, and a form that goes on from what is saved now. A page that saves itself says it in a line alone: its
    button leads here."""
    if request.htmx:
        return _said(request, context | {"is_conflict": True}, 409)
    of = context["community"], context["draft"].year
    theirs = publishing.draft(*of)
    now = context["form"].data.copy()
    now["version"], now["edit_version"] = theirs.version, theirs.edit_version
    chapter = context["chapter"].key
    now["seen"] = writing.seen(context["community"], theirs, chapter)
    form = report_forms.ReportForm(now, instance=publishing.draft(*of), chapter=chapter)
    form.is_valid()
    ratings = publishing.ratings_of(*of)
    differences = [
        (form[name].label, getattr(theirs, name))
        for name in report_forms.ReportForm.Meta.fields
        if name in form.fields and (getattr(theirs, name) or "").split() != (now.get(name) or "").split()
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
    context |= {name: now[name] for name in ("version", "edit_version", "seen")}
    return _page(request, context, 409)
