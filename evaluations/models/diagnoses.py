"""What was chosen to be done where fewer and fewer people come."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Community


class RetainedCauseQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "RetainedCauseQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))


class RetainedCause(models.Model):
    """One of the five causes of the guide (p. 22) that somebody retained, and what they chose to do about it. What
    came of it is not kept: the meetings held since say it."""

    class Cause(models.TextChoices):
        MOMENT = "moment", _("The time")
        SATISFACTION = "satisfaction", _("Satisfaction")
        ENGAGEMENT = "engagement", _("Engagement")
        SCATTER = "scatter", _("Scattered discussions")
        NEEDS = "needs", _("Needs")

    class Action(models.TextChoices):
        ASK_DATES = "ask_dates", _("Ask when to meet")
        TWO_QUESTIONS = "two_questions", _("Add two questions")
        CO_FACILITATE = "co_facilitate", _("Invite to co-facilitate")
        FOLLOW_UP = "follow_up", _("Plan individual follow-ups")
        RECALL = "recall", _("Recall the objective")
        REVIEW = "review", _("Review the objectives")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="retained_causes")
    cause = models.CharField(_("cause"), max_length=20, choices=Cause)
    action = models.CharField(_("action"), max_length=20, choices=Action)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    retained_on = models.DateField(default=timezone.localdate)

    erased = Erased(cut={"by": []}, plain=["cause", "action"])

    objects = RetainedCauseQuerySet.as_manager()

    class Meta:
        ordering = ["-retained_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "action", "retained_on"], name="an_action_is_retained_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()}: {self.get_action_display()}"
