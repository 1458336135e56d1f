"""The hub of a community's settings: one card per page, each with what is set now.

A settings page adds its `Entry` to one of the groups below; `value` is one line, read from the community.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from cmtl.shortcuts import fetch
from communities.models import Community, Grant, Objective
from communities.views.shared import page


@dataclass(frozen=True)
class Entry:
    url_name: str
    title: str | Promise
    icon: str
    value: Callable[[Community], str]
    may: str = "communities.edit"


def objectives_line(community: Community) -> str:
    n = community.objectives.filter(state=Objective.State.ACTIVE).count()
    return ngettext("%(n)s objective in progress", "%(n)s objectives in progress", n) % {"n": n}


def rules_line(community: Community) -> str:
    n = community.rules.filter(is_active=True).count()
    return ngettext("%(n)s rule applies", "%(n)s rules apply", n) % {"n": n}


def roles_line(community: Community) -> str:
    n = Grant.objects.in_force().filter(community=community).count()
    return ngettext("%(n)s role held here", "%(n)s roles held here", n) % {"n": n}


GROUPS: list[tuple[str | Promise, list[Entry]]] = [
    (
        gettext_lazy("The community"),
        [
            Entry(
                "communities:edit",
                gettext_lazy("What it is"),
                "pencil",
                lambda c: f"{c.get_profile_display()} · {c.get_status_display()}",
            ),
            Entry("communities:objectives", gettext_lazy("Objectives"), "target", objectives_line, "communities.adopt"),
            Entry("communities:rules", gettext_lazy("Operating rules"), "scale", rules_line, "communities.adopt"),
            Entry("communities:roles", gettext_lazy("Roles"), "key-round", roles_line, "communities.grant_roles"),
        ],
    ),
    (gettext_lazy("People"), []),
    (gettext_lazy("Meetings"), []),
    (gettext_lazy("Evaluation and follow-up"), []),
]


@require_safe
def show_settings(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="communities.edit")
    groups = [
        (title, [(entry, entry.value(community)) for entry in entries if request.user.has_perm(entry.may, community)])
        for title, entries in GROUPS
    ]
    return page(
        request,
        "settings.html",
        community,
        "settings",
        groups=[(title, cards) for title, cards in groups if cards],
        set_aside=community.set_aside.select_related("by"),
    )
