"""For how long people speak. Erased at closing: see `meetings.domain.live.purge`."""

from django.db import models
from django.utils import timezone

from accounts.models.erased import Erased
from communities.models import Membership
from meetings.models.meeting import Meeting


class SpeakingTurn(models.Model):
    """For how long somebody has spoken. Seen by whoever facilitates, in no report, erased at closing."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="speaking_turns")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    seconds = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, help_text="while they are speaking")

    erased = Erased(deleted_with=["membership"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "membership"], name="one_turn_each")]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.seconds}"

    def spoken(self) -> int:
        """Seconds until now."""
        running = (timezone.now() - self.started_at).total_seconds() if self.started_at else 0
        return self.seconds + round(running)
