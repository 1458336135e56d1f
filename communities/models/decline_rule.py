"""When fewer and fewer people come, from what on it is told: the numbers that a community may change."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl.parts import Part


class DeclineRule(Part):
    """The numbers of « une baisse marquée et répétée » (`evaluations.domain.indicators.decline`)."""

    LAST, BEFORE, PERCENT = (2, 6), (3, 12), (50, 90)  # bounds: one meeting alone never makes a decline

    community = models.OneToOneField(
        "communities.Community", primary_key=True, on_delete=models.CASCADE, related_name="decline_rule"
    )
    decline_percent = models.PositiveSmallIntegerField(
        _("marked: at most this share of those before, in %"),
        default=70,
        validators=[MinValueValidator(PERCENT[0]), MaxValueValidator(PERCENT[1])],
    )
    decline_last = models.PositiveSmallIntegerField(
        _("last meetings looked at"),
        default=3,
        validators=[MinValueValidator(LAST[0]), MaxValueValidator(LAST[1])],
    )
    decline_low = models.PositiveSmallIntegerField(
        _("repeated: of these, those that are low at least"),
        default=2,
        validators=[MinValueValidator(LAST[0]), MaxValueValidator(LAST[1])],
    )
    decline_fewest_before = models.PositiveSmallIntegerField(
        _("meetings before them, at least"),
        default=3,
        validators=[MinValueValidator(BEFORE[0]), MaxValueValidator(BEFORE[1])],
    )
    decline_most_before = models.PositiveSmallIntegerField(
        _("meetings before them, at most"),
        default=6,
        validators=[MinValueValidator(BEFORE[0]), MaxValueValidator(BEFORE[1])],
    )

    erased = Erased()
