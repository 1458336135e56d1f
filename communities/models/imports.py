"""Lists of members, read from files."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from communities.models.community import Community


class MemberImportQuerySet(models.QuerySet):
    def visible_to(self, user) -> "MemberImportQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))


class MemberImport(models.Model):
    """A list of members read from a file and shown line by line; nothing else is written before it is applied."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="imports")
    file_name = models.CharField(max_length=200)
    lines = models.JSONField(help_text="the cells of each line, by column: see communities.importing")
    read_at = models.DateTimeField(default=timezone.now)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)

    objects = MemberImportQuerySet.as_manager()

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("communities:import_preview", args=[self.pk])
