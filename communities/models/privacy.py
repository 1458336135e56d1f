"""What people ask about the data held on them, by when they must have an answer, and the register of what was
destroyed."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.erased import Erased
from communities.models.community import Community
from communities.models.people import Membership
from communities.models.roles import Role, roles_of

ANSWERED_WITHIN = dt.timedelta(days=30)  # Law 25, s. 32


def due_date() -> dt.date:
    return timezone.localdate() + ANSWERED_WITHIN


class DestructionRequestQuerySet(models.QuerySet["DestructionRequest"]):
    def visible_to(self, user) -> "DestructionRequestQuerySet":
        """Those of people of one's programmes, and those one answers in somebody's place. The privacy officer and
        administrators, who stand in for one, see all."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff or user.is_privacy_officer:
            return self
        roles = roles_of(user)
        mine = Community.objects.filter(
            Q(pk__in=roles.communities_as(Role.COORDINATOR)) | Q(programme__in=roles.programmes_as(Role.COORDINATOR))
        )
        people = Membership.objects.filter(community__in=mine).order_by().values("user")
        answered = Q(erased_at__isnull=False) & (Q(handled_by=user) | Q(confirmed_by=user))
        return self.filter(Q(user__in=people) | Q(substitute=user, confirmed_at=None) | answered)

    def waiting(self) -> "DestructionRequestQuerySet":
        return self.filter(cancelled_at=None, confirmed_at=None)

    def done(self) -> "DestructionRequestQuerySet":
        """The register: nobody is named in it."""
        return self.exclude(erased_at=None).order_by("-erased_at", "-pk")


class DestructionRequest(models.Model):
    """A person asks that what is known about them be destroyed. Two people answer it together (permissions.md, C20).
    Once it is done the row is a line of the register: when, who confirmed, how much of what; never who it was."""

    class Side(models.TextChoices):
        COORDINATION = "coordination"
        OFFICER = "officer"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="destruction_requests"
    )
    words = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(default=due_date)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="the officer, for somebody who asked on paper or aloud; empty: the person themselves",
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="answers in the place of the coordination",
    )
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    handled_as = models.CharField(max_length=12, choices=Side, blank=True, help_text="empty: as either of the two")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    alone_because = models.CharField(max_length=300, blank=True, help_text="why the officer confirmed alone")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    touched = models.JSONField(default=dict, help_text="kind of data → how many rows")

    objects = DestructionRequestQuerySet.as_manager()

    erased = Erased(
        left=["entered_by", "handled_by", "confirmed_by"],
        cut={"user": ["words"], "substitute": []},
        swept=["alone_because"],
        plain=["touched"],
    )

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(confirmed_at=None, cancelled_at=None), name="one_request_waiting_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.asked_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.cancelled_at is None and self.confirmed_at is None

    @property
    def days_left(self) -> int:
        return (self.due_on - timezone.localdate()).days

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()


class TextDecision(models.Model):
    """What somebody decided of a sentence that names a person who asked to be erased: kept as it is, with a reason, or
    said in other words. Sentences that may be changed at once are; `becomes` is for those of published reports, which
    change when the person is erased."""

    request = models.ForeignKey(DestructionRequest, on_delete=models.CASCADE, related_name="decisions")
    print = models.CharField(max_length=64, help_text="of the row, its field and the sentence")
    sentence = models.TextField(blank=True, help_text="until the person is erased")
    becomes = models.TextField(blank=True)
    is_kept = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    erased = Erased(cut={"by": []}, swept=["sentence", "becomes", "reason"], plain=["print"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "print"], name="one_decision_per_sentence")]

    def __str__(self) -> str:
        return f"{self.request_id} {self.print[:8]}"
