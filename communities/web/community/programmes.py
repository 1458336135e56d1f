"""A programme: its own objectives, beside those of its communities."""

from django.db.models import Prefetch
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from cmtl.shortcuts import fetch
from communities.models import Community, Objective, Programme
from communities.web.community.record_forms import ProgrammeForm
from communities.web.shared import revise_with, saved


@require_safe
def show_programme(request, pk):
    programme = fetch(request, Programme, pk=pk)
    told = Objective.objects.exclude(state=Objective.State.DROPPED)
    inside = Community.objects.inside_for(request.user).filter(programme=programme)
    communities = list(inside.with_member_count().prefetch_related(Prefetch("objectives", told, to_attr="told")))
    context = {
        "programme": programme,
        "objectives": [line.strip() for line in programme.objectives.splitlines() if line.strip()],
        "communities": [c for c in communities if c.status != Community.Status.ARCHIVED],
        "archived": [c for c in communities if c.status == Community.Status.ARCHIVED],
        "may_edit": request.user.has_perm("communities.edit_programme", programme),
    }
    return render(request, "communities/community/programme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_programme(request, pk):
    programme = fetch(request, Programme, pk=pk, may="communities.edit_programme")
    name = programme.name  # the form writes what was typed into its instance, even when it is refused
    form, status, conflict = revise_with(ProgrammeForm(request.POST or None, programme=programme), programme)
    if status == 302:
        back = programme.get_absolute_url()
        return saved(request, form, may="communities.edit_programme", of=programme, back=back)
    programme.name = name
    context = {"programme": programme, "form": form, "conflict": conflict}
    return render(request, "communities/community/programme_edit.html", context, status=status)
