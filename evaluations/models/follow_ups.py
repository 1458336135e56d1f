"""A conversation with one member: « le suivi individuel » (guide). Not the mail that follows a meeting, which is
`meetings.models.FollowUp`.
"""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.erased import Erased
from cmtl.encrypted import EncryptedTextField
from communities.models import Community, Membership

OPENED_FOR = dt.timedelta(hours=1)  # notes that somebody opened with a reason


class IndividualFollowUpQuerySet(models.QuerySet):
    def visible_to(self, user) -> "IndividualFollowUpQuerySet":
        """To its author, whom the author named, and for an hour whoever opened it with a reason; never to the member
        it speaks of. All must still lead there, but for a privacy officer who was named (C14, C15)."""
        if not user.is_authenticated:
            return self.none()
        readings = FollowUpReading.objects.filter(reader=user, at__gt=timezone.now() - OPENED_FOR)
        opened = Q(pk__in=readings.opened().values("follow_up"))
        named = Q(pk__in=FollowUpReader.objects.filter(user=user).values("follow_up"))
        leads = Q(community__in=Community.objects.manageable_by(user))
        readable = leads & (Q(author=user) | named | opened)
        if user.is_privacy_officer:
            readable |= named
        return self.filter(readable).exclude(membership__user=user)

    def written_by(self, user) -> "IndividualFollowUpQuerySet":
        return self.visible_to(user).filter(author=user)

    def open(self) -> "IndividualFollowUpQuerySet":
        """Still to be held."""
        return self.filter(state__in=IndividualFollowUp.OPEN)


class IndividualFollowUp(models.Model):
    """What is written of the person is encrypted. It enters no export, archive, report, search or undo journal."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("follow-up", "To hold")
        OFFERED = "offered", pgettext_lazy("follow-up", "Offered")
        HELD = "held", pgettext_lazy("follow-up", "Held")
        DECLINED = "declined", pgettext_lazy("follow-up", "Declined")
        NOT_NEEDED = "not_needed", pgettext_lazy("follow-up", "Not needed")  # it had been suggested

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        PHONE = "phone", _("By phone")
        VIDEO = "video", _("By video")

    class Reason(models.TextChoices):
        """Those of the guide, p. 17; that it is offered to all, or asked for, says nothing of the person."""

        EVERYONE = "everyone", _("Offered to every member")
        ASKED = "asked", _("The person asked for it")
        TAKES_ROOM = "takes_room", _("Takes up a lot of room")
        DRIFTS = "drifts", _("Strays from the objectives")
        WITHDRAWS = "withdraws", _("Is drawing back")
        AFFECTS_GROUP = "affects_group", _("Affects the dynamics of the group")
        OBJECTIVES = "objectives", _("Clarify the objectives")
        RULES = "rules", _("Clarify the operating rules")
        DELICATE = "delicate", _("A subject that is hard to raise in the group")
        IMPROVEMENT = "improvement", _("Suggest an improvement")
        OTHER = "other", _("Another reason")

    OPEN = (State.PLANNED, State.OFFERED)

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="individual_follow_ups")
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="individual_follow_ups", verbose_name=_("with whom")
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="individual_follow_ups")
    state = models.CharField(_("where it stands"), max_length=10, choices=State, default=State.PLANNED)
    reason = EncryptedTextField(_("why"), choices=Reason, default=Reason.OTHER)
    mode = models.CharField(_("how"), max_length=9, choices=Mode, blank=True)
    on = models.DateField(_("day"), null=True, blank=True)
    is_within_programme = models.BooleanField(_("during a follow-up meeting of the programme"), default=False)
    notes = EncryptedTextField(_("notes"), blank=True)
    next_step = EncryptedTextField(_("next step"), blank=True)
    next_step_on = models.DateField(_("by"), null=True, blank=True)
    is_next_step_done = models.BooleanField(_("the next step is done"), default=False)
    began_on = models.DateField(default=timezone.localdate)

    erased = Erased(deleted_with=["membership", "author"], swept=["reason", "notes", "next_step"])

    objects = IndividualFollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["-began_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(state="held") | Q(on__isnull=False), name="held_on_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.community_id}: {self.pk}"  # a log that prints it says nothing of anybody

    def get_absolute_url(self) -> str:
        return reverse("evaluations:follow_up", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_next_step_due(self) -> bool:
        return bool(self.next_step) and not self.is_next_step_done


class FollowUpReader(models.Model):
    """Somebody whom the author named to read it."""

    follow_up = models.ForeignKey(IndividualFollowUp, on_delete=models.CASCADE, related_name="readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)

    erased = Erased(deleted_with=["user", "follow_up"])

    class Meta:
        ordering = ["named_at"]
        constraints = [models.UniqueConstraint(fields=["follow_up", "user"], name="named_once")]

    def __str__(self) -> str:
        return f"{self.follow_up_id}: {self.user_id}"


class FollowUpReadingQuerySet(models.QuerySet):
    def opened(self) -> "FollowUpReadingQuerySet":
        """By somebody who was not named, and said why."""
        return self.exclude(because="")


class FollowUpReading(models.Model):
    """It was read by another than its author, who sees this line. With a reason: it was opened without being named."""

    follow_up = models.ForeignKey(IndividualFollowUp, on_delete=models.CASCADE, related_name="readings")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    because = EncryptedTextField(blank=True)

    erased = Erased(deleted_with=["follow_up"], cut={"reader": []}, swept=["because"])

    objects = FollowUpReadingQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.follow_up_id}: {self.at:%Y-%m-%d}"
