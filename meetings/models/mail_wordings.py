"""What a community says in its mails."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Community


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
