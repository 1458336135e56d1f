"""Lists of members, read from files, and what each of their lines wrote."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl import retention
from communities.models.community import Community
from communities.models.people import Membership


class MemberImportQuerySet(models.QuerySet):
    def visible_to(self, user) -> "MemberImportQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))

    def waiting(self, now: dt.datetime) -> "MemberImportQuerySet":
        """With something left to do, in nobody's hands, or in those of a worker that gave no sign of life."""
        unread = Q(lines__isnull=True, problem="")
        unwritten = Q(asked_at__isnull=False, applied_at=None)
        not_undone = Q(undo_asked_at__isnull=False, undone_at=None)
        free = Q(worked_at=None) | Q(worked_at__lt=now - MemberImport.LEASE)
        return self.filter(unread | unwritten | not_undone).filter(free)


class MemberImport(models.Model):
    """A list of members read from a file and shown line by line; nothing else is written before it is applied.

    The row is the state of its own work: a worker claims it (`worker`, `worked_at`), and writes how far it came
    (`done`) in the transaction of what it wrote. The file and its lines are personal data: see `import_apply.forget`.
    """

    class State(models.TextChoices):
        READING = "reading"
        REFUSED = "refused"
        READY = "ready"
        APPLYING = "applying"
        APPLIED = "applied"
        UNDOING = "undoing"
        UNDONE = "undone"

    LEASE = dt.timedelta(minutes=2)
    UNDOABLE = retention.length("imported_lists")
    UNAPPLIED = retention.length("lists_not_imported")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="imports")
    file_name = models.CharField(max_length=200)
    status = models.CharField(
        max_length=10,
        choices=[(status.value, status.label) for status in Membership.LISTED],
        default=Membership.Status.ACTIVE,
        help_text="what the list makes of people",
    )
    source = models.BinaryField(null=True, help_text="the file, until its lines are written")
    reading = models.JSONField(default=dict, help_text="how the file is read: see importing.Reading")
    problem = models.CharField(max_length=300, blank=True, help_text="why the file is not read")
    lines = models.JSONField(
        null=True, help_text="the cells of each line, by column: see communities.domain.member_import.importing"
    )
    choices = models.JSONField(default=dict, help_text="line → kept or not, where it differs from what is proposed")
    revision = models.PositiveIntegerField(default=0, help_text="changes when the file is read in another way")
    read_at = models.DateTimeField(default=timezone.now)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    asked_at = models.DateTimeField(null=True, blank=True)
    wanted = models.JSONField(default=list, help_text="the numbers of the lines to write, in order")
    skipped = models.JSONField(default=list, help_text="[number, why] of the others")
    applied_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)
    organisations = models.JSONField(default=list, help_text="keys of those that the list made")
    undo_asked_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    done = models.PositiveIntegerField(default=0, help_text="of `total`, in the work under way")
    total = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=32, blank=True)
    worked_at = models.DateTimeField(null=True, blank=True, help_text="the worker’s last sign of life")

    erased = Erased(
        cut={"read_by": []},
        swept=["file_name", "source", "lines", "skipped", "result", "organisations", "reading"],
        plain=["problem", "choices", "wanted", "worker"],
    )

    objects = MemberImportQuerySet.as_manager()

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("communities:import_preview", args=[self.pk])

    @property
    def state(self) -> str:
        if self.undo_asked_at:
            return self.State.UNDONE if self.undone_at else self.State.UNDOING
        if self.applied_at:
            return self.State.APPLIED
        if self.asked_at:
            return self.State.APPLYING
        if self.problem:
            return self.State.REFUSED
        return self.State.READING if self.lines is None else self.State.READY

    @property
    def source_is_kept(self) -> bool:
        """Asked of the database: the file itself is not fetched with its pages."""
        return MemberImport.objects.filter(pk=self.pk, source__isnull=False).exists()

    @property
    def is_at_work(self) -> bool:
        return self.state in (self.State.READING, self.State.APPLYING, self.State.UNDOING)

    @property
    def undoable_until(self) -> dt.datetime | None:
        return self.applied_at + self.UNDOABLE if self.applied_at else None

    def is_undoable(self, now: dt.datetime | None = None) -> bool:
        """For seven days, and while it remembers what it wrote."""
        until = self.undoable_until
        return bool(self.state == self.State.APPLIED and until and (now or timezone.now()) < until and self.wanted)


class ImportedLine(models.Model):
    """What one line of a list wrote, kept for as long as it can be undone."""

    class Kept(models.TextChoices):
        """Why undoing left it as it is."""

        USED = "used", _("has replied, attended or been written to since")
        CHANGED = "changed", _("was changed since")
        GONE = "gone", _("was already taken off the list")

    member_import = models.ForeignKey(MemberImport, on_delete=models.CASCADE, related_name="written")
    number = models.PositiveIntegerField()
    membership = models.ForeignKey("Membership", null=True, on_delete=models.SET_NULL, related_name="+")
    person_is_new = models.BooleanField(default=False)
    membership_is_new = models.BooleanField(default=False)
    before = models.JSONField(default=dict, help_text="the membership, where there was one")
    after = models.JSONField(default=dict, help_text="the membership, as this line left it")
    uses = models.PositiveIntegerField(default=0, help_text="how many things hung from the membership by then")
    kept = models.CharField(max_length=10, choices=Kept, blank=True)

    erased = Erased(deleted_with=["membership"], swept=["before", "after"])

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["member_import", "number"], name="a_line_is_written_once")]

    def __str__(self) -> str:
        return f"{self.member_import_id}: {self.number}"
