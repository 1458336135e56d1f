"""The board of the five causes: read, and acted on in one press."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cmtl import undoing
from cmtl.shortcuts import fetch, validation_as_messages
from communities.models import Community
from communities.web.shared import page
from communities.web.undo import say_undoable
from evaluations.domain.diagnosis import acting
from evaluations.domain.diagnosis.board import Diagnosis
from evaluations.models import RetainedCause

MAY = "evaluations.act_on_decline"
with_programme = Community.objects.select_related("programme", "decline_rule")


@require_safe
def show_diagnosis(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, with_programme, pk=pk, may="evaluations.read_figures")
    board = Diagnosis(community, request.user)
    return page(
        request,
        "evaluations/diagnosis/diagnosis.html",
        community,
        "vitality",
        board=board,
        kept=board.kept(),
        may_edit=request.user.has_perm("communities.edit", community),
        may_set_rule=request.user.has_perm("evaluations.set_surveys", community),
    )


@require_POST
def retain_cause(request: HttpRequest, pk: int) -> HttpResponse:
    """Remember what is chosen, and lead to where it is done; what takes one press is done here."""
    community = fetch(request, with_programme, pk=pk, may=MAY)
    action, back = request.POST.get("action", ""), reverse("evaluations:diagnosis", args=[pk])
    if action not in RetainedCause.Action.values:
        return redirect(back)
    acts = acting.Acts(community, request.user)
    offered = acts.offered(action)
    if offered is None:
        raise PermissionDenied
    if not offered.is_remembered:
        return redirect(offered.url)
    watched = undoing.Watched(community.retained_causes.all(), community.own_questions.all())
    with validation_as_messages(request):
        said = _do(acts, offered, request)
        may = "evaluations.set_surveys" if offered.is_done_here else MAY
        say_undoable(request, said, watched, may=may, of=community, back=back)
    return redirect(back if offered.is_done_here else offered.url)


def _do(acts: acting.Acts, offered: acting.Offered, request: HttpRequest) -> str:
    if offered.is_done_here:
        acting.add_questions(acts.community, acts.lacking_questions, by=request.user)
        acting.retain(acts.community, offered.action, by=request.user)
        return _("Two questions are asked at the end of the next meetings, until you remove them.")
    retained = acting.retain(acts.community, offered.action, by=request.user)
    return _("Cause retained: %(cause)s. The diagnosis will say what came of it.") % {
        "cause": retained.get_cause_display()
    }
