"""Questions that a community asks of its own, beside those that are asked everywhere."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Community, Objective
from evaluations.models.questionnaires import Question


class OwnQuestionQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "OwnQuestionQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))


class OwnQuestion(models.Model):
    """One of a community's own questions, three at most. Each survey keeps those it asks as they stood when it was
    opened (`Survey.own_questions`): changing one later changes nothing of what was asked."""

    MOST = 3

    class Moment(models.TextChoices):
        MEETING = "meeting", _("At the end of each meeting")
        YEAR = "year", _("Once a year, in the annual evaluation")

    class Scale(models.TextChoices):
        AGREEMENT = Question.Scale.AGREEMENT, _("Agreement, in four steps")
        FREQUENCY = Question.Scale.FREQUENCY, _("How often, in four steps")
        CHOICE = Question.Scale.CHOICE, _("One choice, among answers you write")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="own_questions")
    number = models.PositiveSmallIntegerField(help_text="1 to 3: its code is X1 to X3")
    moment = models.CharField(_("when it is asked"), max_length=10, choices=Moment, default=Moment.MEETING)
    scale = models.CharField(_("answers"), max_length=10, choices=Scale, default=Scale.AGREEMENT)
    wording_fr = models.CharField(_("question in French"), max_length=300)
    wording_en = models.CharField(_("question in English"), max_length=300, blank=True)
    choices_fr = models.TextField(_("answers to choose from, in French"), blank=True, help_text="one a line")
    choices_en = models.TextField(_("the same answers, in English"), blank=True, help_text="one a line")
    objective = models.ForeignKey(
        Objective, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("objective")
    )

    erased = Erased(words=["wording_fr", "wording_en", "choices_fr", "choices_en"])

    objects = OwnQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="one_own_question_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=3), name="three_own_questions_at_most"),
        ]

    def __str__(self) -> str:
        return self.wording_fr
