"""What became of a community over time: each change of state, and its hand-over to its members."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from accounts.models.history import HistoryEntry
from communities.models.community import Community


class StatusChange(HistoryEntry):
    """One move of a community's life. Never edited: a wrong move is followed by another one."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="status_changes")
    was = models.CharField(max_length=20, choices=Community.Status)
    became = models.CharField(max_length=20, choices=Community.Status)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    erased = Erased(cut={"by": []}, words=["reason"])

    def __str__(self) -> str:
        return f"{self.get_was_display()} → {self.get_became_display()}"


class HandOver(models.Model):
    """The members carry on by themselves; kept with what it changed, so that it can be undone the same day."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="hand_overs")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    grants_end_on = models.DateField(help_text="last day of the roles of those who led until then")
    was = models.CharField(max_length=20, choices=Community.Status)
    given = models.JSONField(default=list, help_text="grants made: their numbers")
    ended = models.JSONField(default=dict, help_text="grants that end: number → the end they had, or null")
    undone_at = models.DateTimeField(null=True, blank=True)

    erased = Erased(cut={"by": []}, plain=["given", "ended"])

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.community} {self.at:%Y-%m-%d}"
