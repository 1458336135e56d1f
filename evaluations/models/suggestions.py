"""What became of each suggestion that members made."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Community
from evaluations.models.campaigns import Campaign
from evaluations.models.releases import CommentBatch, SpokenEvaluation
from meetings.models import Improvement


class SortedSuggestion(models.Model):
    """A suggestion that somebody sorted. Its words stay where they were released: this knows their digest alone, and
    goes with them."""

    SOURCES = ("batch", "campaign", "spoken")

    class Kind(models.TextChoices):
        TOPIC = "topic", _("A topic of the backlog")
        IMPROVEMENT = "improvement", _("An improvement")
        THANKS = "thanks", _("Read, and set aside")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="sorted_suggestions")
    batch = models.ForeignKey(CommentBatch, null=True, on_delete=models.CASCADE, related_name="sorted")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.CASCADE, related_name="sorted")
    spoken = models.ForeignKey(SpokenEvaluation, null=True, on_delete=models.CASCADE, related_name="sorted")
    key = models.CharField(max_length=16, help_text="digest of its words")
    kind = models.CharField(max_length=11, choices=Kind)
    improvement = models.ForeignKey(
        Improvement,
        null=True,
        on_delete=models.CASCADE,
        related_name="suggestions",
        help_text="removed, the suggestion is to be sorted again",
    )
    sorted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    sorted_at = models.DateTimeField(default=timezone.now)

    erased = Erased(cut={"sorted_by": []}, plain=["key"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "key"], name="suggestion_of_a_batch_is_sorted_once"),
            models.UniqueConstraint(fields=["campaign", "key"], name="suggestion_of_a_campaign_is_sorted_once"),
            models.UniqueConstraint(fields=["spoken", "key"], name="suggestion_of_a_spoken_is_sorted_once"),
            models.CheckConstraint(
                condition=Q(batch__isnull=False, campaign=None, spoken=None)
                | Q(batch=None, campaign__isnull=False, spoken=None)
                | Q(batch=None, campaign=None, spoken__isnull=False),
                name="suggestion_has_one_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
