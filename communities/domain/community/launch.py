"""What a community needs to take off (guide, p. 8-12 and 33): a list that stays on its overview until all is done.

Nothing blocks: each step may be set aside with a reason. Once launched, only what no community does without stays.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

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
class Launch:
    """The steps one may take here. `next` is the one to propose first."""

    steps: list[Step]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def is_over(self) -> bool:
        return self.done == len(self.steps)

    @property
    def next(self) -> Step | None:
        return next((step for step in self.steps if not step.is_done), None)


def launch_of(community: Community, user: User) -> Launch:
    taking_off = community.status in (Community.Status.DESIGN, Community.Status.LAUNCH)
    steps = [
        step for step in _steps(community) if (taking_off or step.is_essential) and user.has_perm(step.may, community)
    ]
    waiting = [step.alert for step in steps if not step.is_done]
    _standing, aside = alerts.standing(community, waiting)
    return Launch([step for step in steps if step.is_done or step.alert not in aside])


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
