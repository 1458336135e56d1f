"""What people of a community lack and might have together: who needs, who offers, who pays what."""

from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl import editing, money, undoing
from cmtl.shortcuts import fetch
from cmtl.tables import csv_response
from cmtl.undoing import say_done
from communities.domain import outcomes
from communities.models import Community, Need, Party
from communities.web.outcomes.forms import NeedForm, NewNeedForm, PartyForm, SplitForm
from communities.web.outcomes.outcomes import (
    MAY_WRITE,
    PER_PAGE,
    add_entry,
    edit_entry,
    entry_of,
    file_name,
    remove_entry,
    restore_entry,
)
from communities.web.shared import page
from communities.web.undo import say_undoable

MAY_SEE = "communities.see_needs"
SHORT = 12  # lists that one looks through without searching
WITH_PARTIES = ["parties__organisation", "parties__membership__user"]


@require_safe
def list_needs(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may=MAY_SEE)
    every, words = community.needs.kept(), request.GET.get("q", "")[:100]
    needs = every.containing(words, *Need.WRITTEN).prefetch_related(*WITH_PARTIES)
    return page(
        request,
        "communities/outcomes/needs.html",
        community,
        "outcomes",
        open_needs=needs.filter(met_at=None),
        met=Paginator(needs.exclude(met_at=None).order_by("-met_at"), PER_PAGE).get_page(request.GET.get("page")),
        words=words,
        shows_search=every.count() > SHORT,
        may_write=request.user.has_perm(MAY_WRITE, community),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def add_need(request, pk):
    community = fetch(request, Community, pk=pk, may=MAY_WRITE)
    form = NewNeedForm(request.POST or None, instance=Need(community=community), by=request.user)

    def first_party(need):
        outcomes.join_need(need, Party.Side.NEEDS, form.cleaned_data["needed_by"])

    return add_entry(
        request,
        community,
        form,
        "communities/outcomes/need_form.html",
        _("The need is on the board."),
        then=first_party,
    )


@require_safe
def show_need(request, pk):
    need, community = entry_of(request, Need.objects.prefetch_related(*WITH_PARTIES), pk, may=MAY_SEE)
    return show(request, need, community)


def show(request, need, community, *, status=200, **forms):
    """The page, with the form that was refused in place of the blank one."""
    may_write = request.user.has_perm(MAY_WRITE, community) and not need.removed_at
    if may_write:
        possible = outcomes.possible_parties(community)
        mine = outcomes.party_of(community, request.user)
        for side in Party.Side.values:
            forms.setdefault(side, PartyForm(possible=possible, side=side, speaks_for=mine))
    context = {"need": need, "shares": priced(need), "parts": parts_of(need), "may_write": may_write, **forms}
    return page(request, "communities/outcomes/need.html", community, "outcomes", status=status, **context)


def priced(need) -> list[dict]:
    return [{"party": party, "amount": money.shown(cents, exact=True)} for party, cents in need.shares()]


def parts_of(need) -> int:
    return sum(party.weight for party in need.needing)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_need(request, pk):
    need, community = entry_of(request, Need, pk, may=MAY_WRITE)
    return edit_entry(
        request, community, NeedForm(request.POST or None, instance=need), "communities/outcomes/need_form.html"
    )


@require_POST
def join_need(request, pk):
    need, community = entry_of(request, Need.objects.prefetch_related(*WITH_PARTIES), pk, may=MAY_WRITE)
    side = request.POST.get("side", "")
    form = PartyForm(request.POST, possible=outcomes.possible_parties(community), side=side)
    if not form.is_valid():
        return show(request, need, community, status=422, **{side: form} if side in Party.Side.values else {})
    party = outcomes.join_need(need, side, form.cleaned_data["who"], form.cleaned_data.get("offer", ""))
    say_done(request, _("%(who)s is added.") % {"who": party}, reverse("communities:leave_need", args=[pk, party.pk]))
    return redirect(need)


@require_POST
def leave_need(request, pk, party):
    need, community = entry_of(request, Need, pk, may=MAY_WRITE)
    left = get_object_or_404(need.parties, pk=party)
    said, watched = _("%(who)s is taken off.") % {"who": left}, undoing.Watched(left)
    left.delete()
    say_undoable(request, said, watched, may=MAY_WRITE, of=community, back=need.get_absolute_url())
    return redirect(need)


@require_POST
def settle_need(request, pk):
    need, community = entry_of(request, Need, pk, may=MAY_WRITE)
    watched = undoing.Watched(need)
    need.settle(met=request.POST.get("met") == "yes")
    said = _("This need is met.") if need.is_met else _("This need is open again.")
    say_undoable(request, said, watched, may=MAY_WRITE, of=community, back=need.get_absolute_url())
    return redirect(need)


@require_http_methods(["GET", "HEAD", "POST"])
def split_need(request, pk):
    need, community = entry_of(request, Need.objects.prefetch_related(*WITH_PARTIES), pk, may=MAY_WRITE)
    form = SplitForm(request.POST or None, need=need)
    status, conflict = 422 if form.is_bound else 200, False
    if request.method == "POST" and form.is_valid():
        told, watched = form.cleaned_data, undoing.Watched(need, need.parties.all())
        try:
            outcomes.share_cost(need, told["cost"], form.weights(), by_share=told["by_share"], shown=told["shown"])
        except editing.Conflict as first:
            status, conflict, need = 409, True, first.theirs
            form = form.again(outcomes.seen_split(need))
        else:
            undo = {"may": MAY_WRITE, "of": community, "back": need.get_absolute_url()}
            say_undoable(request, _("The cost is shared."), watched, **undo)
            return redirect(need)
    stored = {"shares": priced(need), "parts": parts_of(need)} if conflict else {}
    context = {"need": need, "form": form, "conflict": conflict, **stored}
    return page(request, "communities/outcomes/need_split.html", community, "outcomes", status=status, **context)


@require_safe
def export_split(request, pk):
    need, community = entry_of(request, Need.objects.prefetch_related(*WITH_PARTIES), pk, may=MAY_SEE)
    shares = need.shares()
    rows = [[str(party), party.weight if need.is_split_by_share else 1, money.plain(cents)] for party, cents in shares]
    total = [_("Total"), sum(row[1] for row in rows), money.plain(need.cost or 0)]
    header = [_("Who pays"), _("Parts"), _("Amount ($)")]
    audit.write(Action.EXPORTED, by=request.user, community=community, what="cost_shares", format="csv")
    return csv_response(file_name(community, need.what[:40]), header, [*rows, total])


@require_POST
def remove_need(request, pk):
    return remove_entry(request, Need, pk)


@require_POST
def restore_need(request, pk):
    return restore_entry(request, Need, pk)
