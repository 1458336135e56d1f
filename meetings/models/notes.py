"""What is captured live."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Membership
from meetings.models.meeting import AgendaItem, Meeting
from meetings.models.topics import Topic


class NoteQuerySet(models.QuerySet):
    def visible_to(self, user) -> "NoteQuerySet":
        return self.filter(meeting__in=Meeting.objects.visible_to(user))

    def told(self) -> "NoteQuerySet":
        """What is kept and read: not what closing erases, nor what sub-groups at work have not brought back."""
        return self.brought_back().exclude(kind=Note.Kind.OFF_RECORD)

    def brought_back(self) -> "NoteQuerySet":
        return self.exclude(group__isnull=False, meeting__in_groups=True)


class Note(models.Model):
    """One line captured during a meeting, under the block that was open."""

    class Kind(models.TextChoices):
        HIGHLIGHT = "highlight", _("Highlight")
        IDEA = "idea", _("Key idea")
        DECISION = "decision", _("Decision")
        ACTION = "action", _("Action")
        TOPIC = "topic", _("Suggested topic")
        RESOURCE = "resource", _("Resource")
        PRACTICE = "practice", _("Good practice")
        OFF_RECORD = "off_record", _("Not to be recorded")  # seen until the closing, which erases it

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.HIGHLIGHT)
    text = models.CharField(_("text"), max_length=600)
    item = models.ForeignKey(AgendaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="notes")
    assignee = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="actions", verbose_name=_("who")
    )
    due_on = models.DateField(_("by when"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    topic = models.ForeignKey(
        Topic,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="notes",
        help_text="what a suggested topic became in the backlog",
    )
    group = models.ForeignKey(
        "MeetingGroup", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="lines"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    key = models.UUIDField(unique=True, default=uuid.uuid4, help_text="chosen by the page: a repeated send is one note")
    version = models.PositiveIntegerField(default=0, editable=False)

    erased = Erased(cut={"assignee": [], "author": []}, words=["text"])

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return self.text
