"""Sub-groups of one meeting: planned before it; what they note during it are notes of the meeting (`lines`)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Community, Membership
from meetings.models.meeting import Meeting


class MeetingGroupQuerySet(models.QuerySet):
    def visible_to(self, user) -> "MeetingGroupQuerySet":
        return self.filter(meeting__community__in=Community.objects.inside_for(user))


class MeetingGroup(models.Model):
    """Those who work together for a part of a meeting; « il faut alors prévoir d'autres animatrices et animateurs »."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(_("name"), max_length=80)
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("who facilitates it"),
    )
    members = models.ManyToManyField(Membership, blank=True, related_name="meeting_groups", verbose_name=_("members"))
    position = models.PositiveSmallIntegerField(default=0)

    erased = Erased(cut={"facilitator": [], "members": []}, words=["name"])

    objects = MeetingGroupQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def community(self) -> Community:
        return self.meeting.community
