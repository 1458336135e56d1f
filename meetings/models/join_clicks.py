"""Who pressed « Join »."""

from django.db import models
from django.utils import timezone

from accounts.models.erased import Erased
from communities.models import Membership
from meetings.models.meeting import Meeting


class JoinClick(models.Model):
    """Someone pressed « Join » on their own page: a hint, never a presence. Only the first press is kept."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="join_clicks")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="join_clicks")
    at = models.DateTimeField(default=timezone.now)

    erased = Erased(deleted_with=["membership"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "membership"], name="one_join_press_each")]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.at}"
