"""What a person allowed, purpose by purpose and community by community; nothing is allowed until they say so.

The questions and the verbs are in `communities.domain.members.consents`.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased


class Purpose(models.TextChoices):
    """Each is asked apart from the others (Law 25, s. 8 and 14)."""

    DIRECTORY_EMAIL = "directory_email", _("Show my e-mail address to the members")
    DIRECTORY_PHONE = "directory_phone", _("Show my phone number to the members")
    DIRECTORY_EXPERTISE = "directory_expertise", _("Show what I know well to the members")
    DIRECTORY_HELP = "directory_help", _("Show the help I offer to the members")
    ALUMNI_CONTACT = "alumni_contact", _("Be contacted after I leave")
    ALUMNI_SURVEY = "alumni_survey", _("Be asked later what became of it")
    PHOTO = "photo", _("Appear in the photos taken at meetings")


class ConsentQuerySet(models.QuerySet):
    def in_force(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at=None)

    def of(self, person) -> "ConsentQuerySet":
        """All that one person ever allowed, in any community."""
        return self.filter(Q(user=person) | Q(membership__user=person))


class Consent(models.Model):
    """One purpose allowed, from a moment on; a row that was withdrawn stays as the proof of both moments.

    About a person in one community (`membership`), or about a person anywhere (`user`).
    """

    membership = models.ForeignKey(
        "communities.Membership", null=True, blank=True, on_delete=models.CASCADE, related_name="consents"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="consents"
    )
    purpose = models.CharField(max_length=24, choices=Purpose)
    wording = models.PositiveSmallIntegerField(default=1, help_text="the version of the sentence that was agreed to")
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    erased = Erased(deleted_with=["membership", "user"])

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(membership=None, user__isnull=False) | Q(membership__isnull=False, user=None),
                name="a_consent_is_about_one_subject",
            ),
            models.UniqueConstraint(
                fields=["membership", "user", "purpose"],
                condition=Q(withdrawn_at=None),
                nulls_distinct=False,
                name="one_consent_in_force_each",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership or self.user}: {self.get_purpose_display()}"


class ParentalConsent(models.Model):
    """The member is under 14, and a person who holds parental authority, or their guardian, agreed in writing (Law 25,
    s. 4.1 and 14). That the row is there says the age: no date of birth is kept."""

    class Received(models.TextChoices):
        PAPER = "paper", _("On paper, signed")
        EMAIL = "email", _("By e-mail, the signed sheet attached")
        IN_PERSON = "in_person", _("Signed in front of me")

    membership = models.OneToOneField(
        "communities.Membership", on_delete=models.CASCADE, related_name="parental_consent"
    )
    parent_name = models.CharField(_("name of the parent or guardian"), max_length=120)
    signed_on = models.DateField(_("signed on"))
    received_as = models.CharField(_("how it was received"), max_length=10, choices=Received)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    entered_at = models.DateTimeField(default=timezone.now, editable=False)

    FIELDS = ("parent_name", "signed_on", "received_as")

    erased = Erased(deleted_with=["membership"], cut={"entered_by": []}, words=["parent_name"])

    def __str__(self) -> str:
        return f"{self.membership}: {self.signed_on:%Y-%m-%d}"
