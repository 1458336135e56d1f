"""What helped a community or hindered it, noted through the year by those who facilitate it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Community
from evaluations.models.vitality import Factor


class InfluenceQuerySet(models.QuerySet):
    def visible_to(self, user) -> "InfluenceQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))

    def during(self, year: int) -> "InfluenceQuerySet":
        return self.filter(noted_on__year=year)


class Influence(models.Model):
    """One line, signed: « les facteurs qui influent – positivement ou négativement » (guide, p. 6). Whoever writes the
    annual report takes it or leaves it; the report never says who noted it."""

    class Kind(models.TextChoices):
        HELPED = "helped", _("It helped")
        HINDERED = "hindered", _("It hindered")

    LONGEST = 300

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="influences")
    kind = models.CharField(_("did it help or hinder?"), max_length=8, choices=Kind)
    text = models.CharField(_("what happened"), max_length=LONGEST)
    factor = models.CharField(_("factor of success"), max_length=20, choices=Factor, blank=True)
    noted_on = models.DateField(_("date"), default=timezone.localdate)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    is_in_report = models.BooleanField(default=False, help_text="taken by whoever writes the report of its year")

    erased = Erased(cut={"by": []}, words=["text"])

    objects = InfluenceQuerySet.as_manager()

    class Meta:
        ordering = ["-noted_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["helped", "hindered"]), name="influence_helped_or_hindered")
        ]

    def __str__(self) -> str:
        return self.text
