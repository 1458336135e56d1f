"""The register of confidentiality incidents, harmless ones included (Law 25, s. 3.8; Regulation A-2.1, r. 3.1)."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl import retention


class IncidentQuerySet(models.QuerySet["Incident"]):
    def over(self, now: dt.datetime | None = None) -> "IncidentQuerySet":
        """Those that need not be kept any more."""
        start = retention.period("incidents").start(now or timezone.now())
        return self.filter(known_on__lt=timezone.localdate(start))

    def to_tell(self) -> "IncidentQuerySet":
        """Of which somebody must still be told: the longest known first."""
        silent = Q(commission_told_on=None) | Q(people_told_on=None)
        return self.filter(silent, is_serious=True).order_by("known_on", "pk")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Nothing before its time, whoever asks."""
        due = self.exclude(pk__in=self.model.objects.over().values("pk"))
        if due.exists():
            raise ValidationError(
                gettext("An incident is kept for %(period)s from the day it became known.")
                % {"period": retention.period("incidents").in_words}
            )
        return super().delete()


class Incident(models.Model):
    """What happened to which information, how serious it is, who was told, and what was done about it."""

    information = models.TextField(_("personal information concerned"))
    circumstances = models.TextField(_("circumstances"))
    began_on = models.DateField(_("happened on, or from"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    known_on = models.DateField(_("became known on"))
    people = models.PositiveIntegerField(_("number of people concerned"), null=True, blank=True)
    people_in_quebec = models.PositiveIntegerField(_("of whom living in Québec"), null=True, blank=True)

    sensitivity = models.TextField(_("sensitivity of the information"))
    consequences = models.TextField(_("anticipated consequences of its use"))
    likelihood = models.TextField(_("likelihood of a harmful use"))
    is_serious = models.BooleanField(_("risk of serious injury"))

    commission_told_on = models.DateField(_("Commission d’accès à l’information told on"), null=True, blank=True)
    people_told_on = models.DateField(_("people concerned told on"), null=True, blank=True)
    others_told = models.TextField(_("who else was told, and when"), blank=True)
    measures = models.TextField(_("measures taken"), blank=True)

    written_at = models.DateTimeField(default=timezone.now, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    end_told_at = models.DateTimeField(null=True, editable=False, help_text="the officers, that its time is soon over")

    WRITTEN = (
        "information", "circumstances", "began_on", "ended_on", "known_on", "people", "people_in_quebec",
        "sensitivity", "consequences", "likelihood", "is_serious", "commission_told_on", "people_told_on",
        "others_told", "measures",
    )  # fmt: skip

    objects = IncidentQuerySet.as_manager()

    erased = Erased(
        cut={"written_by": []},
        words=[
            "information",
            "circumstances",
            "sensitivity",
            "consequences",
            "likelihood",
            "others_told",
            "measures",
        ],
    )

    class Meta:
        ordering = ["-known_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.pk} ({self.known_on:%Y-%m-%d})"

    def get_absolute_url(self) -> str:
        return reverse("communities:incident", args=[self.pk])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        return type(self).objects.filter(pk=self.pk).delete()

    @property
    def ends_on(self) -> dt.date:
        """The first day on which it may leave the register, when its officers were told in time."""
        return self.known_on + retention.length("incidents") + dt.timedelta(days=1)

    @property
    def to_tell(self) -> list[str]:
        """Who must still be told without delay, since the risk is serious (s. 3.5)."""
        told = {
            gettext("the Commission d’accès à l’information"): self.commission_told_on,
            gettext("the people concerned"): self.people_told_on,
        }
        return [who for who, day in told.items() if self.is_serious and not day]
