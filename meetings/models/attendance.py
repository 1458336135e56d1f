"""Who came. Never the same thing as who replied."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Membership
from meetings.models.meeting import Meeting


class AttendanceQuerySet(models.QuerySet):
    def present(self) -> "AttendanceQuerySet":
        return self.filter(status=Attendance.Status.PRESENT)

    def provisional(self) -> "AttendanceQuerySet":
        """Known by a name typed in the room alone, which proves nothing: see
        `meetings.domain.attendance.typed_names`."""
        return self.present().filter(method=Attendance.Method.CODE)

    def confirmed(self) -> "AttendanceQuerySet":
        """By the person's own link, by somebody who runs the meeting, or by a file."""
        return self.present().exclude(method=Attendance.Method.CODE)


class Attendance(models.Model):
    """Whether someone came, as recorded by someone or by themselves. Absent rows exist; silence is not an absence."""

    class Status(models.TextChoices):
        PRESENT = "present", _("Present")
        ABSENT = "absent", _("Absent")
        EXCUSED = "excused", _("Excused")
        UNKNOWN = "unknown", _("Not recorded")

    class Method(models.TextChoices):
        ROSTER = "roster", _("Ticked on the list")
        LINK = "link", _("Own link")
        CODE = "code", _("QR or code")
        WALK_IN = "walk_in", _("Added on the spot")
        IMPORT = "import", _("Imported")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="attendances")
    status = models.CharField(_("attendance"), max_length=8, choices=Status, default=Status.UNKNOWN)
    method = models.CharField(max_length=8, choices=Method, blank=True)
    mode = models.CharField(max_length=10, choices=Meeting.Mode, blank=True)
    came_late = models.BooleanField(default=False, help_text="a mark on a presence; nothing is counted from it")
    left_early = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = AttendanceQuerySet.as_manager()

    erased = Erased(kept={"membership": []}, cut={"recorded_by": []})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "membership"], name="one_attendance_per_member")]
        indexes = [models.Index(fields=["membership", "status"], name="attendance_of_member")]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.status}"

    @property
    def is_in_person(self) -> bool:
        return self.mode == Meeting.Mode.IN_PERSON

    @property
    def standing(self) -> str:
        """The status with its marks, in one word that a correction keeps: « present+late »."""
        marks = [name for name, is_on in (("late", self.came_late), ("early", self.left_early)) if is_on]
        return "+".join([self.status, *marks])

    @classmethod
    def said(cls, standing: str) -> str:
        """That word for a reader."""
        status, *marks = standing.split("+")
        words = {"late": _("came late"), "early": _("left early")}
        return ", ".join([str(cls.Status(status).label), *(str(words[mark]) for mark in marks)])

    def merged_with(self, other: "Attendance") -> dict:
        """Of two lines of one person, present beats excused, which beats absent (see
        `communities.domain.duplicates.merging`)."""
        weight = [self.Status.UNKNOWN, self.Status.ABSENT, self.Status.EXCUSED, self.Status.PRESENT]
        if weight.index(self.Status(other.status)) <= weight.index(self.Status(self.status)):
            return {}
        names = ("status", "method", "mode", "came_late", "left_early", "recorded_at", "recorded_by_id")
        return {name: getattr(other, name) for name in names}


class RoomSeat(models.Model):
    """What a phone holds once a name was typed at the room's code: its own place in the evaluation, beside the one of
    the personal link of whoever has that name. Whose it is stays provisional (see
    `meetings.domain.attendance.typed_names`)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="room_seats")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="room_seats")

    erased = Erased(deleted_with=["membership"])

    def __str__(self) -> str:
        return f"seat {self.pk} at {self.meeting_id}"
