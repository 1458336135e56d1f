"""Objectives and operating rules."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cmtl.shortcuts import fetch
from communities import editing
from communities.forms.frame import Objectives, Rules, written
from communities.models import Community, Objective
from communities.views.shared import page


@require_http_methods(["GET", "HEAD", "POST"])
def edit_objectives(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.adopt")
    return edit_rows(
        request,
        community,
        "objectives.html",
        Objectives,
        rows=community.objectives.all,
        fields=editing.OBJECTIVE_FIELDS,
        save=lambda rows, shown: editing.set_objectives(community, rows, shown=shown),
        done=_("The objectives are saved."),
        first=[{"kind": kind, "state": Objective.State.ACTIVE} for kind in Objective.Kind],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_rules(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.adopt")
    each_time = bool(request.POST.get("each_time"))
    return edit_rows(
        request,
        community,
        "rules.html",
        Rules,
        rows=community.rules.all,
        fields=editing.RULE_FIELDS,
        save=lambda rows, shown: editing.set_rules(community, rows, shown=shown, each_time=each_time),
        done=_("The rules are saved."),
        first=[],
        each_time=each_time if request.method == "POST" else community.shows_rules_each_time,
    )


def edit_rows(request, community, template, formset_class, *, rows, fields, save, done, first, **context):
    """A short list edited whole. If somebody saved it in between, both are shown and nothing is written."""
    stored = list(rows())
    shown, status, conflict = editing.seen_rows(stored, fields), 200, None
    if request.method == "POST":
        formset = formset_class(request.POST, prefix="rows")
        status = 422
        if formset.is_valid():
            try:
                save(written(formset), request.POST.get("shown", ""))
            except editing.Conflict as changed:
                status, conflict = 409, changed.theirs
                shown = editing.seen_rows(changed.theirs, fields)
            else:
                messages.success(request, done)
                return redirect(community)
        else:
            shown = request.POST.get("shown", "")
    else:
        initial = [{"pk": row.pk, **{name: getattr(row, name) for name in fields}} for row in stored] or first
        formset = formset_class(prefix="rows", initial=initial)
        if not stored and first:
            formset.extra = 0
    return page(
        request,
        template,
        community,
        "detail",
        formset=formset,
        shown=shown,
        conflict=conflict,
        status=status,
        **context,
    )
