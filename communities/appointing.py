"""Giving and withdrawing roles: nobody raises their own rights, and a community always keeps someone to lead it."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from communities.listing import person_for
from communities.models import Community, Grant, Role

IN_COMMUNITY = (Role.FACILITATOR, Role.EXTERNAL, Role.NOTE_TAKER)


def grantable(by: User, community: Community) -> list[Role]:
    """What this person may hand out here; coordination belongs to those who coordinate the programme."""
    roles = list(IN_COMMUNITY) if by.has_perm("communities.grant_roles", community) else []
    if community.programme_id and by.has_perm("communities.grant_coordination", community):
        roles.append(Role.COORDINATOR)
    return roles


def grants_of(community: Community):
    """Roles held in the community, and its programme's coordination, ended ones left out."""
    mine = Grant.objects.filter(community=community)
    if community.programme_id:
        mine |= Grant.objects.filter(programme=community.programme_id, role=Role.COORDINATOR)
    today = timezone.localdate()
    kept = mine.exclude(ends_on__lt=today).select_related("user", "programme", "granted_by")
    return kept.order_by("user__sort_key", "role")


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
) -> tuple[Grant, bool]:
    """Give a role to the person of that address, made if unknown; says whether it is new."""
    if role not in grantable(by, community):
        raise PermissionDenied
    person, _known = person_for(email, first_name, last_name, by.language)
    if person.pk == by.pk:
        raise ValidationError(_("Nobody gives a role to themselves: ask another facilitator or the coordination."))
    scope = {"programme": community.programme} if role == Role.COORDINATOR else {"community": community}
    grant, is_new = Grant.objects.get_or_create(
        user=person, role=role, **scope, defaults={"ends_on": ends_on, "granted_by": by}
    )
    if not is_new:
        Grant.objects.filter(pk=grant.pk).update(ends_on=ends_on, granted_by=by)
    return grant, is_new


@transaction.atomic
def withdraw(grant: Grant, community: Community, *, by: User) -> None:
    """End a role at once. Withdrawn twice, nothing more happens."""
    if grant.role not in grantable(by, community):
        raise PermissionDenied
    Community.objects.select_for_update().get(pk=community.pk)
    if grant.role in (Role.FACILITATOR, Role.COORDINATOR) and not _somebody_else_leads(grant, community):
        raise ValidationError(
            _("%(person)s is the last person who leads this community. Appoint someone else first.")
            % {"person": grant.user}
        )
    Grant.objects.filter(pk=grant.pk).delete()


def _somebody_else_leads(grant: Grant, community: Community) -> bool:
    """Someone for good, here or through the programme. A coordinator's programme is asked as a whole."""
    others = Grant.objects.in_force().exclude(pk=grant.pk).filter(ends_on=None)
    coordination = others.filter(programme=community.programme_id, role=Role.COORDINATOR, programme__isnull=False)
    if grant.role == Role.COORDINATOR:
        return coordination.exists()
    return coordination.exists() or others.filter(community=community, role=Role.FACILITATOR).exists()
