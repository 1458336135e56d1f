"""Giving and withdrawing roles: nobody raises their own rights, and a community always keeps someone to lead it.

A role that is over stays written: who led a meeting is asked of it long after. Given again, it is a new one.
"""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User
from communities.domain.members.directory import person_for
from communities.domain.roles import role_emails
from communities.models import BudgetLine, Community, Role, RoleAssignment

IN_COMMUNITY = (Role.FACILITATOR, Role.EXTERNAL, Role.NOTE_TAKER)


def grantable(by: User, community: Community) -> list[Role]:
    """What this person may hand out here: an administrator too, where nobody is left to lead."""
    if roles := revocable(by, community):
        return roles
    if not by.has_perm("communities.appoint_leader", community):
        return []
    return [Role.FACILITATOR, Role.COORDINATOR] if community.programme_id else [Role.FACILITATOR]


def revocable(by: User, community: Community) -> list[Role]:
    """What this person may withdraw here, and hand out. Those who coordinate the programme share the coordination,
    and agree with external evaluators, who read results."""
    roles = list(IN_COMMUNITY) if by.has_perm("communities.grant_roles", community) else []
    if by.has_perm("communities.grant_evaluation", community):
        roles.append(Role.EVALUATOR)
    if community.programme_id and by.has_perm("communities.grant_coordination", community):
        roles.append(Role.COORDINATOR)
    return roles


def may_give(role: str) -> str:
    """The permission that giving this role takes."""
    special = {Role.EVALUATOR: "communities.grant_evaluation", Role.COORDINATOR: "communities.grant_coordination"}
    return special.get(Role(role), "communities.grant_roles")


def assignments_of(community: Community) -> QuerySet[RoleAssignment]:
    """Roles held in the community or to come, and its programme's coordination; those that are over left out."""
    kept = _all_grants_of(community).exclude(ends_on__lt=timezone.localdate()).filter(ended_at=None)
    return kept.order_by("user__sort_key", "role")


def history_of(community: Community) -> QuerySet[RoleAssignment]:
    """Roles that are over, the latest first."""
    is_over = Q(ended_at__isnull=False) | Q(ends_on__lt=timezone.localdate())
    return _all_grants_of(community).filter(is_over).order_by("-ends_on", "-ended_at", "user__sort_key")


def _all_grants_of(community: Community) -> QuerySet[RoleAssignment]:
    mine = Q(community=community)
    if community.programme_id:
        mine |= Q(programme=community.programme_id, role=Role.COORDINATOR)
    return RoleAssignment.objects.filter(mine).select_related("user", "programme", "granted_by", "budget_line")


@transaction.atomic
def appoint(
    community: Community,
    role: str,
    *,
    email: str,
    first_name: str,
    last_name: str,
    ends_on: dt.date | None,
    by: User,
    starts_on: dt.date | None = None,
    fee: int | None = None,
    contract: str = "",
) -> tuple[RoleAssignment, bool]:
    """Give a role to the person of that address, made if unknown, and tell them; says whether it is new."""
    if role not in grantable(by, community):
        raise PermissionDenied
    if role == Role.EVALUATOR and not ends_on:
        raise ValidationError(_("An external evaluation has an end: write the last day of the agreement."))
    person, _known = person_for(email, first_name, last_name, by.language)
    assignment, is_new = appoint_person(community, role, person, by=by, starts_on=starts_on, ends_on=ends_on)
    if role == Role.EXTERNAL:
        _write_contract(assignment, contract, fee)
    return assignment, is_new


def appoint_person(
    community: Community,
    role: str,
    person: User,
    *,
    by: User,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> tuple[RoleAssignment, bool]:
    """Give a role to somebody who is known, and tell them; says whether it is new."""
    if role not in grantable(by, community):
        raise PermissionDenied
    if person.pk == by.pk:
        raise ValidationError(_("Nobody gives a role to themselves: ask another facilitator or the coordination."))
    scope = {"programme": community.programme} if role == Role.COORDINATOR else {"community": community}
    assignment, is_new = _assign({"user": person, "role": role, **scope}, starts_on, ends_on, by)
    audit.write(Action.ROLE_GIVEN, by=by, about=assignment, community=community, role=role, until=assignment.ends_on)
    if is_new:
        role_emails.appointed(assignment, community, by=by)
    return assignment, is_new


def _assign(what: dict, starts_on: dt.date | None, ends_on: dt.date | None, by: User) -> tuple[RoleAssignment, bool]:
    """A role held already gets the new dates. What ran out by itself leaves its place; withdrawn ones left it."""
    today = timezone.localdate()
    RoleAssignment.objects.filter(**what, ended_at=None, ends_on__lt=today).update(ended_at=timezone.now())
    fields = {"starts_on": starts_on or today, "ends_on": ends_on, "granted_by": by}
    assignment, is_new = RoleAssignment.objects.get_or_create(**what, ended_at=None, defaults=fields)
    if not is_new:
        fields["starts_on"] = starts_on or assignment.starts_on
        RoleAssignment.objects.filter(pk=assignment.pk).update(**fields)
        assignment.ends_on = ends_on
    return assignment, is_new


def _write_contract(assignment: RoleAssignment, contract: str, fee: int | None) -> None:
    """The fee is planned in the budget, once: given again, it replaces what was planned and never what was spent."""
    if contract:
        RoleAssignment.objects.filter(pk=assignment.pk).update(contract=contract)
    if fee is not None:
        category = BudgetLine.Category.EXTERNAL_FACILITATOR
        first = {
            "community": assignment.community,
            "category": category,
            "label": category.label,
            "on": assignment.starts_on,
        }
        BudgetLine.objects.update_or_create(
            assignment=assignment, defaults={"planned": fee}, create_defaults={**first, "planned": fee}
        )


@transaction.atomic
def withdraw_role(assignment: RoleAssignment, community: Community, *, by: User) -> None:
    """End a role at once: today is its last day. Withdrawn twice, nothing more happens."""
    if assignment.role not in revocable(by, community):
        raise PermissionDenied
    Community.objects.select_for_update().get(pk=community.pk)
    if assignment.role in (Role.FACILITATOR, Role.COORDINATOR) and not _somebody_else_leads(assignment, community):
        raise ValidationError(
            _("%(person)s is the last person who leads this community. Appoint someone else first.")
            % {"person": assignment.user}
        )
    ended = RoleAssignment.objects.filter(pk=assignment.pk, ended_at=None).update(
        ends_on=timezone.localdate(), ended_at=timezone.now(), ended_by=by
    )
    if ended:
        audit.write(Action.ROLE_ENDED, by=by, about=assignment, community=community, role=assignment.role)


def _somebody_else_leads(assignment: RoleAssignment, community: Community) -> bool:
    """Someone for good, here or through the programme. A coordinator's programme is asked as a whole."""
    others = RoleAssignment.objects.in_force().exclude(pk=assignment.pk).filter(ends_on=None)
    coordination = others.filter(programme=community.programme_id, role=Role.COORDINATOR, programme__isnull=False)
    if assignment.role == Role.COORDINATOR:
        return coordination.exists()
    return coordination.exists() or others.filter(community=community, role=Role.FACILITATOR).exists()
