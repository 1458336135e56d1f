"""The hub of a community's settings: one card per page, each with what is set now.

A settings page adds its `Entry` to one of the groups below; `value` is one line, read from the community.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from cmtl import money
from cmtl.shortcuts import fetch
from cmtl.templatetags.cmtl import duration
from communities.domain.community import policies
from communities.domain.partners import budgeting, partnering
from communities.models import Community, MailSettings, Objective, Policies, RecordSheet, RoleAssignment
from communities.web.shared import page


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
    n = RoleAssignment.objects.in_force().filter(community=community).count()
    return ngettext("%(n)s role held here", "%(n)s roles held here", n) % {"n": n}


def policies_line(community: Community) -> str:
    rhythm = policies.shown_value("meetings_per_year", Policies.of(community).meetings_per_year)
    return f"{community.get_profile_display()} · {rhythm}"


def record_line(community: Community) -> str:
    sheet = RecordSheet.of(community)
    said = [sheet.sector, *sheet.issues, *sheet.reaches[:2]]
    return " · ".join(word for word in said if word) or gettext("nothing is written yet")


def links_line(community: Community) -> str:
    n = community.team_building_steps.filter(is_planned=True).count()
    return ngettext("%(n)s step planned", "%(n)s steps planned", n) % {"n": n}


def resource_persons_line(community: Community) -> str:
    n = community.resource_persons.filter(is_active=True).count()
    return ngettext("%(n)s person", "%(n)s people", n) % {"n": n}


def partners_line(community: Community) -> str:
    n = community.partners.current().count()
    return ngettext("%(n)s partner", "%(n)s partners", n) % {"n": n}


def evaluation_line(community: Community) -> str:
    foreseen = partnering.foreseen(community)
    if not foreseen.pk:
        return gettext("Not decided yet")
    if not foreseen.is_foreseen:
        return gettext("None is foreseen")
    return foreseen.team or gettext("Foreseen")


def budget_line(community: Community) -> str:
    budget = budgeting.budget_of(community)
    if not (budget.planned or budget.spent):
        return gettext("Nothing is written yet")
    return gettext("%(spent)s spent of %(planned)s") % {
        "spent": money.shown(budget.spent),
        "planned": money.shown(budget.planned),
    }


def recruitment_line(community: Community) -> str:
    return gettext("About %(time)s a year announced") % {"time": duration(community.effort_per_year)}


def subgroups_line(community: Community) -> str:
    n = community.sub_groups.count()
    return ngettext("%(n)s sub-group", "%(n)s sub-groups", n) % {"n": n}


def mails_line(community: Community) -> str:
    n = MailSettings.of(community).reminder_days
    if not n:
        return gettext("No reminder days before")
    return ngettext("Reminder %(n)s day before", "Reminder %(n)s days before", n) % {"n": n}


GROUPS: list[tuple[str | Promise, list[Entry]]] = [
    (
        gettext_lazy("The community"),
        [
            Entry(
                "communities:edit",
                gettext_lazy("What it is"),
                "pencil",
                lambda c: f"{c.get_status_display()} · {c.programme}" if c.programme else c.get_status_display(),
            ),
            Entry("communities:policies", gettext_lazy("Policies"), "sliders-horizontal", policies_line),
            Entry("communities:record", gettext_lazy("Record"), "file-text", record_line),
            Entry("communities:objectives", gettext_lazy("Objectives"), "target", objectives_line, "communities.adopt"),
            Entry("communities:rules", gettext_lazy("Operating rules"), "scale", rules_line, "communities.adopt"),
            Entry("communities:team_building_steps", gettext_lazy("Creating links"), "handshake", links_line),
            Entry("communities:resource_persons", gettext_lazy("Resource persons"), "life-buoy", resource_persons_line),
            Entry("communities:roles", gettext_lazy("Roles"), "key-round", roles_line, "communities.grant_roles"),
            Entry("communities:partners", gettext_lazy("Partners"), "handshake", partners_line),
            Entry(
                "communities:life",
                gettext_lazy("Life of the community"),
                "sprout",
                lambda c: c.get_status_display(),
                "communities.see_life",
            ),
            Entry(
                "evaluations:models",
                gettext_lazy("Models"),
                "package",
                lambda c: gettext("Rules, agenda and questionnaire in one file"),
                "communities.adopt",
            ),
            Entry("communities:budget", gettext_lazy("Budget"), "wallet", budget_line, "communities.see_budget"),
        ],
    ),
    (
        gettext_lazy("People"),
        [
            Entry(
                "communities:recruitment",
                gettext_lazy("Recruitment"),
                "user-plus",
                recruitment_line,
                "communities.manage_people",
            ),
            Entry("communities:subgroups", gettext_lazy("Sub-groups"), "users", subgroups_line),
        ],
    ),
    (
        gettext_lazy("Meetings"),
        [Entry("meetings:mail_settings", gettext_lazy("Mails"), "mail", mails_line, "meetings.word_mails")],
    ),
    (
        gettext_lazy("Evaluation and follow-up"),
        [
            Entry(
                "evaluations:vitality",
                gettext_lazy("Vitality"),
                "heart-pulse",
                lambda c: gettext("Six signs, six factors, year by year"),
                "evaluations.read_figures",
            ),
            Entry(
                "communities:foreseen_evaluation", gettext_lazy("External evaluation"), "microscope", evaluation_line
            ),
        ],
    ),
]


@require_safe
def show_settings(request, pk):
    community = fetch(
        request,
        Community.objects.select_related("programme", "record_sheet", "mail_settings", "policies"),
        pk=pk,
        may="communities.edit",
    )
    groups = [
        (title, [(entry, entry.value(community)) for entry in entries if request.user.has_perm(entry.may, community)])
        for title, entries in GROUPS
    ]
    return page(
        request,
        "communities/community/settings.html",
        community,
        "settings",
        groups=[(title, cards) for title, cards in groups if cards],
        set_aside=community.dismissed_alerts.select_related("by"),
    )
