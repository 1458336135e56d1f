"""What members say of their community under their name or none, and each use of it that they allowed.

`in_force` is the one question: every page, mail and report that shows a testimonial goes through it. Days alone are
kept, no hour, not even in what is encrypted: the form is one press away from the thanks page of an evaluation, and an
hour would tell who answered.
"""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl.encrypted import UndatedTextField
from communities.models.community import Community
from communities.models.people import Membership

UNSIGNED = _("A member of the community")  # said when it is drawn: kept, it would be in one language


class Use(models.TextChoices):
    """« aux communications, au recrutement de futurs membres et à la reddition de comptes » (guide, p. 16)."""

    COMMUNICATIONS = "communications", _("Communications")
    RECRUITMENT = "recruitment", _("Recruitment")
    ACCOUNTABILITY = "accountability", _("Accountability")


class TestimonialQuerySet(models.QuerySet):
    def visible_to(self, user) -> "TestimonialQuerySet":
        """Read by those who manage the people of its community."""
        return self.filter(membership__community__in=Community.objects.manageable_by(user))

    def of(self, community: Community) -> "TestimonialQuerySet":
        return self.filter(membership__community=community)

    def kept(self) -> "TestimonialQuerySet":
        """Neither withdrawn, nor so long past their end that their words are destroyed."""
        return self.filter(emptied_on=None)

    def in_force(self, use: str, today: dt.date | None = None) -> "TestimonialQuerySet":
        """That may be shown today for this use. Never of somebody under 14: a parent agreed to their membership, not to
        this."""
        allowed = TestimonialConsent.objects.filter(testimonial=OuterRef("pk"), use=use).in_force()
        lasting = self.kept().filter(ends_on__gte=today or timezone.localdate(), set_aside_on=None)
        found = lasting.filter(Exists(allowed), membership__parental_consent=None, membership__user__erased_at=None)
        return found.select_related("membership__user", "membership__organisation", "membership__community")

    def shown_for(self, use: str, today: dt.date | None = None) -> "TestimonialQuerySet":
        """Those in force for this use that whoever facilitates chose to show."""
        chosen = TestimonialConsent.objects.filter(testimonial=OuterRef("pk"), use=use).in_force()
        return self.in_force(use, today).filter(Exists(chosen.exclude(shown_on=None))).order_by("-given_on", "pk")


class Testimonial(models.Model):
    """One person's words about one community, until a day or until they withdraw them."""

    class Named(models.TextChoices):
        FULL = "full", _("By my full name and my organisation")
        INITIAL = "initial", _("By my first name and the initial of my last name")
        NOBODY = "nobody", _("Without my name")

    LONGEST = 1500

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="testimonials")
    text = UndatedTextField(_("your testimonial"), blank=True, help_text="empty once withdrawn or forgotten")
    revision = models.PositiveSmallIntegerField(default=1, help_text="grows when its author writes it otherwise")
    named = models.CharField(_("how you are named"), max_length=10, choices=Named, blank=True)
    signed_for = models.CharField(max_length=160, blank=True, help_text="the organisation, as when it was signed")
    given_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(_("until"))
    told_on = models.DateField(null=True, blank=True, help_text="the mail with the link that withdraws it was written")
    end_told = models.DateField(null=True, blank=True, help_text="the end that a mail to its author told beforehand")
    read_on = models.DateField(null=True, blank=True, help_text="by those who facilitate, in these words")
    withdrawn_on = models.DateField(null=True, blank=True)
    emptied_on = models.DateField(null=True, blank=True, help_text="its words and the name were destroyed")

    set_aside_on = models.DateField(
        null=True, blank=True, help_text="shown nowhere until its author agrees to other words, or writes others"
    )
    edited_text = UndatedTextField(blank=True, help_text="proposed by those who facilitate, not agreed to yet")
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited_on = models.DateField(null=True, blank=True)
    edit_agreed_on = models.DateField(null=True, blank=True)
    edit_declined_on = models.DateField(null=True, blank=True)

    FIELDS = ("text", "named", "ends_on", "revision", "edited_text", "emptied_on", "set_aside_on")

    erased = Erased(deleted_with=["membership"], cut={"edited_by": []}, words=["text", "edited_text", "signed_for"])

    objects = TestimonialQuerySet.as_manager()

    class Meta:
        ordering = ["-given_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.membership} {self.given_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("communities:testimonials", args=[self.community.pk]) + f"#t{self.pk}"

    @property
    def community(self) -> Community:
        return self.membership.community

    @property
    def has_ended(self) -> bool:
        return timezone.localdate() > self.ends_on

    @property
    def waits_for_agreement(self) -> bool:
        return bool(self.edited_text)

    @property
    def signature(self) -> str:
        """How it is signed wherever it is shown."""
        return self.signed_name or str(UNSIGNED)

    @property
    def signed_name(self) -> str:
        """Empty where its author is not named. Whoever goes to another organisation signed for the first."""
        person = self.membership.user
        if self.named == self.Named.FULL:
            return f"{person.full_name}, {self.signed_for}" if self.signed_for else person.full_name
        if self.named == self.Named.INITIAL:
            return f"{person.first_name} {person.last_name[:1]}.".strip() if person.last_name else person.first_name
        return ""


class TestimonialConsentQuerySet(models.QuerySet):
    def in_force(self) -> "TestimonialConsentQuerySet":
        return self.filter(withdrawn_on=None)


class TestimonialConsent(models.Model):
    """One use allowed, from a day on, to one sentence; a row that was withdrawn stays as the proof of both days."""

    class Way(models.TextChoices):
        """The link it was given by. That of the thanks page of an evaluation is the person's own, as in their space."""

        OWN = "own", _("by the person’s own link")
        ASKED = "asked", _("by the link of the mail that asked")
        KEPT = "kept", _("by the link of the testimonial")

    testimonial = models.ForeignKey(Testimonial, on_delete=models.CASCADE, related_name="consents")
    use = models.CharField(max_length=16, choices=Use)
    wording = models.PositiveSmallIntegerField(default=1, help_text="the version of the sentence that was agreed to")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, help_text="in which it was read")
    way = models.CharField(max_length=5, choices=Way, default=Way.OWN)
    given_on = models.DateField(default=timezone.localdate)
    withdrawn_on = models.DateField(null=True, blank=True)
    shown_on = models.DateField(null=True, blank=True, help_text="chosen for this use by those who facilitate")
    shown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    erased = Erased(deleted_with=["testimonial"], cut={"shown_by": []})

    objects = TestimonialConsentQuerySet.as_manager()

    class Meta:
        ordering = ["given_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["testimonial", "use"], condition=Q(withdrawn_on=None), name="one_consent_in_force_a_use"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.testimonial_id}: {self.get_use_display()}"


class TestimonialRequest(models.Model):
    """Somebody was asked for a testimonial: by whom, when, and what for."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="testimonial_requests")
    words = models.CharField(_("what it would be for"), max_length=500)
    asked_on = models.DateField(default=timezone.localdate)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    erased = Erased(deleted_with=["membership"], cut={"asked_by": []}, words=["words"])

    class Meta:
        ordering = ["-asked_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.membership} {self.asked_on:%Y-%m-%d}"
