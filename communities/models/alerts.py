"""Warnings that somebody set aside, and why."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models.community import Community


class DismissedAlertQuerySet(models.QuerySet):
    def visible_to(self, user) -> "DismissedAlertQuerySet":
        return self.filter(community__in=Community.objects.inside_for(user))


class DismissedAlert(models.Model):
    """A warning that a community chose not to follow: « la flexibilité est un atout » (guide, p. 11).

    `subject` says of what, when a warning can be about several things: « meeting:12 », « year:2027 ».
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="dismissed_alerts")
    code = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, blank=True)
    sentence = models.CharField(max_length=300, blank=True, help_text="the warning as it was read")
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    set_aside_on = models.DateField(_("set aside on"), default=timezone.localdate)

    erased = Erased(cut={"by": []}, words=["sentence", "reason"], plain=["code", "subject"])

    objects = DismissedAlertQuerySet.as_manager()

    class Meta:
        ordering = ["-set_aside_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["community", "code", "subject"], name="a_warning_is_set_aside_once")
        ]

    def __str__(self) -> str:
        return self.sentence or self.code
