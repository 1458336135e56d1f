"""What a community needs to take off (guide, p. 8-12 and 33): a list that stays on its overview until all is done.

Nothing blocks: each step may be set aside with a reason. Once launched, only what no community does without stays.
Four steps come before all others: people, a first meeting, its agenda, its invitation.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from communities.domain import alerts, dates
from communities.models import (
    Community,
    ForeseenEvaluation,
    Membership,
    Objective,
    Partner,
    Policies,
    RecordSheet,
    ResourcePerson,
    Rule,
    TeamBuildingStep,
)
from communities.models.profiles import ModePolicy


@dataclass(frozen=True)
class Step:
    code: str
    label: str
    url_name: str
    is_done: bool
    may: str = "communities.edit"
    is_essential: bool = False

    @property
    def alert(self) -> alerts.Alert:
        """The step as a warning, so that it can be set aside like one."""
        return alerts.Alert(f"launch_{self.code}", self.label)


@dataclass(frozen=True)
class FirstStep:
    """One of the four: what it is or what was done, and a button that says what it does, if one may."""

    title: str
    told: str
    is_done: bool
    button: str
    address: str


@dataclass(frozen=True)
class Launch:
    """The steps one may take here, the four first ones apart until they are done. `next` is the one to propose
    first."""

    steps: list[Step]
    first: list[FirstStep] = field(default_factory=list)

    @property
    def next_first(self) -> FirstStep | None:
        return next((step for step in self.first if not step.is_done), None)

    @property
    def rest(self) -> list[Step]:
        """Those that the four leave to do."""
        return [step for step in self.steps if not (self.first and step.code in ("people", "dates"))]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def is_over(self) -> bool:
        return self.done == len(self.steps) and not self.next_first

    @property
    def next(self) -> Step | None:
        return None if self.first else next((step for step in self.steps if not step.is_done), None)


def launch_of(community: Community, user: User) -> Launch:
    taking_off = community.status in (Community.Status.DRAFT, Community.Status.DESIGN, Community.Status.LAUNCH)
    steps = [
        step for step in _steps(community) if (taking_off or step.is_essential) and user.has_perm(step.may, community)
    ]
    waiting = [step.alert for step in steps if not step.is_done]
    _standing, aside = alerts.standing(community, waiting)
    first = first_steps(community, user) if taking_off else []
    return Launch(
        [step for step in steps if step.is_done or step.alert not in aside],
        [] if all(step.is_done for step in first) else first,
    )


def first_steps(community: Community, user: User) -> list[FirstStep]:
    """The way from a new community to a first meeting that people are invited to."""
    people, meeting = community.memberships.count(), dates.first(community)
    may_add = user.has_perm("communities.import_people", community)
    may_plan = user.has_perm("meetings.plan", community)
    own = [community.pk]
    return [
        FirstStep(
            _("People"),
            ngettext("%(n)s person listed", "%(n)s people listed", people) % {"n": people}
            if people
            else _("Pasted from Excel or from a mail, or one by one."),
            bool(people),
            _("Add people"),
            reverse("communities:import_members", args=own) if may_add else "",
        ),
        FirstStep(
            _("First meeting"),
            _day_and_time(meeting.starts) if meeting else _("A date, a time and a link are enough."),
            bool(meeting),
            _("Plan the first meeting"),
            reverse("meetings:plan", args=own) if may_plan else "",
        ),
        FirstStep(
            _("Agenda"),
            _("%(blocks)s blocks, %(minutes)s min") % {"blocks": meeting.blocks, "minutes": meeting.minutes}
            if meeting and meeting.blocks
            else _("Proposed with the meeting, yours to change."),
            bool(meeting and (meeting.blocks or meeting.is_past)),
            _("Prepare the agenda"),
            meeting.agenda if meeting and may_plan else "",
        ),
        FirstStep(
            _("Invitation"),
            _("Sent on %(day)s") % {"day": date_format(localtime(meeting.invited_at), pgettext("date format", "F j"))}
            if meeting and meeting.invited_at
            else _("Once the coordination has opened the community.")
            if community.is_draft
            else _("You read it before it leaves."),
            bool(meeting and (meeting.invited_at or meeting.is_past)),
            _("Prepare the invitation"),
            meeting.invite if meeting and may_plan and not community.is_draft else "",
        ),
    ]


def _day_and_time(starts: dt.datetime) -> str:
    return f"{date_format(starts, pgettext('date format', 'l, F j'))}, {date_format(starts, 'TIME_FORMAT')}"


def _steps(community: Community) -> list[Step]:
    facts = _facts(community)
    links = {step.kind: step for step in community.team_building_steps.filter(is_planned=True)}
    in_person = links.pop(TeamBuildingStep.Kind.IN_PERSON, None)
    return [
        *_essential(community, facts),
        *_supporting(community, facts),
        *_opening(community, facts, in_person),
        *(
            Step(
                f"link_{step.kind}",
                step.get_kind_display(),
                "communities:team_building_steps",
                step.done_on is not None,
            )
            for step in links.values()
        ),
    ]


def _essential(community: Community, facts: Any) -> list[Step]:
    people, plans, adopts = "communities.manage_people", "meetings.plan", "communities.adopt"
    has_dates = facts["opens_in_room"] is not None
    return [
        Step("people", _("List its people"), "communities:members", facts["has_people"], people, True),
        Step("dates", _("Plan its first meeting, then the next dates"), "meetings:plan", has_dates, plans, True),
        Step("purpose", _("Say what it is for"), "communities:edit", bool(community.purpose), is_essential=True),
        Step("objectives", _("Write its objectives"), "communities:objectives", facts["has_objectives"], adopts, True),
        Step("rules", _("Adopt its operating rules"), "communities:rules", facts["has_rules"], adopts, True),
    ]


def _supporting(community: Community, facts: Any) -> list[Step]:
    evaluation = "communities:foreseen_evaluation"
    return [
        Step(
            "anchor",
            _("Say which organisation holds it up"),
            "communities:record",
            RecordSheet.of(community).anchor_id is not None,
        ),
        Step("resources", _("Find resource persons"), "communities:resource_persons", facts["has_resource_persons"]),
        Step("partners", _("Name its partners"), "communities:partners", facts["has_partners"]),
        Step("evaluation", _("Decide on an external evaluation"), evaluation, facts["has_evaluation"]),
    ]


def _opening(community: Community, facts: Any, in_person: TeamBuildingStep | None) -> list[Step]:
    """The first meeting in person, where the policies want it or somebody planned it."""
    wanted = Policies.of(community).mode_policy in (ModePolicy.IN_PERSON, ModePolicy.FIRST_IN_PERSON)
    if not (wanted or in_person):
        return []
    is_done = bool(facts["opens_in_room"] or (in_person and in_person.done_on))
    return [Step("in_person", _("Hold the first meeting in person"), "communities:team_building_steps", is_done)]


def _facts(community: Community) -> Any:
    """What there is and what there is not yet, in one query."""
    own = {"community": OuterRef("pk")}
    return (
        Community.objects.filter(pk=community.pk)
        .values(
            has_people=Exists(Membership.objects.filter(**own)),
            has_objectives=Exists(Objective.objects.filter(**own)),
            has_rules=Exists(Rule.objects.filter(is_active=True, **own)),
            has_resource_persons=Exists(ResourcePerson.objects.filter(is_active=True, **own)),
            has_partners=Exists(Partner.objects.filter(**own)),
            has_evaluation=Exists(ForeseenEvaluation.objects.filter(**own)),
            opens_in_room=dates.opens_in_room(),
        )
        .get()
    )
