"""What the invitation to a meeting says of its own, and when it leaves."""

import datetime as dt

from django.conf import settings
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
    tells_changes = models.BooleanField(
        _("tell what we have changed"), default=True, help_text="what was answered since the invitation before it"
    )
    send_at = models.DateTimeField(null=True, blank=True, help_text="the hour it leaves by itself, until it has left")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="who chose that hour; nobody once they may no longer invite, and then it does not leave",
    )

    erased = Erased(words=["words", "warm_up"], cut={"asked_by": []})

    @classmethod
    def forget_the_hour(cls, meeting: Meeting) -> None:
        cls.objects.filter(pk=meeting.pk).update(send_at=None, asked_by=None)

    @property
    def leaves_at(self) -> dt.datetime | None:
        """None when nobody chose an hour, or when whoever did may no longer invite."""
        return self.send_at if self.asked_by_id else None

    @property
    def is_held(self) -> bool:
        """Its hour was chosen by somebody who may no longer invite."""
        return self.send_at is not None and self.asked_by_id is None
