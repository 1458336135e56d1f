"""Why the attendance of a closed meeting was corrected."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from accounts.models.history import HistoryEntry
from communities.models import Membership
from meetings.models.attendance import Attendance
from meetings.models.meeting import Meeting


class AttendanceCorrection(HistoryEntry):
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

    erased = Erased(cut={"membership": ["words"], "by": []}, plain=["was", "became"])

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
