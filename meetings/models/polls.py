"""Date polls: members say which of the proposed dates suit them, before a date is set."""

import datetime as dt
import uuid
import zoneinfo

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models import Community, Membership
from meetings.models.meeting import Meeting, ModeMixin


class DatePollQuerySet(models.QuerySet):
    def visible_to(self, user) -> "DatePollQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))

    def open(self) -> "DatePollQuerySet":
        return self.filter(closed_at=None)


class DatePoll(ModeMixin, models.Model):
    """Two to eight dates, and what would be the same for any of them. Closed by choosing one, or without."""

    FEWEST, MOST = 2, 8

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="date_polls")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="a form sent twice asks once")
    title = models.CharField(_("topic"), max_length=160, blank=True)
    minutes = models.PositiveSmallIntegerField(_("length, in minutes"))
    mode = models.CharField(_("mode"), max_length=10, choices=Meeting.Mode, default=Meeting.Mode.ONLINE)
    link = models.URLField(_("link to join"), blank=True, max_length=500)
    place = models.CharField(_("place"), max_length=250, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    meeting = models.OneToOneField(
        Meeting, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="date_poll"
    )

    erased = Erased(cut={"asked_by": []}, words=["title", "place"], plain=["link"])

    objects = DatePollQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return self.title or str(_("Date of the next meeting"))

    def get_absolute_url(self) -> str:
        return reverse("meetings:date_poll", args=[self.pk])

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.community.time_zone)


class ProposedDate(models.Model):
    poll = models.ForeignKey(DatePoll, on_delete=models.CASCADE, related_name="dates")
    starts_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        constraints = [models.UniqueConstraint(fields=["poll", "starts_at"], name="one_date_once_in_a_poll")]

    def __str__(self) -> str:
        return self.as_meeting.when

    @cached_property
    def as_meeting(self) -> Meeting:
        """The meeting it would become, unsaved: it says its day and hours as meetings do."""
        poll = self.poll
        return Meeting(
            community=poll.community,
            title=poll.title,
            mode=poll.mode,
            starts_at=self.starts_at,
            ends_at=self.starts_at + dt.timedelta(minutes=poll.minutes),
        )

    @property
    def is_past(self) -> bool:
        return self.starts_at <= timezone.now()


class DateVote(models.Model):
    """What one person said of one date."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        IF_NEEDED = "if_needed", _("If need be")
        NO = "no", _("No")

    date = models.ForeignKey(ProposedDate, on_delete=models.CASCADE, related_name="votes")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="date_votes")
    answer = models.CharField(max_length=9, choices=Answer)

    erased = Erased(kept={"membership": []})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["date", "membership"], name="one_vote_per_date_and_member")]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.answer}"

    def merged_with(self, other: "DateVote") -> dict:
        """Of two votes of one person on one date, a yes is kept over a no (see
        `communities.domain.duplicates.merging`)."""
        weight = [self.Answer.NO, self.Answer.IF_NEEDED, self.Answer.YES]
        if weight.index(self.Answer(other.answer)) <= weight.index(self.Answer(self.answer)):
            return {}
        return {"answer": other.answer}
