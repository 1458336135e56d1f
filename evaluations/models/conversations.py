"""A member asks for a conversation, and is offered times for one (`follow_ups.IndividualFollowUp` is what is written of
it)."""

import datetime as dt
import uuid
import zoneinfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl.encrypted import EncryptedTextField, UndatedTextField
from communities.models import Community, Membership
from evaluations.models.follow_ups import IndividualFollowUp

TOLD_AT = dt.time(9)  # the morning after, by the clock of the community


def today_in(community: Community, now: dt.datetime | None = None) -> dt.date:
    """By the clock on its wall."""
    return timezone.localdate(now, zoneinfo.ZoneInfo(community.time_zone))


def told_until(community: Community, now: dt.datetime | None = None) -> dt.date:
    """The last day whose requests may be known of: from nine on, yesterday."""
    clock = timezone.localtime(now, zoneinfo.ZoneInfo(community.time_zone))
    return clock.date() - dt.timedelta(days=1 if clock.time() >= TOLD_AT else 2)


def next_morning(community: Community) -> dt.datetime:
    zone = zoneinfo.ZoneInfo(community.time_zone)
    return dt.datetime.combine(today_in(community) + dt.timedelta(days=1), TOLD_AT, zone)


class ConversationRequestQuerySet(models.QuerySet):
    def waiting(self) -> "ConversationRequestQuerySet":
        """Of members who still belong."""
        belonging = Q(membership__status__in=Membership.CURRENT, membership__user__erased_at=None)
        return self.filter(belonging, answered_on=None)

    def told_in(self, community: Community, now: dt.datetime | None = None) -> "ConversationRequestQuerySet":
        """That their readers may know of: whoever asks has often just sent a ballot, and nobody is to learn at what
        time."""
        return self.waiting().filter(membership__community=community, asked_on__lte=told_until(community, now))


class ConversationRequest(models.Model):
    """By name, and by choice. It holds a day and no hour, a number at random, words whose encryption has no time: it is
    often made on the page of thanks of an evaluation, and must say nothing of the ballot."""

    LONGEST = 300

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="conversation_requests")
    asked_on = models.DateField()
    words = UndatedTextField(_("two words, if you wish"), blank=True)
    readers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="RequestReader", related_name="conversation_requests_read"
    )
    answered_on = models.DateField(null=True, blank=True)
    follow_up = models.ForeignKey(
        IndividualFollowUp, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests"
    )

    erased = Erased(deleted_with=["membership"], cut={"follow_up": []}, swept=["words"])

    objects = ConversationRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership"], condition=Q(answered_on=None), name="one_request_for_a_conversation"
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"  # a log that prints it says nothing of anybody

    def outlives(self, other: "ConversationRequest") -> bool:
        """Of two records that are made one: the words of each were for readers of its own."""
        return self.asked_on <= other.asked_on


class RequestReader(models.Model):
    """Somebody whom the page named before it was asked. Its number is drawn at random too: one that grows would tell
    in what order people asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(ConversationRequest, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    erased = Erased(deleted_with=["request", "user"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "user"], name="named_once_to_read_a_request")]

    def __str__(self) -> str:
        return f"reader {self.pk}"


class OfferedTimeQuerySet(models.QuerySet):
    def ahead(self) -> "OfferedTimeQuerySet":
        return self.filter(starts_at__gt=timezone.now())

    def of_member(self, membership: Membership) -> "OfferedTimeQuerySet":
        return self.filter(follow_up__membership=membership).select_related(
            "follow_up__author", "follow_up__community", "follow_up__membership__user"
        )


class OfferedTime(models.Model):
    """For one conversation; its number is its identity in calendars. Those that are not chosen are deleted once one is,
    or once they are taken back."""

    MOST = 3

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.ForeignKey(IndividualFollowUp, on_delete=models.CASCADE, related_name="times")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(_("length, in minutes"), default=30)
    mode = models.CharField(_("how"), max_length=9, choices=IndividualFollowUp.Mode)
    where = EncryptedTextField(_("where"))
    is_chosen = models.BooleanField(default=False)

    erased = Erased(deleted_with=["follow_up"], swept=["where"])

    objects = OfferedTimeQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["follow_up", "starts_at"], name="a_time_is_offered_once"),
            models.UniqueConstraint(fields=["follow_up"], condition=Q(is_chosen=True), name="one_time_is_chosen"),
        ]

    def __str__(self) -> str:
        return f"time {self.pk}"

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.minutes)

    @property
    def is_ahead(self) -> bool:
        return self.starts_at > timezone.now()

    @property
    def local_start(self) -> dt.datetime:
        """By the clock of the community."""
        return self.starts_at.astimezone(zoneinfo.ZoneInfo(self.follow_up.community.time_zone))
