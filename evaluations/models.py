"""What people thought: questionnaires, surveys and their sealed urns, and the annual report.

Anonymous means anonymous. While a survey is open its ballots lie in `SealedBallot` rows with random ids, sealed to a
key that is not in the database (`evaluations.keyring`); that somebody has answered is a `Receipt`, which names nobody
without that keyring. Closing opens the ballots into `Response` rows, one for each answer to each
question, deletes the receipts, and freezes what may be told in a `Release`, in one transaction; the keys go next.
Figures are read from releases only.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.erased import Erased
from communities.models import Community
from meetings.models import AgendaItem, Meeting


class Questionnaire(models.Model):
    """A version of a set of questions; past surveys keep theirs."""

    class Code(models.TextChoices):
        MEETING = "Q-R", _("End of meeting")

    code = models.CharField(max_length=5, choices=Code)
    version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_questionnaire_per_version")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Question(models.Model):
    """One question, in both languages. Locked wording lets years and communities compare."""

    class Scale(models.TextChoices):
        STEPS = "steps", _("Five described steps")
        AGREEMENT = "agreement", _("Agreement")
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

    erased = Erased(plain=["code", "wording_fr", "wording_en", "individual_fr", "individual_en", "options"])

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "code"], name="one_question_per_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.wording_fr}"


class SurveyQuerySet(models.QuerySet):
    def visible_to(self, user) -> "SurveyQuerySet":
        return self.filter(meeting__in=Meeting.objects.visible_to(user))

    def open(self) -> "SurveyQuerySet":
        return self.filter(closed_at=None)

    def taking_answers(self) -> "SurveyQuerySet":
        return self.open().filter(stopped_at=None)


class Survey(models.Model):
    """One opening of a questionnaire at a meeting."""

    WAITS_FOR_CONFIRMATION = dt.timedelta(days=14)

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="surveys")
    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="survey")
    threshold = models.PositiveSmallIntegerField(help_text="answers needed to show anything; frozen at opening")
    objective = models.CharField(max_length=300, blank=True, help_text="the one it asks about; frozen at opening")
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    opened_from = models.ForeignKey(
        AgendaItem,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="the block that opening it ended, to go back to",
    )
    closes_at = models.DateTimeField(help_text="closes by itself then")
    stopped_at = models.DateTimeField(
        null=True, blank=True, help_text="takes no more answers since, and waits until those present are confirmed"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    answers_in_session = models.PositiveIntegerField(default=0, help_text="written at closing")
    answers_after = models.PositiveIntegerField(default=0, help_text="written at closing")
    ballots_dropped = models.PositiveIntegerField(
        default=0, help_text="of nobody confirmed, or the second of one person; written at closing"
    )
    eligible = models.PositiveIntegerField(default=0, help_text="confirmed people who could answer; written at closing")
    keyring_name = models.CharField(
        max_length=32, blank=True, default="", help_text="of its keys, and its own for good"
    )
    public_key = models.BinaryField(null=True, help_text="what its ballots are sealed with")
    lost_at = models.DateTimeField(null=True, blank=True, help_text="closed without its key: nobody can read it")
    pool = models.ForeignKey(
        "Pool",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="surveys",
        help_text="if under its threshold",
    )
    cleaned_at = models.DateTimeField(
        null=True, blank=True, help_text="no deleted row is left in the database's files since"
    )

    erased = Erased(cut={"opened_by": []}, words=["objective"], plain=["keyring_name", "public_key"])

    objects = SurveyQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(threshold__gte=5), name="survey_threshold_at_least_five")]

    def __str__(self) -> str:
        return f"{self.questionnaire} · {self.meeting}"

    def get_absolute_url(self) -> str:
        return reverse("evaluations:survey", args=[self.meeting_id])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def takes_answers(self) -> bool:
        return self.is_open and self.stopped_at is None

    @property
    def waits_until(self) -> dt.datetime:
        """At the latest: it then closes without those whom nobody has confirmed."""
        return self.closes_at + self.WAITS_FOR_CONFIRMATION

    @property
    def community(self) -> Community:
        return self.meeting.community


class Urn(models.Model):
    """The door of an open survey: no urn, no answer. Closing holds its row, and those who answer hold it together."""

    survey = models.OneToOneField(Survey, primary_key=True, on_delete=models.CASCADE, related_name="urn")

    def __str__(self) -> str:
        return f"urn {self.survey_id}"

    @property
    def count(self) -> int:
        return self.ballots.count()


class SealedBallot(models.Model):
    """One person's answers, sealed to their survey's key, all of one size. Exists only while the survey is open."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    urn = models.ForeignKey(Urn, on_delete=models.CASCADE, related_name="ballots")
    sealed = models.BinaryField()

    erased = Erased(plain=["sealed"])

    def __str__(self) -> str:
        return f"sealed ballot {self.urn_id}"


class Receipt(models.Model):
    """That a person has answered, without the person: a digest that the survey's secret alone can make. Read by the
    answer and by the sender of reminders, and deleted at closing. No date."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="receipts")
    digest = models.CharField(max_length=64)

    erased = Erased(plain=["digest"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "digest"], name="one_receipt_per_person")]

    def __str__(self) -> str:
        return f"receipt {self.survey_id}"


class Pool(models.Model):
    """A year's surveys that stayed under their threshold, told together once or never (`evaluations.pooling`)."""

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


class Response(models.Model):
    """What one person answered to one question of a closed survey (or a comment of a pool), tied to nobody and to no
    other answer: a value, a list of values, or a text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, null=True, on_delete=models.CASCADE, related_name="responses")
    pool = models.ForeignKey(Pool, null=True, on_delete=models.CASCADE, related_name="responses")
    code = models.CharField(max_length=6)
    value = models.JSONField()

    erased = Erased(swept=["value"], plain=["code"])

    def __str__(self) -> str:
        return f"response {self.survey_id or self.pool}"


class Release(models.Model):
    """What may be told of a closed survey, once and for all (`evaluations.releases`). None under the threshold."""

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
    figures = models.JSONField(default=dict, help_text="frozen at publication")
    edit_version = models.PositiveIntegerField(default=0, editable=False)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    pdf = models.FileField(upload_to="reports/", blank=True)
    pdf_started_at = models.DateTimeField(null=True, blank=True)
    pdf_built_at = models.DateTimeField(null=True, blank=True)
    pdf_error = models.CharField(max_length=250, blank=True)

    erased = Erased(
        cut={"published_by": []},
        words=["highlights", "context", "outcomes", "next_year", "correction"],
        swept=["figures", "pdf"],
        plain=["pdf_error"],
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


from evaluations.life_models import CommunityArchive, Factor, FactorRating  # noqa: E402, F401
