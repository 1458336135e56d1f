"""Who has read the rules at the opening of a meeting. Erased at closing: see `meetings.domain.live.purge`."""

from django.db import models

from accounts.models.erased import Erased
from communities.models import Membership
from meetings.models.meeting import Meeting


class RulesRead(models.Model):
    """« I have read them », at the opening. Counted only, erased at closing."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="rules_read")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")

    erased = Erased(deleted_with=["membership"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "membership"], name="rules_read_once_a_meeting")]

    def __str__(self) -> str:
        return f"{self.meeting_id}"
