"""The roles people hold: in a community or in a whole programme, between two dates."""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased


class Role(models.TextChoices):
    FACILITATOR = "facilitator", _("Facilitator")
    EXTERNAL = "external", _("External facilitator")
    NOTE_TAKER = "note_taker", _("Note-taker")
    COORDINATOR = "coordinator", _("Coordinator")
    EVALUATOR = "evaluator", _("External evaluator")


LEADING = (Role.FACILITATOR, Role.EXTERNAL)


class RoleAssignmentQuerySet(models.QuerySet):
    def in_force(self, today: dt.date | None = None) -> "RoleAssignmentQuerySet":
        today = today or timezone.localdate()
        return self.filter(
            Q(starts_on=None) | Q(starts_on__lte=today), Q(ends_on=None) | Q(ends_on__gte=today), ended_at=None
        )

    def reaching(self, community) -> "RoleAssignmentQuerySet":
        """Those of this community, and those of its programme where it has one."""
        here = Q(community=community)
        return self.filter(here | Q(programme=community.programme_id) if community.programme_id else here)

    def leading_for_good(self) -> "RoleAssignmentQuerySet":
        """By which somebody leads today and may give roles to others."""
        return self.in_force().filter(role__in=(Role.FACILITATOR, Role.COORDINATOR), user__is_active=True)


class RoleAssignment(models.Model):
    """A role held by a person in a community or in a whole programme, between two dates. One that is over stays: who
    led a meeting that day is asked of it for years (`evaluations.domain.indicators`). `ended_at` closes it at once,
    while `ends_on` keeps the last day it counted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_assignments")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    community = models.ForeignKey(
        "communities.Community", null=True, blank=True, on_delete=models.CASCADE, related_name="role_assignments"
    )
    programme = models.ForeignKey(
        "communities.Programme", null=True, blank=True, on_delete=models.CASCADE, related_name="role_assignments"
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    contract = models.CharField(
        _("contract"), max_length=80, blank=True, help_text="its reference; the fee is the line of the budget about it"
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    erased = Erased(kept={"user": ["contract"]}, cut={"granted_by": [], "ended_by": []})

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(community=None, programme__isnull=False) | Q(community__isnull=False, programme=None),
                name="a_grant_has_one_scope",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "community"], condition=Q(ended_at=None), name="one_open_grant_in_a_community"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "programme"], condition=Q(ended_at=None), name="one_open_grant_in_a_programme"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} ({self.community or self.programme})"

    @property
    def never_began(self) -> bool:
        return bool(self.starts_on and self.ends_on and self.ends_on < self.starts_on)


class Roles:
    """All that one person holds today, in one query, so that a rule inside a loop asks the database nothing. In a
    community that is only prepared, those who are listed hold nothing yet, but for who prepares it."""

    MEMBER = "member"

    def __init__(self, user) -> None:
        self.by_community: dict[int, set[str]] = defaultdict(set)
        self.by_programme: dict[int, set[str]] = defaultdict(set)
        if not user.is_authenticated:
            return
        own = Q(community__draft__prepared_by=user) | ~Q(community__status="draft")
        held = RoleAssignment.objects.in_force().filter(own, user=user)
        granted = held.values_list("role", "community", "programme")
        as_member = Value(self.MEMBER), F("community"), Value(None, models.BigIntegerField())
        belongs = user.memberships.current().of_open_communities().order_by().values_list(*as_member)
        for role, community, programme in granted.union(belongs):
            if community:
                self.by_community[community].add(role)
            else:
                self.by_programme[programme].add(role)

    def on(self, community: Any) -> set[str]:
        """Roles held in the community itself or through its programme; read only (`.get` adds no key)."""
        return self.by_community.get(community.pk, set()) | self.by_programme.get(community.programme_id or 0, set())

    @property
    def community_ids(self) -> list[int]:
        return list(self.by_community)

    @property
    def programme_ids(self) -> list[int]:
        return list(self.by_programme)

    def communities_as(self, *roles: str) -> list[int]:
        return [pk for pk, held in self.by_community.items() if held & set(roles)]

    def programmes_as(self, *roles: str) -> list[int]:
        return [pk for pk, held in self.by_programme.items() if held & set(roles)]

    def holds(self, *roles: str) -> bool:
        """Anywhere at all."""
        return bool(self.communities_as(*roles) or self.programmes_as(*roles))


def roles_of(user) -> Roles:
    """Read once per request: the roles are remembered on the user object."""
    if not hasattr(user, "_roles"):
        user._roles = Roles(user)
    return user._roles
