"""Why someone missed a meeting."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from meetings.models.attendance import Attendance


class Absence(models.Model):
    """What counted most for someone who did not come, if they said so (evaluation.md, Q-A). Read by the team as
    counts; with a name only where the person ticked that it may be known."""

    class Reason(models.TextChoices):
        MOMENT = "moment", _("The time did not suit me")
        UNFORESEEN = "unforeseen", _("Something came up")
        TOPIC = "topic", _("The topic concerned me less")
        UNKNOWN_TOPIC = "unknown", _("I did not know the topic beforehand")
        NO_TIME = "no_time", _("I lack time these days")
        MODE = "mode", _("Its form (online or in person) did not suit me")
        NEEDS = "needs", _("The community answers my needs less")
        FORGOT = "forgot", _("I forgot")
        OTHER = "other", _("Another reason")

    attendance = models.OneToOneField(Attendance, on_delete=models.CASCADE, related_name="absence")
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    is_named = models.BooleanField(_("you may know that it is me"), default=False)
    said_at = models.DateTimeField(default=timezone.now)

    erased = Erased(kept={"attendance": ["is_named"]})

    def __str__(self) -> str:
        return self.reason
