"""Surveys and their ballots. Anonymous means anonymous.

While a survey is open its ballots lie in `SealedBallot` rows with random ids, sealed to a key that is not in the
database (`evaluations.domain.surveys.keyring`); that somebody has answered is a `Receipt`, which names nobody without
that keyring. Closing opens the ballots into `Response` rows, one for each answer to each question, deletes the
receipts, and freezes what may be told in a `Release`, in one transaction; the keys go next. Figures are read from
releases only.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models.erased import Erased
from communities.models import Community
from evaluations.models.questionnaires import Questionnaire
from meetings.models import AgendaItem, Meeting


class SurveyQuerySet(models.QuerySet):
    def visible_to(self, user) -> "SurveyQuerySet":
        of_campaigns = Q(campaign__community__in=Community.objects.inside_for(user))
        return self.filter(Q(meeting__in=Meeting.objects.visible_to(user)) | of_campaigns)

    def open(self) -> "SurveyQuerySet":
        return self.filter(closed_at=None)

    def taking_answers(self) -> "SurveyQuerySet":
        return self.open().filter(stopped_at=None)


class Survey(models.Model):
    """One opening of a questionnaire: at a meeting, or in a campaign of a community."""

    WAITS_FOR_CONFIRMATION = dt.timedelta(days=14)

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="surveys")
    meeting = models.OneToOneField(Meeting, null=True, on_delete=models.CASCADE, related_name="survey")
    campaign = models.OneToOneField("Campaign", null=True, on_delete=models.CASCADE, related_name="survey")
    threshold = models.PositiveSmallIntegerField(help_text="answers needed to show anything; frozen at opening")
    objective = models.CharField(max_length=300, blank=True, help_text="the one it asks about; frozen at opening")
    own_questions = models.JSONField(
        default=list, help_text="of its community, as they stood at opening (`domain.surveys.own_questions`)"
    )
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
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="the last time")
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

    erased = Erased(cut={"opened_by": []}, words=["objective", "own_questions"], plain=["keyring_name", "public_key"])

    objects = SurveyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(threshold__gte=5), name="survey_threshold_at_least_five"),
            models.CheckConstraint(
                condition=Q(meeting=None, campaign__isnull=False) | Q(meeting__isnull=False, campaign=None),
                name="survey_of_a_meeting_or_of_a_campaign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} · {self.meeting or self.campaign}"

    def get_absolute_url(self) -> str:
        if self.campaign_id:
            return reverse("evaluations:campaign", args=[self.campaign_id])
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
    def its_meeting(self) -> Meeting:
        """Of the survey of a meeting, where no campaign comes."""
        if self.meeting is None:
            raise Meeting.DoesNotExist("the survey of a campaign")
        return self.meeting

    @property
    def community(self) -> Community:
        return self.campaign.community if self.campaign else self.its_meeting.community

    @property
    def may_write(self) -> bool:
        """Whether its mails leave without anyone pressing."""
        return self.campaign.may_write if self.campaign else self.community.writes_by_itself

    def touch(self) -> None:
        """Whoever follows the meeting is shown it again; nobody follows a campaign from second to second."""
        if self.meeting:
            self.meeting.touch()


class BallotBox(models.Model):
    """The door of an open survey: no box, no answer. Closing holds its row, and those who answer hold it together."""

    survey = models.OneToOneField(Survey, primary_key=True, on_delete=models.CASCADE, related_name="ballot_box")

    def __str__(self) -> str:
        return f"ballot box {self.survey_id}"

    @property
    def count(self) -> int:
        return self.ballots.count()


class SealedBallot(models.Model):
    """One person's answers, sealed to their survey's key, all of one size. Exists only while the survey is open."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ballot_box = models.ForeignKey(BallotBox, on_delete=models.CASCADE, related_name="ballots")
    sealed = models.BinaryField()

    erased = Erased(plain=["sealed"])

    def __str__(self) -> str:
        return f"sealed ballot {self.ballot_box_id}"


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


class Response(models.Model):
    """What one person answered to one question of a closed survey (or a comment of a pool), tied to nobody and to no
    other answer: a value, a list of values, or a text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, null=True, on_delete=models.CASCADE, related_name="responses")
    pool = models.ForeignKey("Pool", null=True, on_delete=models.CASCADE, related_name="responses")
    code = models.CharField(max_length=6)
    value = models.JSONField()

    erased = Erased(swept=["value"], plain=["code"])

    def __str__(self) -> str:
        return f"response {self.survey_id or self.pool}"
