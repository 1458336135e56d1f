"""What the invitation to a meeting says of its own."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl.parts import Part
from meetings.models.meeting import Meeting


class Invitation(Part):
    """Whether and when it left is in the meeting's own row, which every list asks."""

    meeting = models.OneToOneField(Meeting, primary_key=True, on_delete=models.CASCADE, related_name="invitation")
    words = models.TextField(blank=True, help_text="of whoever sent it; those who join later read them too")
    warm_up = models.CharField(_("a question to get going"), max_length=200, blank=True)

    erased = Erased(words=["words", "warm_up"])
