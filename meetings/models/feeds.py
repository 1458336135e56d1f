"""Calendars one subscribes to."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models.erased import Erased
from communities.models import Community


def new_secret() -> str:
    return secrets.token_urlsafe(24)


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def open(self) -> "CalendarFeedQuerySet":
        """But those made before their person closed all their links: each event holds one."""
        return self.exclude(user__links_closed_at__gte=F("made_at"))


class CalendarFeed(models.Model):
    """A secret address that calendars read: of one person, or of one community. Another secret revokes it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="calendar_feed"
    )
    community = models.OneToOneField(
        Community, null=True, blank=True, on_delete=models.CASCADE, related_name="calendar_feed"
    )
    secret = models.CharField(max_length=40, unique=True, default=new_secret)
    made_at = models.DateTimeField(default=timezone.now)
    erased = Erased(deleted_with=["user"], plain=["secret"])

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, community__isnull=False) | Q(user__isnull=False, community=None),
                name="a_feed_is_of_one_person_or_one_community",
            )
        ]

    def __str__(self) -> str:
        return str(self.user or self.community)

    def get_absolute_url(self) -> str:
        return reverse("meetings:feed", args=[self.secret])
