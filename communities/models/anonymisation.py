"""What lost its names when its time was over; and who is told that theirs is coming."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models.community import Community


class Anonymisation(models.Model):
    """One line of the register of anonymisation (CQLR, c. A-2.1, r. 0.1, s. 9), written with the act itself: what was
    made anonymous, what it serves for since, how, and how it is protected. The date of the last analysis of the risks
    of re-identification is a human's to write."""

    class Kind(models.TextChoices):
        COMMUNITY = "community", _("The records of a community")
        ACCOUNTS = "accounts", _("Accounts that nobody used any more")

    kind = models.CharField(max_length=10, choices=Kind)
    community = models.ForeignKey(
        Community, null=True, blank=True, on_delete=models.SET_NULL, related_name="anonymisations"
    )
    at = models.DateTimeField(default=timezone.now)
    people = models.PositiveIntegerField(help_text="how many lost their names")
    description = models.TextField()
    purposes = models.TextField()
    techniques = models.TextField()
    protection = models.TextField()
    analysed_on = models.DateField(_("last analysis of the risks of re-identification"), null=True, blank=True)
    analysis = models.CharField(_("what it found"), max_length=500, blank=True)
    analysed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    erased = Erased(
        cut={"analysed_by": []}, words=["analysis"], plain=["description", "purposes", "techniques", "protection"]
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["community"], condition=models.Q(kind="community"), name="a_community_loses_its_names_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("communities:anonymisation", args=[self.pk])


class InactivityNotice(models.Model):
    """Somebody was told that their account is erased unless they use it. Gone as soon as they do."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="inactivity_notice"
    )
    told_at = models.DateTimeField(default=timezone.now)

    erased = Erased(deleted_with=["user"])

    def __str__(self) -> str:
        return f"{self.user_id}: {self.told_at:%Y-%m-%d}"
