"""What members suggest, sorted; what changes, with the answer that they are given."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl import undoing
from cmtl.shortcuts import fetch, validation_as_messages
from communities.models import Community
from communities.web.shared import fetch_part, page, remove_part, revise_with, saved
from communities.web.undo import say_undoable
from evaluations.domain import improvements
from evaluations.domain.improvements import Kind
from evaluations.web.improvements.forms import ImprovementForm
from meetings.models import Improvement

MAY = "evaluations.improve"
State = Improvement.State
DONE = {
    Kind.TOPIC: gettext_lazy("In the backlog of topics."),
    Kind.IMPROVEMENT: gettext_lazy("An improvement to consider."),
    Kind.THANKS: gettext_lazy("Read, and set aside."),
}


@require_safe
def list_improvements(request: HttpRequest, pk: int) -> HttpResponse:
    known = Community.objects.select_related("programme")
    community = fetch(request, known, pk=pk, may="evaluations.see_improvements")
    found = list(improvements.in_order(community))
    return page(
        request,
        "evaluations/improvements/improvements.html",
        community,
        "improvements",
        to_sort=improvements.to_sort([community]),
        in_progress=[one for one in found if not one.is_decided],
        decided=sorted((one for one in found if one.is_decided), key=lambda one: one.done_on, reverse=True),
        already_sorted=improvements.already_sorted(community),
        may_improve=request.user.has_perm(MAY, community),
    )


@require_POST
def sort_suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """One press each; or, with « aside », all those that the page showed."""
    community = fetch(request, Community, pk=pk, may=MAY)
    back = reverse("evaluations:improvements", args=[community.pk])
    watched = undoing.Watched(community.topics.all(), community.improvements.all(), community.sorted_suggestions.all())
    with validation_as_messages(request):
        if "aside" in request.POST:
            n = improvements.set_aside(community, request.POST.getlist("suggestion"), by=request.user)
            said = ngettext("%(n)s suggestion is set aside.", "%(n)s suggestions are set aside.", n) % {"n": n}
        else:
            kind, ref = request.POST.get("kind", ""), request.POST.get("suggestion", "")
            improvements.sort(community, ref, kind, request.POST.get("words", ""), by=request.user)
            said = str(DONE[Kind(kind)])
        say_undoable(request, said, watched, may=MAY, of=community, back=back)
    return redirect(f"{back}#a-trier")


@require_http_methods(["GET", "HEAD", "POST"])
def add_improvement(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may=MAY)
    form = ImprovementForm(request.POST or None)
    if form.is_bound and form.is_valid():
        watched, back = undoing.Watched(community.improvements.all()), reverse("evaluations:improvements", args=[pk])
        try:
            improvements.write(community, form.changes(), by=request.user)
        except ValidationError as error:
            form.add_error("wording", error)
        else:
            say_undoable(request, _("The improvement is noted."), watched, may=MAY, of=community, back=back)
            return redirect(back)
    status = 422 if form.is_bound else 200
    template = "evaluations/improvements/improvement.html"
    return page(request, template, community, "improvements", status=status, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_improvement(request: HttpRequest, pk: int) -> HttpResponse:
    improvement = fetch_part(request, Improvement.objects.select_related("written_by"), pk, may=MAY)
    form = ImprovementForm(request.POST or None, instance=improvement)
    form, status, conflict = revise_with(form, improvement, improvements.revise)
    if status == 302:
        back = reverse("evaluations:improvements", args=[improvement.community_id])
        return saved(request, form, may=MAY, of=improvement.community, back=back, sentence=_said(form))
    return page(
        request,
        "evaluations/improvements/improvement.html",
        improvement.community,
        "improvements",
        status=status,
        form=form,
        improvement=improvement,
        conflict=conflict,
    )


def _said(form: ImprovementForm) -> str:
    """What was saved, with what is missing for members to be told."""
    said = form.cleaned_data
    if said["state"] in Improvement.DECIDED and not said["answer"]:
        return _("Saved. Without an answer, members are told nothing of it.")
    if said["changes_frame"] and not said["agreed_on"] and said["state"] != State.NOT_KEPT:
        return _("Saved. It changes what members agreed on: their agreement is not noted yet.")
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
def remove_improvement(request: HttpRequest, pk: int) -> HttpResponse:
    improvement = fetch_part(request, Improvement.objects.all(), pk, may=MAY)
    return remove_part(
        request,
        improvement,
        title=_("Remove this improvement?"),
        warning=_(
            "Nothing of it stays, and the suggestion that it came from is to be sorted again. What you will not do is "
            "« Not kept », with a word that says why."
        ),
        done=_("The improvement is removed."),
        to="evaluations:improvements",
        remove=improvements.remove,
    )
