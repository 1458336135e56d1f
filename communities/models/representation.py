"""Whom a member represented before: an organisation keeps its history when the person changes."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models.people import Membership, Organisation


class Representation(models.Model):
    """A time that is over: the member represented this organisation from a day to the eve of another.

    What is true now stays on the membership (`organisation`, `represents_since`); a presence counts for the
    organisation represented that day, so that replacing someone takes nothing from the organisation.
    """

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="representations")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="representations")
    seat = models.CharField(_("comes as"), max_length=10, choices=Membership.Seat, default=Membership.Seat.MAIN)
    starts_on = models.DateField(null=True, blank=True, help_text="empty: since they were listed")
    ends_on = models.DateField(help_text="the first day it is no longer true")

    erased = Erased(kept={"membership": []})

    class Meta:
        ordering = ["ends_on", "pk"]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.organisation}"

    def covers(self, day: dt.date) -> bool:
        return (self.starts_on is None or self.starts_on <= day) and day < self.ends_on
