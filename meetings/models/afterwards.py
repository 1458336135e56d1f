"""What is said once a meeting is closed: why its attendance was corrected, why someone missed it, how it went."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.erased import Erased
from communities.models import Community, Membership
from meetings.models.meeting import Meeting
from meetings.models.presence import Attendance


class AttendanceCorrection(models.Model):
    """Who changed the attendance of a closed meeting, when and why. Written with the change, and never changed."""

    class Why(models.TextChoices):
        FORGOTTEN = "forgotten", _("Forgotten during the meeting")
        MISTAKE = "mistake", _("Ticked by mistake")
        TOLD = "told", _("The person told us afterwards")
        OTHER = "other", _("Another reason, in words")
        SELF = "self", _("Said by the person, on their own page")
        LATE = "late", _("Pressed as the meeting was closing")
        FILE = "file", _("From a file of Zoom or Teams")
        UNDONE = "undone", _("A file taken back")

    ASKED = (Why.FORGOTTEN, Why.MISTAKE, Why.TOLD, Why.OTHER)  # of whoever corrects by hand

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="corrections")
    membership = models.ForeignKey(
        Membership, null=True, on_delete=models.CASCADE, related_name="+", help_text="none: guests counted by head"
    )
    was = models.CharField(max_length=30, help_text="`Attendance.standing`; a number for guests")
    became = models.CharField(max_length=30)
    why = models.CharField(_("reason"), max_length=10, choices=Why)
    words = models.CharField(_("in a few words"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    erased = Erased(cut={"membership": ["words"], "by": []}, plain=["was", "became"])

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.was} → {self.became}"

    @property
    def said_was(self) -> str:
        return self._said(self.was)

    @property
    def said_became(self) -> str:
        return self._said(self.became)

    def _said(self, standing: str) -> str:
        return standing if self.membership_id is None else Attendance.said(standing)


class Absence(models.Model):
    """What counted most for someone who did not come, if they said so (evaluation.md, Q-A). Read by the team as
    counts; with a name only where the person ticked that it may be known."""

    class Reason(models.TextChoices):
        MOMENT = "moment", _("The time did not suit me")
        UNFORESEEN = "unforeseen", _("Something came up")
        TOPIC = "topic", _("The topic concerned me less")
        UNKNOWN_TOPIC = "unknown", _("I did not know the topic beforehand")
        NO_TIME = "no_time", _("I lack time these days")
        MODE = "mode", _("Its form (online or in person) did not suit me")
        NEEDS = "needs", _("The community answers my needs less")
        FORGOT = "forgot", _("I forgot")
        OTHER = "other", _("Another reason")

    attendance = models.OneToOneField(Attendance, on_delete=models.CASCADE, related_name="absence")
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    is_named = models.BooleanField(_("you may know that it is me"), default=False)
    said_at = models.DateTimeField(default=timezone.now)

    erased = Erased(kept={"attendance": ["is_named"]})

    def __str__(self) -> str:
        return self.reason


class ReflectionQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ReflectionQuerySet":
        """To its author, whatever anybody's role."""
        return self.filter(author=user)


class Reflection(models.Model):
    """The facilitator's minute (evaluation.md, Q-F). Read by its author alone: in no report, export or archive."""

    class Contributed(models.TextChoices):
        MOST = "most", _("Almost everyone")
        HALF = "half", _("About half")
        FEW = "few", _("A few people")

    class Agreement(models.TextChoices):
        NOT_AT_ALL = "1", _("Strongly disagree")
        RATHER_NOT = "2", _("Somewhat disagree")
        RATHER = "3", _("Somewhat agree")
        FULLY = "4", _("Strongly agree")
        NO_OPINION = "0", _("No opinion")

    class RulesKept(models.TextChoices):
        YES = "yes", pgettext_lazy("the rules were kept", "Yes")
        RECALLED = "recalled", _("They were recalled")
        AGAIN = "again", _("To be taken up again with the group")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="reflections")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reflections")
    face = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    contributed = models.CharField(max_length=5, choices=Contributed, blank=True)
    stayed_close = models.CharField(_("we stayed close to the objective"), max_length=1, choices=Agreement, blank=True)
    rules_kept = models.CharField(_("the rules were kept"), max_length=8, choices=RulesKept, blank=True)
    prompt = models.CharField(max_length=12, help_text="see meetings.reflecting")
    words = models.TextField(blank=True)
    plans_follow_up = models.BooleanField(default=False)
    follow_up_with = models.CharField(max_length=200, blank=True)
    written_at = models.DateTimeField(default=timezone.now)

    erased = Erased(deleted_with=["author"], words=["words", "follow_up_with"], plain=["prompt"])

    objects = ReflectionQuerySet.as_manager()

    class Meta:
        ordering = ["-meeting__starts_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "author"], name="one_reflection_each"),
            models.CheckConstraint(condition=Q(face=None) | Q(face__range=(1, 5)), name="five_faces"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.author_id}"

    @property
    def community(self) -> Community:
        return self.meeting.community
