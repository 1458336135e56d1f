"""The backlog of topics of a community."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from meetings.models.meeting import Meeting


class TopicQuerySet(models.QuerySet):
    def visible_to(self, user) -> "TopicQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))

    def waiting(self) -> "TopicQuerySet":
        """What a facilitator can choose from."""
        return self.filter(state__in=Topic.WAITING)


class Topic(models.Model):
    """A subject of the community's backlog, from one of the guide's five sources (p. 15)."""

    class Source(models.TextChoices):
        FOUNDING = "founding", _("Founding list")
        MEETING = "meeting", _("Heard in a meeting")
        NEWS = "news", _("Current events")
        FOLLOW_UP = "follow_up", _("Individual follow-up")
        SURVEY = "survey", _("Survey")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        CHOSEN = "chosen", _("Chosen")
        DISCUSSED = "discussed", _("Discussed")
        RESERVE = "reserve", _("In reserve")
        DROPPED = "dropped", _("Set aside")

    WAITING = (State.PROPOSED, State.RESERVE)

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="topics")
    title = models.CharField(_("topic"), max_length=200)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.FOUNDING)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    before = models.DateField(_("to be addressed before"), null=True, blank=True)
    meeting = models.ForeignKey(
        Meeting,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="topics",
        verbose_name=_("meeting"),
    )
    discussed_at = models.DateTimeField(null=True, blank=True, editable=False)
    proposed_on = models.DateField(default=dt.date.today, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False, help_text="raised by each edit")

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_on", "-pk"]

    def __str__(self) -> str:
        return self.title
