"""How a community is doing: signs, factors, years side by side."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cmtl import undoing
from cmtl.numbers import parse_int
from cmtl.shortcuts import fetch, validation_as_messages
from communities.domain.reach import reach_of
from communities.models import Community
from communities.web.undo import say_undoable
from evaluations.domain import vitality
from evaluations.domain.overview import early
from evaluations.domain.who_comes import WhoComes
from evaluations.models import FactorRating

LATEST = 3  # of what helped or hindered
with_rule = Community.objects.select_related("programme", "decline_rule")


@require_safe
def show_board(request, pk):
    community = fetch(request, with_rule, pk=pk, may="evaluations.read_figures")
    board = vitality.Board(community)
    warnings = early.warnings_of(community)
    context = {
        "community": community,
        "board": board,
        "signs": list(board.signs()),
        "factors": board.factors(),
        "warnings": warnings,
        "may_edit": request.user.has_perm("communities.edit", community),
        "may_rate": request.user.has_perm("evaluations.rate_vitality", community),
        "reads_notes": request.user.has_perm("evaluations.see_vitality_notes", community),
        "influences": None,
        "who_comes": WhoComes(community, board.year.year),
    }
    if request.user.has_perm("communities.see_contacts", community):
        context["reach"] = reach_of(community)
    if request.user.has_perm("evaluations.read_influences", community):
        context["influences"] = community.influences.select_related("by")[:LATEST]
        context["may_note"] = request.user.has_perm("evaluations.note_influence", community)
    return render(request, "evaluations/vitality/vitality.html", context)


@require_POST
def rate_factor(request, pk):
    community = fetch(request, Community, pk=pk, may="evaluations.rate_vitality")
    data, back = request.POST, reverse("evaluations:vitality", args=[community.pk])
    watched = undoing.Watched(FactorRating.objects.filter(community=community, factor=data.get("factor", "")))
    with validation_as_messages(request):
        level = parse_int(data.get("level", ""))
        rating = vitality.rate(community, data.get("factor", ""), level, data.get("note", ""), by=request.user)
        said = _("Your rating is kept: %(factor)s.") % {"factor": rating.get_factor_display()}
        say_undoable(request, said, watched, may="evaluations.rate_vitality", of=community, back=back)
    return redirect(back)
