"""What is written to people once a meeting is over."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl.parts import Part
from meetings.models.meeting import Meeting


class FollowUp(Part):
    """Drafted from what was noted, edited by a person, sent when that person presses."""

    meeting = models.OneToOneField(Meeting, primary_key=True, on_delete=models.CASCADE, related_name="follow_up")
    text = models.TextField(_("follow-up"), blank=True, help_text="as edited; empty while the draft suffices")
    words_to_absent = models.TextField(_("a word for those who were not there"), blank=True)
    version = models.PositiveIntegerField(default=0, help_text="raised by each save of the words")
    sent_at = models.DateTimeField(null=True, blank=True, help_text="for the first time")

    erased = Erased(words=["text", "words_to_absent"])
