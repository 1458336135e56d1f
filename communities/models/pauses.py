"""Times away: pauses, and departures one may come back from."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased


class Reason(models.TextChoices):
    """Why people stop coming: the guide's five causes of a decline, in the words of the person who stops (G09)."""

    TIME = "time", _("The time of the meetings does not suit me")
    SATISFACTION = "satisfaction", _("I get too little out of it")
    ENGAGEMENT = "engagement", _("The group takes too little part")
    SCATTERED = "scattered", _("The discussions wander")
    NEEDS = "needs", _("My needs have changed")
    OTHER = "other", _("Something else")


class Pause(models.Model):
    """A period when someone is not expected. Attendance rates leave these days out (evaluation.md, P3).

    `starts_on` is the first day away and `ends_on` the day of the return; open while the person is away.
    """

    membership = models.ForeignKey("communities.Membership", on_delete=models.CASCADE, related_name="pauses")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    has_left = models.BooleanField(default=False, help_text="left the community, rather than paused")
    reason = models.CharField(_("reason"), max_length=14, choices=Reason, blank=True)
    words = models.CharField(_("in your own words"), max_length=300, blank=True)
    status_before = models.CharField(max_length=10, blank=True, help_text="what undoing goes back to")

    erased = Erased(kept={"membership": ["words"]}, plain=["status_before"])

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="pause_ends_after_it_starts"
            ),
            models.UniqueConstraint(fields=["membership"], condition=Q(ends_on=None), name="one_open_pause_per_member"),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.starts_on} → {self.ends_on or '…'}"

    def covers(self, day: dt.date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)
