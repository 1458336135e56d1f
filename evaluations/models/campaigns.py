"""The annual evaluation of a community by its members (guide, p. 21: « L’évaluation annuelle est essentielle »), and
what it asks of those who left (guide: « une fois les activités terminées »)."""

import datetime as dt
import zoneinfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Community
from evaluations.models.questionnaires import Questionnaire


class CampaignQuerySet(models.QuerySet):
    def visible_to(self, user) -> "CampaignQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))

    def annual(self) -> "CampaignQuerySet":
        return self.filter(kind=Campaign.Kind.ANNUAL)

    def of_alumni(self) -> "CampaignQuerySet":
        return self.filter(kind=Campaign.Kind.ALUMNI)

    def opened(self) -> "CampaignQuerySet":
        return self.filter(survey__closed_at=None, survey__isnull=False)

    def told(self) -> "CampaignQuerySet":
        """Closed, with enough answers to tell."""
        return self.filter(survey__release__isnull=False)


class Campaign(models.Model):
    """One year's evaluation, by the members or by those who left: prepared, then opened and written to all, reminded
    of, closed. Its answers are a `Survey`, which exists once it is open."""

    class Kind(models.TextChoices):
        ANNUAL = "annual", _("Annual evaluation")
        ALUMNI = "alumni", _("Former members")

    MOST_REMINDERS = 2
    OPENING_HOUR = dt.time(9)
    OPENS_WITHIN = dt.timedelta(minutes=10)  # of that hour, once launched: later than that, something keeps it
    CLOSING_HOUR = dt.time(17)

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="campaigns")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.ANNUAL)
    year = models.PositiveSmallIntegerField(_("year evaluated"))
    opens_on = models.DateField(_("opens on"), help_text="somebody opens it, or launches it to open then")
    closes_on = models.DateField(_("closes on"), help_text="at five, by itself; or before, by hand")
    words = models.TextField(_("a word to the members"), blank=True, help_text="in the mail that asks them")
    reminders = models.PositiveSmallIntegerField(
        _("reminders"), default=2, validators=[MaxValueValidator(MOST_REMINDERS)]
    )
    days_between = models.PositiveSmallIntegerField(
        _("days between two mails"), default=7, validators=[MinValueValidator(3), MaxValueValidator(30)]
    )
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    launched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="it opens by itself on its day, in this person's name",
    )
    objectives = models.JSONField(
        default=list, blank=True, help_text="their wording, frozen at opening: M3 asks of each"
    )
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    facilitation_read_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="by whoever facilitates: the coordination reads what is said of it from then on",
    )
    tell_facilitation = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        help_text="those who facilitate and agree that a published report shows what members say of it",
    )
    facilitated_by = models.JSONField(
        null=True, blank=True, help_text="numbers of the people who facilitated when it closed, written then"
    )
    last_written_at = models.DateTimeField(null=True, blank=True, help_text="the last mail to all or to the silent")

    erased = Erased(
        cut={"prepared_by": [], "launched_by": [], "tell_facilitation": []},
        words=["words", "objectives"],
        plain=["facilitated_by"],
    )

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["community", "kind", "year"], name="one_campaign_a_year_of_each_kind"),
            models.CheckConstraint(condition=Q(closes_on__gt=F("opens_on")), name="campaign_closes_after_it_opens"),
        ]

    def __str__(self) -> str:
        return f"{self.community} {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("evaluations:campaign", args=[self.pk])

    @property
    def is_of_alumni(self) -> bool:
        return self.kind == self.Kind.ALUMNI

    @property
    def title(self) -> str:
        said = _("Former members, %(year)s") if self.is_of_alumni else _("Evaluation of %(year)s")
        return str(said) % {"year": self.year}

    @property
    def questionnaire_code(self) -> str:
        return Questionnaire.Code.ALUMNI if self.is_of_alumni else Questionnaire.Code.ANNUAL

    @property
    def may_write(self) -> bool:
        """Those who left are asked of a community at rest or archived too: it is what they agreed to."""
        return not self.community.is_draft if self.is_of_alumni else self.community.writes_by_itself

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.community.time_zone)

    @property
    def opens_at(self) -> dt.datetime:
        """Once it is launched."""
        return dt.datetime.combine(self.opens_on, self.OPENING_HOUR, self.zone)

    def waits_for_its_day(self, now: dt.datetime | None = None) -> bool:
        """Launched, and to open by itself."""
        is_ahead = (now or timezone.now()) <= self.opens_at + self.OPENS_WITHIN
        return self.is_prepared and self.launched_by_id is not None and is_ahead

    @property
    def closes_at(self) -> dt.datetime:
        return dt.datetime.combine(self.closes_on, self.CLOSING_HOUR, self.zone)

    @property
    def is_prepared(self) -> bool:
        """And no more: nothing was sent."""
        return not hasattr(self, "survey")

    @property
    def is_open(self) -> bool:
        return hasattr(self, "survey") and self.survey.is_open

    @property
    def is_closed(self) -> bool:
        return hasattr(self, "survey") and not self.survey.is_open
