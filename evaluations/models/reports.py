"""Annual reports, and how far each objective is."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Community


class AnnualReportQuerySet(models.QuerySet):
    def visible_to(self, user) -> "AnnualReportQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))

    def published(self) -> "AnnualReportQuerySet":
        return self.exclude(published_at=None)


class AnnualReport(models.Model):
    """A community's year: figures frozen at publication, words written by people. A correction makes a new version."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="reports")
    year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    highlights = models.TextField(_("three findings of the year"), blank=True)
    context = models.TextField(_("context of the year"), blank=True)
    outcomes = models.TextField(_("outcomes, expected or not"), blank=True)
    next_year = models.TextField(_("what changes next year"), blank=True)
    correction = models.CharField(_("what this version corrects"), max_length=300, blank=True)
    study = models.CharField(_("external study"), max_length=500, blank=True)
    study_url = models.URLField(max_length=500, blank=True)
    to_members = models.TextField(_("your words to the members"), blank=True)
    quoted = models.JSONField(default=list, blank=True, help_text="the testimonials chosen, by their numbers")
    figures = models.JSONField(default=dict, help_text="frozen at publication")
    edit_version = models.PositiveIntegerField(default=0, editable=False)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    pdf = models.FileField(upload_to="reports/", blank=True)
    pdf_started_at = models.DateTimeField(null=True, blank=True)
    pdf_built_at = models.DateTimeField(null=True, blank=True)
    pdf_error = models.CharField(max_length=250, blank=True)

    WORDS = ("highlights", "context", "outcomes", "next_year", "study", "study_url", "to_members", "correction")

    erased = Erased(
        cut={"published_by": []},
        words=["highlights", "context", "outcomes", "next_year", "study", "to_members", "correction"],
        swept=["figures", "pdf"],
        plain=["pdf_error", "quoted", "study_url"],
    )

    objects = AnnualReportQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-version"]
        constraints = [models.UniqueConstraint(fields=["community", "year", "version"], name="one_report_per_version")]

    def __str__(self) -> str:
        return f"{self.community} {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("evaluations:report", args=[self.community_id, self.year])


class ObjectiveRating(models.Model):
    """The facilitator's own rating of an objective for a year."""

    class Level(models.TextChoices):
        REACHED = "reached", _("Reached")
        UNDER_WAY = "under_way", _("Under way")
        TO_REVIEW = "to_review", _("To review")

    objective = models.ForeignKey("communities.Objective", on_delete=models.CASCADE, related_name="ratings")
    year = models.PositiveSmallIntegerField()
    level = models.CharField(_("where are we?"), max_length=10, choices=Level)
    comment = models.CharField(_("evidence, what comes next"), max_length=400, blank=True)

    erased = Erased(words=["comment"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["objective", "year"], name="one_rating_per_year")]

    def __str__(self) -> str:
        return f"{self.objective_id} {self.year}: {self.level}"
