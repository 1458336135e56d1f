"""Two records of one person or organisation made one, and pairs that were said to be different."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl import retention
from communities.models.people import Membership


class Kind(models.TextChoices):
    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")


class KeptApart(models.Model):
    """Alike, and not the same: a pair that is no longer proposed."""

    kind = models.CharField(max_length=12, choices=Kind)
    low = models.PositiveBigIntegerField()
    high = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    erased = Erased(cut={"by": []})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "low", "high"], name="a_pair_is_kept_apart_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.low} ≠ {self.high}"


class MergeQuerySet(models.QuerySet):
    def visible_to(self, user) -> "MergeQuerySet":
        """One's own: whoever merged may take it back."""
        return self.filter(by=user) if user.is_authenticated else self.none()

    def reversible(self, now: dt.datetime | None = None) -> "MergeQuerySet":
        return self.filter(merged_at__gt=(now or timezone.now()) - Merge.REVERSIBLE)

    def over(self, now: dt.datetime | None = None) -> "MergeQuerySet":
        return self.filter(merged_at__lte=(now or timezone.now()) - Merge.REVERSIBLE)


class Merge(models.Model):
    """What is needed to take a merge back, for a day. Then the row goes, and what it remembered with it."""

    REVERSIBLE = retention.length("merges")

    kind = models.CharField(max_length=12, choices=Kind)
    kept = models.PositiveBigIntegerField()
    kept_name = models.CharField(max_length=170)
    absorbed_name = models.CharField(max_length=170)
    journal = models.JSONField(help_text="what changed, in order: see communities.domain.duplicates.merging")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="merges")
    merged_at = models.DateTimeField(default=timezone.now)

    erased = Erased(deleted_with=["by"], swept=["kept_name", "absorbed_name", "journal"])

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-merged_at"]

    def __str__(self) -> str:
        return f"{self.absorbed_name} → {self.kept_name}"

    def get_absolute_url(self) -> str:
        return reverse("communities:duplicates")


class FormerMembership(models.Model):
    """The number of a membership that was merged into another: links already sent go on opening."""

    number = models.PositiveBigIntegerField(unique=True)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="former_numbers")

    erased = Erased(deleted_with=["membership"])

    def __str__(self) -> str:
        return f"{self.number} → {self.membership_id}"
