"""The settings of a community: all of them in a list, each with what is set now.

A settings page adds its `Entry` to one of the groups below; `value` is one line, read from the community.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from cmtl import money
from cmtl.shortcuts import fetch
from cmtl.templatetags.cmtl import duration
from communities.domain.community import policies
from communities.domain.partners import budgeting, partnering
from communities.models import (
    Community,
    DeclineRule,
    MailSettings,
    Objective,
    Policies,
    RecordSheet,
    RoleAssignment,
    SurveySettings,
)
from communities.web.shared import page


@dataclass(frozen=True)
class Entry:
    """`words` are those by which somebody may look for it, beside its title."""

    url_name: str
    title: str | Promise
    value: Callable[[Community], str]
    words: str | Promise
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


def survey_line(community: Community) -> str:
    n = SurveySettings.of(community).survey_reminders
    if not n:
        return gettext("No reminder")
    return ngettext("%(n)s reminder", "%(n)s reminders", n) % {"n": n}


def decline_line(community: Community) -> str:
    return gettext("At %(n)s %% of the usual") % {"n": DeclineRule.of(community).decline_percent}


def own_questions_line(community: Community) -> str:
    n = community.own_questions.count()
    return ngettext("%(n)s question", "%(n)s questions", n) % {"n": n} if n else gettext("None yet")


@dataclass(frozen=True)
class Group:
    title: str | Promise
    icon: str
    entries: tuple[Entry, ...]


GROUPS = (
    Group(
        gettext_lazy("General"),
        "info",
        (
            Entry(
                "communities:edit",
                gettext_lazy("Name, purpose and size"),
                lambda c: f"{c.get_status_display()} · {c.programme}" if c.programme else c.get_status_display(),
                gettext_lazy("name, purpose, programme, start, planned end, size, minutes, anonymity, time zone"),
            ),
            Entry(
                "communities:policies",
                gettext_lazy("Policies"),
                policies_line,
                gettext_lazy(
                    "profile, rhythm, meetings a year, length, in person, online, topics, attendance, follow-up"
                ),
            ),
            Entry(
                "communities:record",
                gettext_lazy("Record"),
                record_line,
                gettext_lazy(
                    "sector, issue, region, territory, rural, origin, organisation that carries it, competition"
                ),
            ),
            Entry(
                "evaluations:models",
                gettext_lazy("Models"),
                lambda c: gettext("Rules, agenda and questionnaire in one file"),
                gettext_lazy("copy, file, export, import, take up"),
                "communities.adopt",
            ),
        ),
    ),
    Group(
        gettext_lazy("Rules and objectives"),
        "target",
        (
            Entry(
                "communities:objectives",
                gettext_lazy("Objectives"),
                objectives_line,
                gettext_lazy("aim, indicator, target, review, proposals, reached"),
                "communities.adopt",
            ),
            Entry(
                "communities:rules",
                gettext_lazy("Operating rules"),
                rules_line,
                gettext_lazy("confidentiality, respect, camera, speaking time, version, reminder"),
                "communities.adopt",
            ),
        ),
    ),
    Group(
        gettext_lazy("People and roles"),
        "users",
        (
            Entry(
                "communities:roles",
                gettext_lazy("Roles"),
                roles_line,
                gettext_lazy("facilitator, note-taker, evaluator, coordination, contract, access"),
                "communities.grant_roles",
            ),
            Entry(
                "communities:recruitment",
                gettext_lazy("Recruitment"),
                recruitment_line,
                gettext_lazy("invitation, link, referral, preparation, effort"),
                "communities.manage_people",
            ),
            Entry(
                "communities:subgroups",
                gettext_lazy("Sub-groups"),
                subgroups_line,
                gettext_lazy("region, theme, working group"),
            ),
            Entry(
                "communities:team_building_steps",
                gettext_lazy("Creating links"),
                links_line,
                gettext_lazy("trust, welcome, meal, visit, icebreaker"),
            ),
            Entry(
                "communities:resource_persons",
                gettext_lazy("Resource persons"),
                resource_persons_line,
                gettext_lazy("expert, contact, subject"),
            ),
        ),
    ),
    Group(
        gettext_lazy("Meetings and mails"),
        "mail",
        (
            Entry(
                "meetings:mail_settings",
                gettext_lazy("Mails"),
                mails_line,
                gettext_lazy("reminder, invitation, follow-up, wording, languages, signature"),
                "meetings.word_mails",
            ),
        ),
    ),
    Group(
        gettext_lazy("Evaluation"),
        "clipboard-check",
        (
            Entry(
                "evaluations:vitality",
                gettext_lazy("Vitality"),
                lambda c: gettext("Six signs, six factors, year by year"),
                gettext_lazy("diagnosis, figures, ratings, decline"),
                "evaluations.read_figures",
            ),
            Entry(
                "evaluations:survey_settings",
                gettext_lazy("End of meetings"),
                survey_line,
                gettext_lazy("survey, opening, reminder, evaluation of the meeting"),
                "evaluations.set_surveys",
            ),
            Entry(
                "evaluations:own_questions",
                gettext_lazy("Questions of the community"),
                own_questions_line,
                gettext_lazy("questionnaire, survey, objective, own question, bank"),
                "evaluations.set_surveys",
            ),
            Entry(
                "evaluations:decline_rule",
                gettext_lazy("Alert on declines"),
                decline_line,
                gettext_lazy("decline, diagnosis, attendance, alert, rule, threshold"),
                "evaluations.set_surveys",
            ),
            Entry(
                "communities:foreseen_evaluation",
                gettext_lazy("External evaluation"),
                evaluation_line,
                gettext_lazy("university, team, cost, dates"),
            ),
        ),
    ),
    Group(
        gettext_lazy("Budget and partners"),
        "handshake",
        (
            Entry(
                "communities:partners",
                gettext_lazy("Partners"),
                partners_line,
                gettext_lazy("logo, funder, co-organiser, organisation"),
            ),
            Entry(
                "communities:budget",
                gettext_lazy("Budget"),
                budget_line,
                gettext_lazy("money, expense, room, fees, planned, spent"),
                "communities.see_budget",
            ),
        ),
    ),
    Group(
        gettext_lazy("End of life"),
        "sprout",
        (
            Entry(
                "communities:life",
                gettext_lazy("Life of the community"),
                lambda c: c.get_status_display(),
                gettext_lazy("archive, close, pause, rest, self-run, hand over, former members"),
                "communities.see_life",
            ),
        ),
    ),
)


@dataclass(frozen=True)
class SettingLine:
    entry: Entry
    value: str


@dataclass(frozen=True)
class ShownGroup:
    """A group, with the settings that one may change."""

    title: str | Promise
    icon: str
    lines: list[SettingLine]


def groups_for(user: Any, community: Community, *, with_values: bool) -> list[ShownGroup]:
    found = []
    for group in GROUPS:
        entries = [entry for entry in group.entries if user.has_perm(entry.may, community)]
        lines = [SettingLine(entry, entry.value(community) if with_values else "") for entry in entries]
        found.append(ShownGroup(group.title, group.icon, lines))
    return [group for group in found if group.lines]


@require_safe
def show_settings(request, pk):
    rows = Community.objects.select_related(
        "programme", "record_sheet", "mail_settings", "policies", "survey_settings", "decline_rule"
    )
    community = fetch(request, rows, pk=pk, may="communities.edit")
    set_aside = community.dismissed_alerts.select_related("by")
    return page(request, "communities/community/settings.html", community, "settings", set_aside=set_aside)
