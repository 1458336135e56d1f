"""The backlog of topics of a community: what became of each, and whom it calls."""

import datetime as dt

from django.db import models
from django.db.models import Count, F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from accounts.models.history import HistoryEntry
from communities.models import Community, Membership, Objective
from meetings.models.meeting import Meeting


class TopicQuerySet(models.QuerySet):
    def visible_to(self, user) -> "TopicQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))

    def waiting(self) -> "TopicQuerySet":
        """What a facilitator can choose from."""
        return self.filter(state__in=Topic.WAITING)

    def supportable(self) -> "TopicQuerySet":
        """What is still to come."""
        return self.filter(state__in=Topic.TO_COME)

    def with_support(self) -> "TopicQuerySet":
        """Annotate `support`: how many members said that it calls them. Who they are is shown to nobody."""
        return self.annotate(support=Count("supports", distinct=True))

    def wanted_first(self) -> "TopicQuerySet":
        """By support, then by date limit, then by age."""
        return self.with_support().order_by("-support", F("before").asc(nulls_last=True), "proposed_on", "pk")


class Topic(models.Model):
    """A subject of the community's backlog, from one of the guide's five sources (p. 15).

    Who proposed it is written nowhere: a topic heard in an individual follow-up shows nobody.
    """

    class Source(models.TextChoices):
        FOUNDING = "founding", _("Founding list")
        MEETING = "meeting", _("Heard in a meeting")
        NEWS = "news", _("Current events")
        FOLLOW_UP = "follow_up", _("Individual follow-up")
        SURVEY = "survey", _("Survey")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        CHOSEN = "chosen", _("Chosen")
        ANNOUNCED = "announced", _("Announced")
        DISCUSSED = "discussed", _("Discussed")
        POSTPONED = "postponed", _("Postponed")
        RESERVE = "reserve", _("In reserve")
        DROPPED = "dropped", _("Set aside")

    WAITING = (State.PROPOSED, State.POSTPONED, State.RESERVE)
    PLANNED = (State.CHOSEN, State.ANNOUNCED)
    TO_COME = (*WAITING, *PLANNED)

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="topics")
    title = models.CharField(_("topic"), max_length=200)
    description = models.TextField(_("more about it"), blank=True, help_text="all of what a title has no room for")
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.FOUNDING)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    before = models.DateField(_("to be addressed before"), null=True, blank=True)
    is_sensitive = models.BooleanField(_("sensitive topic"), default=False)
    sensitive_because = models.CharField(_("why it is sensitive"), max_length=200, blank=True)
    territory = models.CharField(_("where it arises"), max_length=80, blank=True)
    objective = models.ForeignKey(
        Objective,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="topics",
        verbose_name=_("objective it serves"),
    )
    meeting = models.ForeignKey(
        Meeting,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="topics",
        verbose_name=_("meeting"),
    )
    announced_at = models.DateTimeField(null=True, blank=True, editable=False)
    discussed_at = models.DateTimeField(null=True, blank=True, editable=False)
    proposed_on = models.DateField(default=dt.date.today, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False, help_text="raised by each edit")

    erased = Erased(words=["title", "description", "sensitive_because", "territory"])

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_on", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:topic", args=[self.pk])

    @property
    def is_from_follow_up(self) -> bool:
        """Said only to those who prepare meetings: where a single person was met, the source alone would tell who."""
        return self.source == self.Source.FOLLOW_UP

    @property
    def is_to_come(self) -> bool:
        return self.state in self.TO_COME

    @property
    def urgency(self) -> str:
        """Of its date limit: « past », « month » for this month, « later », or nothing once it is over."""
        if self.before is None or not self.is_to_come:
            return ""
        today = timezone.localdate()
        if self.before < today:
            return "past"
        return "month" if (self.before.year, self.before.month) == (today.year, today.month) else "later"


class TopicEvent(HistoryEntry):
    """One move of a topic: what it became, when, for or at which meeting, and which one it left. Who decided is said to
    colleagues only."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="events")
    state = models.CharField(max_length=10, choices=Topic.State)
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.SET_NULL, related_name="topic_events")
    came_from = models.ForeignKey(Meeting, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.topic_id}: {self.get_state_display()}"


class TopicSupport(models.Model):
    """« Ce sujet m'interpelle »: one per member and topic. Only their number is shown, to anyone."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="supports")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="topic_supports")
    at = models.DateTimeField(default=timezone.now)

    erased = Erased(kept={"membership": []})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "membership"], name="one_support_per_member")]

    def __str__(self) -> str:
        return f"{self.topic_id}"

    def merged_with(self, other: "TopicSupport") -> dict:
        """Of two supports of one person, the first (see `communities.domain.duplicates.merging`)."""
        return {"at": min(self.at, other.at)}


def supported_by(membership: Membership | None) -> set[int]:
    """The topics that call this member."""
    if membership is None:
        return set()
    rows: QuerySet = TopicSupport.objects.filter(membership=membership)
    return set(rows.values_list("topic_id", flat=True))
