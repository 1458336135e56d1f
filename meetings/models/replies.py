"""What people answered to an invitation. Never a presence."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl.encrypted import EncryptedTextField
from communities.models import Membership
from meetings.models.meeting import Meeting


class Reply(models.Model):
    """What someone answered to an invitation. Never a presence."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        MAYBE = "maybe", _("Maybe")
        NO = "no", _("No")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="replies")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="replies")
    answer = models.CharField(
        _("answer"), max_length=5, choices=Answer, blank=True, help_text="empty: asked again, see answer_before"
    )
    answer_before = models.CharField(
        max_length=5, choices=Answer, blank=True, editable=False, help_text="given for a time or a place that changed"
    )
    yes_since = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="the turn in line for a room that has so many seats"
    )
    is_waiting = models.BooleanField(
        default=False, editable=False, help_text="for a seat: see meetings.domain.invitations.waiting_list"
    )
    mode = models.CharField(_("mode"), max_length=10, choices=Meeting.Mode, blank=True)
    wish = models.CharField(_("a topic you would like us to address"), max_length=200, blank=True)
    topic = models.ForeignKey(
        "Topic",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="wished_in",
        help_text="what the wish became in the backlog",
    )
    needs = EncryptedTextField(
        _("what you need to take part"), max_length=300, blank=True, help_text="erased the day after (meetings.needs)"
    )
    answered_at = models.DateTimeField(default=timezone.now)

    erased = Erased(kept={"membership": ["wish", "needs"]})

    class Meta:
        verbose_name_plural = "replies"
        constraints = [models.UniqueConstraint(fields=["meeting", "membership"], name="one_reply_per_member")]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.answer}"

    @property
    def is_in_room(self) -> bool:
        return self.answer == self.Answer.YES and self.mode != Meeting.Mode.ONLINE

    def merged_with(self, other: "Reply") -> dict:
        """Of two answers of one person, the later (see `communities.domain.duplicates.merging`)."""
        if other.answered_at <= self.answered_at:
            return {}
        given = ("answer", "answer_before", "mode", "answered_at", "yes_since", "is_waiting")
        return {name: getattr(other, name) for name in (*given, "wish", "topic_id")}
