"""Answers to the question that warms a meeting up."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Membership
from meetings.models.meeting import Meeting


class WarmUpAnswer(models.Model):
    """What someone answered to a meeting's question « to get going »; those who lead may make a topic of it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="warm_up_answers")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="warm_up_answers")
    text = models.CharField(_("answer"), max_length=200)
    topic = models.ForeignKey("Topic", null=True, editable=False, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now)

    erased = Erased(deleted_with=["membership"], words=["text"])

    class Meta:
        ordering = ["answered_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "membership"], name="one_warm_up_answer_each")]

    def __str__(self) -> str:
        return self.text

    def merged_with(self, other: "WarmUpAnswer") -> dict:
        """Of two answers of one person, the later (see `communities.domain.duplicates.merging`)."""
        if other.answered_at <= self.answered_at:
            return {}
        return {name: getattr(other, name) for name in ("text", "topic_id", "answered_at")}
