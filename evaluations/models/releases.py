"""What may be told of closed surveys, written once; and evaluations made aloud."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Community
from evaluations.models.questionnaires import Questionnaire
from evaluations.models.surveys import Survey
from meetings.models import Meeting


class Pool(models.Model):
    """A year's surveys that stayed under their threshold, told together once or never
    (`evaluations.domain.surveys.pooling`)."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="pools")
    year = models.PositiveSmallIntegerField()
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="+")
    threshold = models.PositiveSmallIntegerField(help_text="the highest of its surveys")
    n = models.PositiveIntegerField(default=0, help_text="answers to the questionnaire, of all its surveys")
    answers = models.JSONField(default=dict, help_text="question → values, sorted; empty once released")
    people = models.JSONField(default=list, help_text="digests of who answered, sorted; empty once released")
    keyring_name = models.CharField(max_length=32, help_text="of the secret that makes them")
    is_told = models.BooleanField(default=False)
    figures = models.JSONField(default=dict, help_text="what is told, once and for all")

    erased = Erased(words=["figures"], swept=["answers"], plain=["people", "keyring_name"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "year", "questionnaire"], condition=Q(is_told=False), name="one_pool_that_fills"
            )
        ]

    def __str__(self) -> str:
        return f"pool {self.community_id} {self.year}"


class Release(models.Model):
    """What may be told of a closed survey, once and for all (`evaluations.domain.surveys.releases`). None under the
    threshold."""

    survey = models.OneToOneField(Survey, primary_key=True, on_delete=models.CASCADE, related_name="release")
    figures = models.JSONField(help_text="n, what is told of each question, topics wished for")

    erased = Erased(words=["figures"])

    def __str__(self) -> str:
        return f"release {self.survey_id}"


class CommentBatch(models.Model):
    """Comments of a community's closed surveys, shown five or more together and without their meeting."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="comment_batches")
    texts = models.JSONField(help_text="in an order that only the words decide")
    released_on = models.DateField(default=timezone.localdate)

    erased = Erased(words=["texts"])

    class Meta:
        ordering = ["-released_on", "-pk"]

    def __str__(self) -> str:
        return f"comments {self.community_id} {self.released_on}"


class SpokenEvaluation(models.Model):
    """A meeting too small for an anonymous one, evaluated aloud: hands counted and what was said, keyed by whoever
    facilitates. Never added to what people wrote."""

    meeting = models.OneToOneField(
        Meeting, primary_key=True, on_delete=models.CASCADE, related_name="spoken_evaluation"
    )
    fingers_1 = models.PositiveSmallIntegerField(_("one finger"), default=0)
    fingers_2 = models.PositiveSmallIntegerField(_("two fingers"), default=0)
    fingers_3 = models.PositiveSmallIntegerField(_("three fingers"), default=0)
    fingers_4 = models.PositiveSmallIntegerField(_("four fingers"), default=0)
    fingers_5 = models.PositiveSmallIntegerField(_("five fingers"), default=0)
    useful = models.CharField(_("what was useful"), max_length=400, blank=True)
    to_change = models.CharField(_("what to change"), max_length=400, blank=True)
    wished = models.CharField(_("a topic for a next meeting"), max_length=400, blank=True)
    keyed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    keyed_at = models.DateTimeField(auto_now=True)

    erased = Erased(cut={"keyed_by": []}, words=["useful", "to_change", "wished"])

    FINGERS = ("fingers_1", "fingers_2", "fingers_3", "fingers_4", "fingers_5")

    def __str__(self) -> str:
        return f"aloud {self.meeting_id}"

    @property
    def hands(self) -> list[int]:
        """How many showed one finger, two, … five."""
        return [getattr(self, name) for name in self.FINGERS]
