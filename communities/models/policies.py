"""How a community wants to work, beside what nearly every page asks of it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl.parts import Part
from communities.models import profiles


class Policies(Part):
    community = models.OneToOneField(
        "communities.Community", primary_key=True, on_delete=models.CASCADE, related_name="policies"
    )
    mode_policy = models.CharField(
        _("mode"), max_length=20, choices=profiles.ModePolicy, default=profiles.ModePolicy.ONLINE
    )
    follow_up_policy = models.CharField(
        _("individual follow-up"),
        max_length=20,
        choices=profiles.FollowUpPolicy,
        default=profiles.FollowUpPolicy.AS_NEEDED,
    )
    meetings_per_year = models.PositiveSmallIntegerField(
        _("meetings per year"), default=4, validators=[MinValueValidator(1), MaxValueValidator(24)]
    )
    target_min = models.PositiveSmallIntegerField(_("target size, from"), default=6)
    target_max = models.PositiveSmallIntegerField(_("target size, to"), default=20)
    meeting_minutes = models.PositiveSmallIntegerField(
        _("usual length, in minutes"), default=60, validators=[MinValueValidator(15), MaxValueValidator(600)]
    )
    preparation_minutes = models.PositiveSmallIntegerField(
        _("preparation of each meeting, in minutes"), default=30, validators=[MaxValueValidator(600)]
    )
    admits_referred = models.BooleanField(
        _("people referred by a member join without approval"),
        default=False,
        help_text="where admission is open: the mail that proves their address is their invitation",
    )
    shows_rules_each_time = models.BooleanField(_("recall the rules at the start of each meeting"), default=False)
    objectives_reviewed_every = models.PositiveSmallIntegerField(
        _("review the objectives every, in months"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    proposals_frame = models.TextField(_("frame of the proposals"), blank=True)
    agenda_model = models.JSONField(
        default=list,
        blank=True,
        help_text="blocks (kind, title, minutes) that a meeting starts from; none: the guide's",
    )

    erased = Erased(words=["proposals_frame", "agenda_model"])

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(target_min__lte=F("target_max")), name="target_size_is_a_range")
        ]
