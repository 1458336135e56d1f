"""How a community is doing, as those who facilitate it see it."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Community


class Factor(models.TextChoices):
    """The six key elements a community's success depends on (guide, p. 22)."""

    FACILITATION = "facilitation", _("A lively facilitation")
    GROUP = "group", _("The composition and size of the group")
    OBJECTIVES = "objectives", _("Clear and realistic objectives")
    RULES = "rules", _("Rules defined and shared")
    ENGAGEMENT = "engagement", _("The commitment of the members")
    EVALUATION = "evaluation", _("The evaluation of the community")


class FactorRating(models.Model):
    """What those who facilitate think of one factor, on one day, by the rubric of `evaluations.domain.rubric`. A new
    rating follows the last; none is edited."""

    class Level(models.IntegerChoices):
        TO_BUILD = 0, _("To build")
        FRAGILE = 1, _("Fragile")
        SOLID = 2, _("Solid")
        A_STRENGTH = 3, _("A strength")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="factor_ratings")
    factor = models.CharField(max_length=20, choices=Factor)
    level = models.PositiveSmallIntegerField(_("our rating"), choices=Level, validators=[MaxValueValidator(3)])
    note = models.CharField(_("note"), max_length=300, blank=True)
    rated_on = models.DateField(default=timezone.localdate)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    erased = Erased(cut={"by": []}, words=["note"])

    class Meta:
        ordering = ["-rated_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_factor_display()}: {self.level}"
