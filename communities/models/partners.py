"""Partners of a community, and the external evaluation it foresees (guide, p. 9 and 32)."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models.community import Community
from communities.models.people import Organisation


class PartnerQuerySet(models.QuerySet):
    def visible_to(self, user) -> "PartnerQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))

    def current(self, today: dt.date | None = None) -> "PartnerQuerySet":
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=today or timezone.localdate()))

    def during(self, year: int) -> "PartnerQuerySet":
        """Partners for at least a day of that year."""
        return self.filter(
            Q(starts_on=None) | Q(starts_on__year__lte=year), Q(ends_on=None) | Q(ends_on__year__gte=year)
        )

    def without_logo(self) -> "PartnerQuerySet":
        """Annotate `has_logo` and leave the picture where it is."""
        return self.defer("logo").annotate(has_logo=Q(logo__isnull=False))


class Partner(models.Model):
    """An organisation that carries the community with those who lead it."""

    class Role(models.TextChoices):
        CO_ORGANISER = "co_organiser", _("Co-organiser")
        HOST = "host", _("Host")
        EVALUATOR = "evaluator", _("Evaluator")
        FUNDER = "funder", _("Funder")
        REFERRER = "referrer", _("Referrer")

    class Joined(models.TextChoices):
        START = "start", _("From the start")
        DURING = "during", _("Along the way")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="partnerships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    joined = models.CharField(_("since when"), max_length=10, choices=Joined, default=Joined.START)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("ended on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    logo = models.BinaryField(
        null=True,
        editable=True,
        help_text="a small PNG made by communities.domain.organisations.logos, never what was sent",
    )
    logo_changed_at = models.DateTimeField(null=True, blank=True)

    erased = Erased(words=["note"], plain=["logo"])

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "organisation", "role"],
                condition=Q(ends_on=None),
                name="one_current_partnership_each",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="a_partnership_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_role_display()})"

    def get_absolute_url(self) -> str:
        return reverse("communities:partner", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.ends_on is not None and self.ends_on <= timezone.localdate()

    def end(self, today: dt.date | None = None) -> None:
        """It stays in the history. Ended twice, the first day stands."""
        today = today or timezone.localdate()
        last = max(today, self.starts_on) if self.starts_on else today
        Partner.objects.filter(pk=self.pk, ends_on=None).update(ends_on=last)


class ForeseenEvaluation(models.Model):
    """Whether an evaluation by others (a university, say) is foreseen, by whom, and what it should cost: « le coût
    d’une évaluation externe doit être évalué et intégré au budget dès le départ » (guide). No row: not decided yet."""

    community = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="foreseen_evaluation")
    is_foreseen = models.BooleanField(_("an external evaluation is foreseen"), default=False)
    team = models.CharField(_("team"), max_length=160, blank=True)
    cost = models.BigIntegerField(_("expected cost"), null=True, blank=True, help_text="cents")
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    erased = Erased(words=["team"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="an_evaluation_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.team or str(self.community)
