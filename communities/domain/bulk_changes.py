"""Changing the status of many people at once, or giving them a role: what would change is shown, then done once."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User
from communities.domain.roles import role_assignment
from communities.models import Community, Membership, Pause, Role, RoleAssignment

Status = Membership.Status
ROLES = (Role.FACILITATOR, Role.NOTE_TAKER)  # the others have a mandate, with dates
MOST_ROLES = 50  # at once: each is told by a mail


@dataclass(frozen=True)
class Change:
    """« status » or « role », and which: « status:invited »."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"

    @property
    def label(self) -> str:
        return str(Status(self.value).label if self.kind == "status" else Role(self.value).label)


@dataclass(frozen=True)
class Plan:
    change: Change
    changing: list[Membership]
    staying: list[tuple[Membership, str]]  # with why


def offered(by: User, community: Community) -> list[tuple[str, list[Change]]]:
    """What this person may do here, under two headings."""
    roles = [role for role in role_assignment.grantable(by, community) if role in ROLES]
    groups = [
        (_("Change the status"), [Change("status", status.value) for status in Status]),
        (_("Give a role"), [Change("role", role.value) for role in roles]),
    ]
    return [(heading, changes) for heading, changes in groups if changes]


def asked(text: str, by: User, community: Community) -> Change | None:
    """What a page sent, if it is nothing that exists. A role that one may not give is refused."""
    kind, _colon, value = text.partition(":")
    if kind == "status" and value in Status.values:
        return Change(kind, value)
    if kind == "role" and value in ROLES:
        if value not in role_assignment.grantable(by, community):
            raise PermissionDenied
        return Change(kind, value)
    return None


def plan(community: Community, people: QuerySet[Membership], change: Change, *, by: User) -> Plan:
    """Who would change, and who would not."""
    found = list(people.filter(community=community).select_related("user", "organisation"))
    why = _why_no_status if change.kind == "status" else _why_no_role
    reasons = why(community, found, change.value, by)
    changing = [m for m in found if m.pk not in reasons]
    return Plan(change, changing, [(m, reasons[m.pk]) for m in found if m.pk in reasons])


def _why_no_status(_community: Community, people: list[Membership], status: str, _by: User) -> dict[int, str]:
    return {m.pk: _("has this status already") for m in people if m.status == status}


def _why_no_role(community: Community, people: list[Membership], role: str, by: User) -> dict[int, str]:
    held = set(RoleAssignment.objects.in_force().filter(community=community, role=role).values_list("user", flat=True))
    reasons = {m.pk: _("too many at once: choose again afterwards") for m in people[MOST_ROLES:]}
    reasons |= {m.pk: _("has no e-mail address, and could not sign in") for m in people if not m.user.email}
    reasons |= {m.pk: _("has this role already") for m in people if m.user_id in held}
    return reasons | {m.pk: _("nobody gives a role to themselves") for m in people if m.user_id == by.pk}


@transaction.atomic
def apply_to_many(community: Community, people: QuerySet[Membership], change: Change, *, by: User) -> Plan:
    """Do what was shown. Locked, so that a second press finds nothing left to change."""
    Community.objects.select_for_update().get(pk=community.pk)
    done = plan(community, people.select_for_update(of=("self",)), change, by=by)
    if change.kind == "status":
        become(done.changing, change.value, on=timezone.localdate())
        audit.write_all(Action.PERSON_CORRECTED, by=by, about=done.changing, community=community, fields=["status"])
    else:
        for membership in done.changing:
            role_assignment.appoint_person(community, change.value, membership.user, by=by)
    return done


def become(people: Iterable[Membership], status: str, *, on: dt.date) -> None:
    """As `Membership.become` for each, in a fixed number of queries."""
    people = [m for m in people if m.status != status]
    _end_time_away([m for m in people if m.status in Membership.AWAY], on)
    if status in Membership.AWAY:
        Pause.objects.bulk_create(
            Pause(membership=m, starts_on=on, has_left=status == Status.ALUMNI, status_before=m.status) for m in people
        )
    dates: dict = {
        Status.ACTIVE: {"joined_on": Coalesce("joined_on", on), "left_on": None, "paused_on": None},
        Status.PAUSED: {"paused_on": on},
        Status.ALUMNI: {"left_on": on},
    }
    Membership.objects.filter(pk__in=[m.pk for m in people]).update(status=status, **dates.get(Status(status), {}))


def _end_time_away(people: list[Membership], on: dt.date) -> None:
    """Close the periods under way. Somebody listed as away before periods were kept has one from their own dates."""
    under_way = Pause.objects.filter(membership__in=people, ends_on=None)
    known = set(under_way.values_list("membership", flat=True))
    under_way.update(ends_on=Greatest(F("starts_on"), on))
    Pause.objects.bulk_create(
        Pause(membership=m, starts_on=min(m.paused_on or on, m.left_on or on, on), ends_on=on)
        for m in people
        if m.pk not in known
    )
