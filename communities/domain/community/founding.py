"""Founding a community: the one act that makes it, its objectives, its rules and its first roles together."""

import uuid
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User
from cmtl import parts
from communities.domain.charter import operating_rules
from communities.domain.members.directory import person_for
from communities.domain.roles import role_emails
from communities.models import (
    Community,
    Draft,
    Objective,
    Programme,
    Role,
    RoleAssignment,
    Rule,
    TeamBuildingStep,
    profiles,
)


@dataclass
class Plan:
    """What the guided form gathers. `programme` is one the person coordinates; `new_programme` names one to make."""

    key: uuid.UUID
    profile: str
    fields: dict
    programme: Programme | None = None
    new_programme: str = ""
    objectives: list[tuple[str, str]] = field(default_factory=list)
    rules: list[dict] = field(default_factory=list)
    links: list[str] = field(default_factory=list)  # of TeamBuildingStep.Kind: what is planned
    facilitates: bool = True
    is_draft: bool = False  # prepared by a facilitator: a coordinator of its programme opens it
    facilitator: dict = field(default_factory=dict)  # another person: email, first_name, last_name


def found(plan: Plan, by: User) -> Community:
    """Make the community whole or not at all. The same form sent twice, even at once, founds one community."""
    if founded := Community.objects.filter(creation_key=plan.key).first():
        return founded
    try:
        with transaction.atomic():
            return _found(plan, by)
    except IntegrityError:
        if founded := Community.objects.filter(creation_key=plan.key).first():
            return founded
        raise


def _found(plan: Plan, by: User) -> Community:
    community = parts.create(
        Community,
        **{**profiles.PRESETS[profiles.Profile(plan.profile)].policies(), **plan.fields},
        profile=plan.profile,
        programme=plan.programme,
        creation_key=plan.key,
        **({"status": Community.Status.DRAFT} if plan.is_draft else {}),
    )
    if plan.is_draft:
        Draft.write(community, prepared_by=by)
    # After the community, whose key stops a second send here: it must not be told that its programme's name is taken.
    if plan.new_programme:
        community.programme = _new_programme(plan.new_programme, by)
        community.save(update_fields=["programme"])
    _write_frame(community, plan)
    operating_rules.adopt(community, by=by)
    audit.write(Action.CREATED, by=by, about=community, community=community, profile=plan.profile)
    _give_roles(community, plan, by)
    return community


def _write_frame(community: Community, plan: Plan) -> None:
    Objective.objects.bulk_create(
        Objective(community=community, kind=kind, wording=wording, position=position)
        for position, (kind, wording) in enumerate(plan.objectives)
    )
    Rule.objects.bulk_create(
        Rule(community=community, position=position, **rule) for position, rule in enumerate(plan.rules)
    )
    TeamBuildingStep.objects.bulk_create(
        TeamBuildingStep(community=community, kind=kind, is_planned=kind in plan.links, position=position)
        for position, kind in enumerate(TeamBuildingStep.Kind)
    )


def _give_roles(community: Community, plan: Plan, by: User) -> None:
    if plan.facilitates:
        own = RoleAssignment.objects.create(user=by, role=Role.FACILITATOR, community=community, granted_by=by)
        audit.write(Action.ROLE_GIVEN, by=by, about=own, role=own.role)
    if plan.facilitator:
        other, _known = person_for(**plan.facilitator, language=by.language)
        assignment, is_new = RoleAssignment.objects.get_or_create(
            user=other, role=Role.FACILITATOR, community=community, defaults={"granted_by": by}
        )
        if is_new:
            audit.write(Action.ROLE_GIVEN, by=by, about=assignment, role=assignment.role)
            role_emails.appointed(assignment, community, by=by)


def _new_programme(name: str, by: User) -> Programme:
    """A programme that exists is never joined by naming it: that would hand over all its communities."""
    try:
        with transaction.atomic():
            programme = Programme.objects.create(name=name)
    except IntegrityError as taken:
        raise ValidationError({"new_programme": programme_exists()}) from taken
    own = RoleAssignment.objects.create(user=by, role=Role.COORDINATOR, programme=programme, granted_by=by)
    audit.write(Action.ROLE_GIVEN, by=by, about=own, role=own.role)
    return programme


def programme_exists() -> str:
    return _("A programme of that name exists already. Ask one of its coordinators for a role in it.")
