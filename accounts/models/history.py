"""How a history is kept: one line a change, never edited. The line says what changed; this, who did it and when."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models.erased import Erased


class HistoryEntry(models.Model):
    """A wrong change is followed by another one. Whoever is erased leaves their lines, without their name."""

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    erased = Erased(cut={"by": []})

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]
