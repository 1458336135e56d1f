"""What a community is for (guide, p. 8-9)."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from accounts.models.history import HistoryEntry
from communities.models.community import Community

MANY_OBJECTIVES = 5  # in progress; above, they are hard to keep alive (guide, p. 9)


class Objective(models.Model):
    """What a community is for, told to its members (guide, p. 8-9)."""

    class Kind(models.TextChoices):
        LINKS = "links", _("Creating or strengthening links")
        POOLING = "pooling", _("Pooling resources")
        PROJECTS = "projects", _("Developing joint projects")
        PRACTICE = "practice", _("Sharing experience and good practice")

    class State(models.TextChoices):
        ACTIVE = "active", _("In progress")
        REACHED = "reached", _("Reached")
        DROPPED = "dropped", _("Dropped")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="objectives")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    wording = models.CharField(_("objective"), max_length=300)
    indicator = models.CharField(_("how we will know"), max_length=300, blank=True)
    target = models.CharField(_("target"), max_length=200, blank=True)
    resources = models.CharField(_("resources it takes"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.ACTIVE)
    reviewed_on = models.DateField(_("last reviewed"), default=dt.date.today)
    position = models.PositiveSmallIntegerField(default=0)

    erased = Erased(words=["wording", "indicator", "target", "resources"])

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.wording

    FIELDS = ("kind", "wording", "indicator", "target", "resources", "state")

    def revise(self, changes: dict[str, Any], *, by: Any) -> None:
        """Say it otherwise from today; what it said before is kept, with who changed it and when."""
        self.earlier.create(by=by, **{name: getattr(self, name) for name in self.FIELDS})
        for name, value in changes.items():
            setattr(self, name, value)
        self.reviewed_on = timezone.localdate()
        self.save(update_fields=[*changes, "reviewed_on"])


class ObjectiveVersion(HistoryEntry):
    """What an objective said until somebody changed it."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="earlier")
    kind = models.CharField(max_length=20, choices=Objective.Kind)
    wording = models.CharField(max_length=300)
    indicator = models.CharField(max_length=300, blank=True)
    target = models.CharField(max_length=200, blank=True)
    resources = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=20, choices=Objective.State)

    erased = Erased(cut={"by": []}, words=["wording", "indicator", "target", "resources"])

    def __str__(self) -> str:
        return self.wording


class ObjectivesReview(models.Model):
    """A day when those who lead read the objectives again, with the guide's four questions (p. 9)."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="objective_reviews")
    on = models.DateField(default=dt.date.today)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    too_many = models.BooleanField(_("Too many"), default=False)
    too_ambitious = models.BooleanField(_("Too ambitious"), default=False)
    too_vague = models.BooleanField(_("Too vague"), default=False)
    without_resources = models.BooleanField(_("Without the resources they take"), default=False)

    FAULTS = ("too_many", "too_ambitious", "too_vague", "without_resources")

    erased = Erased(cut={"by": []})

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["community", "on"], name="one_review_of_objectives_a_day")]

    def __str__(self) -> str:
        return f"{self.community} · {self.on}"

    @property
    def faults(self) -> list[str]:
        """What was ticked, as it is read."""
        fields = [self._meta.get_field(name) for name in self.FAULTS if getattr(self, name)]
        return [str(field.verbose_name) for field in fields]  # type: ignore[union-attr]


class ExcludedExpectation(models.Model):
    """An expectation the community will probably not meet, said openly to its members (guide, p. 9)."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="excluded_expectations")
    wording = models.CharField(_("expectation"), max_length=300)
    reason = models.CharField(_("why, and where to turn instead"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    erased = Erased(words=["wording", "reason"])

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.wording


class ObjectiveProposalQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "ObjectiveProposalQuerySet":
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(community__in=Community.objects.inside_for(user)))

    def waiting(self) -> "ObjectiveProposalQuerySet":
        return self.filter(state=ObjectiveProposal.State.WAITING)


class ObjectiveProposal(models.Model):
    """A member's objective, or other words for one that exists, until those who lead answer (see `proposals`)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for an answer")
        ADOPTED = "adopted", _("Adopted")
        DECLINED = "declined", _("Not kept")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="objective_proposals")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="objective_proposals"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Objective.Kind)
    wording = models.CharField(_("objective"), max_length=300)
    replaces = models.ForeignKey(
        Objective, null=True, blank=True, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("replaces")
    )
    proposed_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    answer = models.CharField(_("answer to the person"), max_length=500, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)

    erased = Erased(cut={"by": [], "decided_by": []}, words=["wording", "answer"])

    objects = ObjectiveProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]

    def __str__(self) -> str:
        return self.wording

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
