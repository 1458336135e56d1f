"""How a meeting went, as who facilitated it noted for themselves."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.erased import Erased
from communities.models import Community
from meetings.models.meeting import Meeting


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
    prompt = models.CharField(max_length=12, help_text="see meetings.domain.followup.private_journal")
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
