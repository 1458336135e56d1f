"""How those who facilitate see their own facilitation, once a year."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased


class SelfAssessmentQuerySet(models.QuerySet):
    def visible_to(self, user) -> "SelfAssessmentQuerySet":
        """To its author, whatever anybody's role."""
        return self.filter(author=user)


class SelfAssessment(models.Model):
    """One year seen by its author (evaluation.md, Q-C), for them alone: no page, report or archive shows it to anybody
    else. Of all the communities they facilitate: a quality is a person's."""

    class Frequency(models.IntegerChoices):
        RARELY = 1, _("Rarely")
        SOMETIMES = 2, _("Sometimes")
        OFTEN = 3, _("Often")
        NEARLY_ALWAYS = 4, _("Almost always")

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="self_assessments")
    year = models.PositiveSmallIntegerField()
    answers = models.JSONField(default=dict, blank=True, help_text="code of a quality → [frequency or null, example]")
    to_strengthen = models.TextField(_("a skill to strengthen this year"), blank=True)
    written_at = models.DateTimeField(default=timezone.now)

    erased = Erased(deleted_with=["author"], swept=["answers", "to_strengthen"])

    objects = SelfAssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["author", "year"], name="one_self_assessment_a_year")]

    def __str__(self) -> str:
        return f"{self.author_id} {self.year}"
