"""The whole of a community in one file."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models.erased import Erased
from communities.models import Community


class CommunityArchiveQuerySet(models.QuerySet):
    def visible_to(self, user) -> "CommunityArchiveQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))


class CommunityArchive(models.Model):
    """A whole community in one file, asked for by someone and destroyed after seven days. The row is the state of its
    own making: `evaluations.domain.archive` claims it, writes how far it is, and destroys the file."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="archives")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0, help_text="parts written")
    parts = models.PositiveIntegerField(default=0, help_text="parts to write")
    built_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=120, blank=True)
    file = models.FileField(upload_to="archives/", blank=True)
    size = models.PositiveBigIntegerField(default=0)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    erased = Erased(cut={"asked_by": []}, swept=["file"], plain=["error"])

    objects = CommunityArchiveQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.community} {self.asked_at:%Y-%m-%d}"
