"""A light budget: planned, spent (guide, p. 32)."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models.community import Community
from communities.models.roles import RoleAssignment


class BudgetLineQuerySet(models.QuerySet):
    def visible_to(self, user) -> "BudgetLineQuerySet":
        """Money is read by those who lead the community and its programme."""
        return self.filter(community__in=Community.objects.inside_for(user))


class BudgetLine(models.Model):
    """What one thing should cost and what it did, in cents."""

    class Category(models.TextChoices):
        EXTERNAL_FACILITATOR = "facilitator", _("External facilitator")
        ROOM = "room", _("Room")
        CATERING = "catering", _("Catering")
        TRAVEL = "travel", _("Travel")
        EXTERNAL_EVALUATION = "evaluation", _("External evaluation")
        TRAINING = "training", _("Shared training")
        OTHER = "other", _("Other")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="budget_lines")
    category = models.CharField(_("category"), max_length=20, choices=Category)
    label = models.CharField(_("what for"), max_length=160)
    planned = models.BigIntegerField(_("planned"), default=0)
    spent = models.BigIntegerField(_("spent"), default=0)
    on = models.DateField(_("date"), null=True, blank=True)
    assignment = models.OneToOneField(
        RoleAssignment,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="budget_line",
        help_text="the mandate whose fee is planned here",
    )
    creation_key = models.UUIDField(
        unique=True, default=uuid.uuid4, editable=False, help_text="a form sent twice adds one line"
    )

    erased = Erased(left=["assignment"], words=["label"])

    objects = BudgetLineQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(planned__gte=0, spent__gte=0), name="amounts_are_never_negative")
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("communities:budget_line", args=[self.pk])

    @property
    def remaining(self) -> int:
        return self.planned - self.spent
