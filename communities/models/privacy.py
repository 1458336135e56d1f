"""What people ask about the data held on them, and by when they must have an answer."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Action
from communities.models.community import Community
from communities.models.people import Membership
from communities.models.roles import Role, roles_of

ANSWERED_WITHIN = dt.timedelta(days=30)  # Law 25, s. 32


def due_date() -> dt.date:
    return timezone.localdate() + ANSWERED_WITHIN


class DestructionRequestQuerySet(models.QuerySet):
    def visible_to(self, user) -> "DestructionRequestQuerySet":
        """Those of people of one's programmes; the privacy officer and administrators see all."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff or user.is_privacy_officer:
            return self
        roles = roles_of(user)
        mine = Community.objects.filter(
            Q(pk__in=roles.communities_as(Role.COORDINATOR)) | Q(programme__in=roles.programmes_as(Role.COORDINATOR))
        )
        return self.filter(user__in=Membership.objects.filter(community__in=mine).order_by().values("user"))

    def waiting(self) -> "DestructionRequestQuerySet":
        return self.filter(cancelled_at=None, confirmed_at=None)


class DestructionRequest(models.Model):
    """A person asks that what is known about them be destroyed. Two people answer it together (permissions.md, C20)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="destruction_requests"
    )
    words = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(default=due_date)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = DestructionRequestQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(confirmed_at=None, cancelled_at=None), name="one_request_waiting_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.asked_at:%Y-%m-%d}"

    @property
    def is_late(self) -> bool:
        return self.confirmed_at is None and self.due_on < timezone.localdate()

    @transaction.atomic
    def handle(self, by) -> None:
        """The first person says it is done, a second one confirms it; neither is the person it is about."""
        request = DestructionRequest.objects.select_for_update().get(pk=self.pk)
        if by.pk == request.user_id:
            raise PermissionDenied
        if request.cancelled_at or request.confirmed_at:
            return
        if request.handled_at is None:
            request.handled_at, request.handled_by = timezone.now(), by
            audit.write(Action.DESTRUCTION_DONE, by=by, about=request)
        elif request.handled_by_id == by.pk:
            raise ValidationError(_("A second person confirms it: you cannot confirm what you did yourself."))
        else:
            request.confirmed_at, request.confirmed_by = timezone.now(), by
            audit.write(Action.DESTRUCTION_CONFIRMED, by=by, about=request)
        request.save()
