"""The register of outcomes, and what its pages share with those of needs and practice cards."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl import money, undoing
from cmtl.shortcuts import fetch
from cmtl.tables import csv_response
from cmtl.undoing import say_done
from communities.domain import dates, outcomes
from communities.models import Community, Need, Outcome, PracticeCard
from communities.web.outcomes.forms import OutcomeFilter, OutcomeForm
from communities.web.shared import page, save_over
from communities.web.undo import say_undoable

PER_PAGE = 50
MAY_WRITE = "communities.record_outcomes"
NAMES = {Outcome: "outcome", Need: "need", PracticeCard: "practice"}


@require_safe
def list_outcomes(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="communities.read")
    every = Outcome.objects.visible_to(request.user).kept().filter(community=community)
    narrowing = OutcomeFilter(request.GET)
    found = narrowing.narrow(every).prefetch_related("organisations")
    return page(
        request,
        "communities/outcomes/outcomes.html",
        community,
        "outcomes",
        outcomes=Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        narrowing=narrowing,
        advances=counted(every, "advance", Outcome.Advance),
        may_write=request.user.has_perm(MAY_WRITE, community),
        may_export=request.user.has_perm("communities.export_outcomes", community),
    )


def counted(found, field, choices) -> list[dict]:
    """How many of each choice, those without any left out."""
    counts = dict(found.order_by().values_list(field).annotate(n=Count("pk")))
    return [{"value": c.value, "label": c.label, "n": counts[c.value]} for c in choices if counts.get(c.value)]


@require_safe
def export_outcomes(request, pk):
    """As narrowed on the page."""
    community = fetch(request, Community, pk=pk, may="communities.export_outcomes")
    every = Outcome.objects.visible_to(request.user).kept().filter(community=community)
    found = OutcomeFilter(request.GET).narrow(every).select_related("objective").prefetch_related("organisations")
    header = [
        _("Date"),
        _("Title"),
        _("Kind"),
        _("For a project already shared"),
        _("Expected or not"),
        _("Stage"),
        _("Partners"),
        _("Funded by"),
        _("Amount ($)"),
        _("Objective"),
        _("Visible to the members"),
        _("Description"),
    ]
    rows = [
        [
            outcome.happened_on.isoformat(),
            outcome.title,
            outcome.get_kind_display(),
            outcome.get_advance_display(),
            _("Expected") if outcome.is_expected else _("Unexpected"),
            outcome.get_stage_display(),
            ", ".join([*(str(o) for o in outcome.organisations.all()), *filter(None, [outcome.other_partners])]),
            outcome.funder,
            "" if outcome.amount is None else money.plain(outcome.amount),
            outcome.objective or "",
            _("yes") if outcome.is_shared else _("no"),
            outcome.description,
        ]
        for outcome in found
    ]
    audit.write(Action.EXPORTED, by=request.user, community=community, what="outcomes", format="csv")
    return csv_response(file_name(community, _("outcomes")), header, rows)


def file_name(community, what: str) -> str:
    return f"{slugify(community.name) or community.pk}-{slugify(what)}-{timezone.localdate():%Y-%m-%d}.csv"


@require_safe
def show_outcome(request, pk):
    outcome, community = entry_of(request, Outcome.objects.select_related("objective", "created_by"), pk)
    return page(
        request,
        "communities/outcomes/outcome.html",
        community,
        "outcomes",
        outcome=outcome,
        meeting=meeting_of(outcome),
        stages=outcome.stage_changes.select_related("by"),
        may_write=request.user.has_perm(MAY_WRITE, community),
        may_see_people=request.user.has_perm("communities.see_people", community),
    )


def meeting_of(outcome):
    """The meeting it was born at, found by its day where the community lives."""
    if not outcome.meeting_on:
        return None
    return dates.held_on(outcome.community, outcome.meeting_on)


@require_http_methods(["GET", "HEAD", "POST"])
def add_outcome(request, pk):
    community = fetch(request, Community, pk=pk, may=MAY_WRITE)
    form = OutcomeForm(request.POST or None, instance=Outcome(community=community))
    return add_entry(
        request, community, form, "communities/outcomes/outcome_form.html", _("The outcome is in the register.")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_outcome(request, pk):
    outcome, community = entry_of(request, Outcome, pk, may=MAY_WRITE)
    form = OutcomeForm(request.POST or None, instance=outcome)
    return edit_entry(request, community, form, "communities/outcomes/outcome_form.html")


@require_POST
def remove_outcome(request, pk):
    return remove_entry(request, Outcome, pk)


@require_POST
def restore_outcome(request, pk):
    return restore_entry(request, Outcome, pk)


# ------------------------------------------------------------ for every kind of entry


def entry_of(request, source, pk, *, may="communities.read"):
    """An entry and its community. One that was removed exists for those alone who could put it back."""
    entry = fetch(request, source, pk=pk)
    community = fetch(request, Community.objects.select_related("programme"), pk=entry.community_id, may=may)
    if entry.removed_at and not request.user.has_perm(MAY_WRITE, community):
        raise Http404
    return entry, community


def add_entry(request, community, form, template, done, *, then=None):
    """A form sent twice writes once. `then` is what else the new entry needs, in the same transaction."""
    if request.method == "POST" and form.is_valid():
        watched = undoing.Watched(*_entries_of(form._meta.model, community))
        try:
            entry = outcomes.record(
                form._meta.model, community, form.written(), key=form.cleaned_data["key"], by=request.user
            )
            if then:
                then(entry)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            back = reverse(f"communities:{NAMES[type(entry)]}s", args=[community.pk])
            say_undoable(request, done, watched, may=MAY_WRITE, of=community, back=back)
            return redirect(entry)
    return page(request, template, community, "outcomes", form=form, status=422 if form.is_bound else 200)


def _entries_of(model, community):
    """Those of a kind, and what hangs from each."""
    hanging = [one for one in model._meta.related_objects if one.one_to_many]
    parts = [one.related_model._base_manager.filter(**{f"{one.field.name}__community": community}) for one in hanging]
    return [model._base_manager.filter(community=community), *parts]


def edit_entry(request, community, form, template):
    """If somebody saved it in between, both are shown and nothing is written."""
    entry = form.instance
    title = str(type(entry).objects.get(pk=entry.pk)) if form.is_bound else str(entry)
    form, status, conflict = save_over(
        form,
        lambda: outcomes.revise(entry, form.written(), shown=form.cleaned_data["shown"], by=request.user),
        outcomes.entry_shown,
        watches=[entry, *([entry.stage_changes.all()] if isinstance(entry, Outcome) else [])],
    )
    if status == 302:
        undo = {"may": MAY_WRITE, "of": community, "back": entry.get_absolute_url()}
        say_undoable(request, _("The changes are saved."), form.watched, **undo)
        return redirect(entry)
    context = {"form": form, "entry": entry, "entry_title": title, "conflict": conflict}
    return page(request, template, community, "outcomes", status=status, **context)


def remove_entry(request, model, pk):
    entry, _community = entry_of(request, model, pk, may=MAY_WRITE)
    outcomes.remove(entry)
    said = _("“%(name)s” is removed.") % {"name": Truncator(entry).chars(60)}
    say_done(request, said, reverse(f"communities:restore_{NAMES[model]}", args=[pk]))
    return redirect(f"communities:{NAMES[model]}s", entry.community_id)


def restore_entry(request, model, pk):
    entry, _community = entry_of(request, model, pk, may=MAY_WRITE)
    outcomes.restore_entry(entry)
    messages.success(request, _("It is back in its place."))
    return redirect(entry)
