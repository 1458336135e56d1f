"""A light budget: what was planned, what was spent, and what a meeting costs."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl import money, undoing
from cmtl.shortcuts import fetch
from cmtl.tables import csv_response
from communities.domain import dates
from communities.domain.partners import budgeting, partnering
from communities.models import BudgetLine, Community
from communities.web.partners.forms import BudgetLineForm
from communities.web.shared import fetch_part, page, remove_part, revise_with, saved
from communities.web.undo import say_undoable


@require_http_methods(["GET", "HEAD", "POST"])
def show_budget(request, pk):
    """The lines and their totals; posting adds a line, once."""
    may = "communities.edit" if request.method == "POST" else "communities.see_budget"
    community = fetch(request, Community, pk=pk, may=may)
    form = BudgetLineForm(request.POST or None)
    if form.is_bound and form.is_valid():
        watched = undoing.Watched(community.budget_lines.all())
        BudgetLine.objects.get_or_create(
            creation_key=form.cleaned_data["key"] or form.initial["key"],
            defaults={"community": community, **form.changes()},
        )
        said = _("The line is added.")
        say_undoable(request, said, watched, may="communities.edit", of=community, back=request.path)
        return redirect(request.path)
    budget = budgeting.budget_of(community)
    held = dates.how_many_held(community)
    foreseen = partnering.foreseen(community)
    has_line = community.budget_lines.filter(category=BudgetLine.Category.EXTERNAL_EVALUATION).exists()
    return page(
        request,
        "communities/partners/budget.html",
        community,
        "settings",
        form=form,
        budget=budget,
        held=held,
        each=(2 * budget.spent + held) // (2 * held) if held else None,  # to the nearest cent
        forgotten=foreseen if foreseen.is_foreseen and not has_line else None,
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_line(request, pk):
    line = fetch_part(request, BudgetLine.objects, pk, may="communities.edit")
    form, status, conflict = revise_with(BudgetLineForm(request.POST or None, instance=line), line)
    if status == 302:
        back = reverse("communities:budget", args=[line.community_id])
        return saved(request, form, may="communities.edit", of=line.community, back=back)
    return page(
        request,
        "communities/partners/budget_line.html",
        line.community,
        "settings",
        form=form,
        line=line,
        conflict=conflict,
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def remove_line(request, pk):
    line = fetch_part(request, BudgetLine.objects, pk, may="communities.edit")
    return remove_part(
        request,
        line,
        title=_("Remove this line?"),
        warning=_("Its amounts leave the totals, and nothing of it stays."),
        done=_("The line is removed."),
        to="communities:budget",
    )


@require_safe
def export_budget(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.see_budget")
    header = [_("Category"), _("What for"), _("Date"), _("Planned"), _("Spent"), _("Remaining")]
    rows = [
        [
            line.category,
            line.label,
            line.on.isoformat() if line.on else "",
            money.plain(line.planned),
            money.plain(line.spent),
            money.plain(line.remaining),
        ]
        for line in budgeting.budget_of(community).entries
    ]
    name = f"budget-{slugify(community.name) or community.pk}-{timezone.localdate():%Y-%m-%d}.csv"
    audit.write(Action.EXPORTED, by=request.user, community=community, what="budget", format="csv")
    return csv_response(name, header, rows)
