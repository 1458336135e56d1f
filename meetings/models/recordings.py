"""The register of recordings. No recording is kept here: only why, with whose consent, who may hear it, until when."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Community, Membership
from meetings.models.meeting import Meeting


class RecordingQuerySet(models.QuerySet):
    def visible_to(self, user) -> "RecordingQuerySet":
        """To those who answer for its destruction: whoever leads its community for good, whatever became of it, and
        administrators, who learn no more than where it is and until when."""
        return self if user.is_staff else self.filter(meeting__community__in=Community.objects.manageable_by(user))

    def kept(self) -> "RecordingQuerySet":
        """Made, and not destroyed."""
        return self.filter(started_at__isnull=False, destroyed_at=None)

    def to_destroy(self, today: dt.date | None = None) -> "RecordingQuerySet":
        """Kept, and due: its day has come, or somebody withdrew."""
        today = today or timezone.localdate()
        return self.kept().filter(Q(destroy_on__lte=today) | Q(withdrawn_at__isnull=False))


class Recording(models.Model):
    """Rare, for taking notes, with everyone's consent, destroyed within thirty days (guide, p. 14; Law 25)."""

    class Hearing(models.TextChoices):
        NOTES = "notes", _("Only the person who takes notes")
        TEAM = "team", _("The people who facilitate and take notes")

    LONGEST = dt.timedelta(days=30)

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="recording")
    purpose = models.CharField(_("what it is for"), max_length=300)
    heard_by = models.CharField(_("who may hear it"), max_length=10, choices=Hearing, default=Hearing.NOTES)
    kept_at = models.CharField(_("where it will be kept"), max_length=200, blank=True)
    destroy_on = models.DateField(_("to be destroyed on"))
    guests_agreed = models.PositiveSmallIntegerField(default=0, help_text="guests counted by head who said yes aloud")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="somebody refused or withdrew once it was made"
    )
    destroyed_at = models.DateTimeField(null=True, blank=True)
    destroyed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    erased = Erased(cut={"asked_by": [], "destroyed_by": []}, words=["purpose", "kept_at"])

    objects = RecordingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.purpose}"

    @property
    def community(self) -> Community:
        return self.meeting.community

    @property
    def is_running(self) -> bool:
        return self.started_at is not None and self.stopped_at is None

    @property
    def is_due(self) -> bool:
        """To be destroyed now."""
        if not self.started_at or self.destroyed_at:
            return False
        return self.withdrawn_at is not None or self.destroy_on <= timezone.localdate()


class RecordingConsent(models.Model):
    """What one person said of this recording, themselves or aloud; the last word counts, all are dated."""

    class How(models.TextChoices):
        SELF = "self", _("on their own page")
        ALOUD = "aloud", _("aloud, noted by the person who facilitates")

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="consents")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    agrees = models.BooleanField()
    how = models.CharField(max_length=5, choices=How)
    said_at = models.DateTimeField(default=timezone.now)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    erased = Erased(kept={"membership": []}, cut={"noted_by": []})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "membership"], name="one_consent_each")]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.agrees}"
