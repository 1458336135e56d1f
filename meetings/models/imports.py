"""Files of Zoom and Teams that say who was there."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models.erased import Erased
from meetings.models.meeting import Meeting


class AttendanceImportQuerySet(models.QuerySet):
    def visible_to(self, user) -> "AttendanceImportQuerySet":
        return self.filter(meeting__in=Meeting.objects.visible_to(user))


class AttendanceImport(models.Model):
    """A file as it was read, and what it changed. It holds names and private addresses: kept a week, for the undo."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance_imports")
    file_name = models.CharField(max_length=200)
    lines = models.JSONField(help_text="one per person found: see meetings.domain.attendance.attendance_import")
    read_at = models.DateTimeField(default=timezone.now)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    before = models.JSONField(default=dict, help_text="what it wrote over, to put back")

    erased = Erased(cut={"read_by": []}, swept=["file_name", "lines", "before"])

    objects = AttendanceImportQuerySet.as_manager()

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("meetings:review_attendance", args=[self.pk])

    @property
    def community(self):
        return self.meeting.community
