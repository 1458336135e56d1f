"""What a community says in its mails; the question that warms a meeting up; who pressed « Join »."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Community, Membership
from meetings.models.meeting import Meeting


class MailWording(models.Model):
    """The subject and the opening of one kind of mail, in a community's own words. What is empty is as usual
    (see `meetings.domain.invitations.wording`): the facts, the buttons and the foot of a mail are never theirs to
    change."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Invitation")
        COMING = "coming", _("Reminder to those who said yes")
        HESITATING = "hesitating", _("Reminder to those who said maybe")
        SILENT = "silent", _("Reminder to those who have not answered")
        SOON = "soon", _("Last reminder, with the link")
        MOVED = "moved", _("Change of date or place")
        CANCELLED = "cancelled", _("Cancellation")

    FIELDS = ("subject_fr", "opening_fr", "subject_en", "opening_en")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="mail_wordings")
    kind = models.CharField(max_length=12, choices=Kind)
    subject_fr = models.CharField(_("subject"), max_length=150, blank=True)
    opening_fr = models.TextField(_("opening words"), max_length=1500, blank=True)
    subject_en = models.CharField(_("subject"), max_length=150, blank=True)
    opening_en = models.TextField(_("opening words"), max_length=1500, blank=True)

    erased = Erased(words=["subject_fr", "opening_fr", "subject_en", "opening_en"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "kind"], name="one_wording_per_kind_of_mail")]

    def __str__(self) -> str:
        return f"{self.community}: {self.kind}"

    @property
    def is_own(self) -> bool:
        return any(getattr(self, name) for name in self.FIELDS)


class WarmUpAnswer(models.Model):
    """What someone answered to a meeting's question « to get going »; those who lead may make a topic of it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="warm_up_answers")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="warm_up_answers")
    text = models.CharField(_("answer"), max_length=200)
    topic = models.ForeignKey("Topic", null=True, editable=False, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now)

    erased = Erased(deleted_with=["membership"], words=["text"])

    class Meta:
        ordering = ["answered_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "membership"], name="one_warm_up_answer_each")]

    def __str__(self) -> str:
        return self.text

    def merged_with(self, other: "WarmUpAnswer") -> dict:
        """Of two answers of one person, the later (see `communities.domain.duplicates.merging`)."""
        if other.answered_at <= self.answered_at:
            return {}
        return {name: getattr(other, name) for name in ("text", "topic_id", "answered_at")}


class JoinClick(models.Model):
    """Someone pressed « Join » on their own page: a hint, never a presence. Only the first press is kept."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="join_clicks")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="join_clicks")
    at = models.DateTimeField(default=timezone.now)

    erased = Erased(deleted_with=["membership"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "membership"], name="one_join_press_each")]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.at}"
