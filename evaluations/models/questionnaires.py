"""Questionnaires: versions of sets of questions, whose locked wording lets years and communities compare."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased


class QuestionnaireQuerySet(models.QuerySet):
    def visible_to(self, user) -> "QuestionnaireQuerySet":
        """All of them, to whoever reads the bank: they belong to no community."""
        return self if user.has_perm("evaluations.read_bank") else self.none()

    def standing(self) -> "QuestionnaireQuerySet":
        """Those that were not taken back."""
        return self.filter(taken_back_at=None)


class Questionnaire(models.Model):
    """A version of a set of questions; past surveys keep theirs. Its questions never change once it is made."""

    class Code(models.TextChoices):
        MEETING = "Q-R", _("End of meeting")
        ANNUAL = "Q-M", _("Annual evaluation")
        ALUMNI = "Q-N", _("Former members")
        ORGANISATION = "Q-O", _("Organisation")

    code = models.CharField(max_length=5, choices=Code)
    version = models.PositiveSmallIntegerField(default=1)
    made_at = models.DateTimeField(null=True, blank=True, help_text="None: it came with the software")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    taken_back_at = models.DateTimeField(
        null=True, blank=True, help_text="before anyone was asked it: no survey opens with it"
    )

    erased = Erased(cut={"made_by": []})

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_questionnaire_per_version")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Question(models.Model):
    """One question, in both languages. Locked wording lets years and communities compare."""

    class Scale(models.TextChoices):
        STEPS = "steps", _("Five described steps")
        AGREEMENT = "agreement", _("Agreement")
        FREQUENCY = "frequency", _("How often")
        PROGRESS = "progress", _("How far along")
        EXTENT = "extent", _("To what extent")
        SATISFIED = "satisfied", _("Satisfaction")
        CHOICE = "choice", _("One choice")
        CHOICES = "choices", _("Up to three choices")
        TEXT = "text", _("Text")

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="questions")
    code = models.CharField(max_length=6)
    position = models.PositiveSmallIntegerField()
    scale = models.CharField(max_length=10, choices=Scale)
    wording_fr = models.CharField(max_length=300)
    wording_en = models.CharField(max_length=300)
    individual_fr = models.CharField(max_length=300, blank=True, help_text="wording for members as individuals")
    individual_en = models.CharField(max_length=300, blank=True)
    options = models.JSONField(default=list, help_text='[{"value": "1", "fr": "…", "en": "…"}, …]')
    is_locked = models.BooleanField(default=False)
    is_required = models.BooleanField(default=False)
    in_person_only = models.BooleanField(default=False)
    of_organisations_only = models.BooleanField(default=False, help_text="not asked where members are individuals")

    erased = Erased(plain=["code", "wording_fr", "wording_en", "individual_fr", "individual_en", "options"])

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "code"], name="one_question_per_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.wording_fr}"
