"""Cards that tell a practice worth taking up, or a mistake worth avoiding."""

from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl.shortcuts import fetch
from communities.models import Community, PracticeCard
from communities.web.outcomes.forms import CardFilter, PracticeCardForm
from communities.web.outcomes.outcomes import (
    MAY_WRITE,
    PER_PAGE,
    add_entry,
    edit_entry,
    entry_of,
    remove_entry,
    restore_entry,
)
from communities.web.shared import page


@require_safe
def list_practices(request, pk):
    community, narrowing, cards = asked_for(request, pk)
    return page(
        request,
        "communities/outcomes/practices.html",
        community,
        "outcomes",
        cards=Paginator(cards, PER_PAGE).get_page(request.GET.get("page")),
        narrowing=narrowing,
        may_write=request.user.has_perm(MAY_WRITE, community),
    )


@require_safe
def print_practices(request, pk):
    """All that the list shows, whole, one after another, without contacts."""
    community, narrowing, cards = asked_for(request, pk)
    return page(
        request, "communities/outcomes/practices_print.html", community, "outcomes", cards=cards, narrowing=narrowing
    )


def asked_for(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="communities.read")
    narrowing = CardFilter(request.GET)
    return community, narrowing, narrowing.narrow(community.practice_cards.kept())


@require_safe
def show_practice(request, pk):
    card, community = entry_of(request, PracticeCard.objects.select_related("created_by"), pk)
    return page(
        request,
        "communities/outcomes/practice.html",
        community,
        "outcomes",
        card=card,
        may_write=request.user.has_perm(MAY_WRITE, community),
        may_see_people=request.user.has_perm("communities.see_people", community),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_practice(request, pk):
    community = fetch(request, Community, pk=pk, may=MAY_WRITE)
    form = PracticeCardForm(request.POST or None, instance=PracticeCard(community=community))
    return add_entry(
        request, community, form, "communities/outcomes/practice_form.html", _("The card is there for everyone.")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_practice(request, pk):
    card, community = entry_of(request, PracticeCard, pk, may=MAY_WRITE)
    return edit_entry(
        request,
        community,
        PracticeCardForm(request.POST or None, instance=card),
        "communities/outcomes/practice_form.html",
    )


@require_POST
def remove_practice(request, pk):
    return remove_entry(request, PracticeCard, pk)


@require_POST
def restore_practice(request, pk):
    return restore_entry(request, PracticeCard, pk)
