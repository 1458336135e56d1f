"""Putting two members in touch: each is asked apart, and neither gets the other's address unless both say yes."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models.community import Community
from communities.models.people import Membership


class Introduction(models.Model):
    """Proposed by whoever leads, with a reason both read; logged whatever comes of it."""

    class Answer(models.TextChoices):
        NONE = "", _("has not answered")
        YES = "yes", _("said yes")
        NO = "no", _("would rather not")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="introductions")
    one = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="introductions_as_one")
    other = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="introductions_as_other")
    why = models.CharField(_("why they should meet"), max_length=300)
    one_says = models.CharField(max_length=3, choices=Answer, blank=True, default="")
    other_says = models.CharField(max_length=3, choices=Answer, blank=True, default="")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    met_at = models.DateTimeField(null=True, blank=True, help_text="when each got the other's address")

    erased = Erased(deleted_with=["one", "other"], cut={"asked_by": []}, words=["why"])

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="one_introduction_a_pair")]

    def __str__(self) -> str:
        return f"{self.one.user} – {self.other.user}"

    def partner_of(self, membership: Membership) -> Membership:
        return self.other if membership.pk == self.one_id else self.one

    def answer_of(self, membership: Membership) -> str:
        return self.one_says if membership.pk == self.one_id else self.other_says
