"""What is kept of a meeting for those who read it afterwards."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl import editing
from cmtl.parts import Part
from communities.models import Community
from meetings.models.meeting import Meeting


class Minutes(Part):
    """The synthesis, and who may read it with the notes by topic (`meetings.domain.followup.minutes`)."""

    meeting = models.OneToOneField(Meeting, primary_key=True, on_delete=models.CASCADE, related_name="minutes")
    synthesis = models.TextField(_("synthesis"), blank=True)
    version = models.PositiveIntegerField(default=0, help_text="raised by each save of the synthesis")
    level = models.CharField(
        max_length=20,
        choices=Community.MinutesLevel,
        blank=True,
        help_text="what its community kept of meetings when it was closed: no later choice opens more",
    )
    published_at = models.DateTimeField(null=True, blank=True, help_text="full minutes: members read them from then on")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    erased = Erased(cut={"published_by": []}, words=["synthesis"])

    @classmethod
    def write_over(cls, meeting: Meeting, synthesis: str, version: int) -> bool:
        """Over the version one had read. False when someone else has written in between: theirs stays here, and the
        caller still holds its own. The same words sent twice are no conflict."""
        saved = editing.write_over(cls.row_of(meeting), version, synthesis=synthesis)
        meeting.refresh_from_db()
        return saved
