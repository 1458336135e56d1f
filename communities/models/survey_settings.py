"""How the evaluation of a meeting opens, and how often those who were there are reminded of it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl.parts import Part


class SurveySettings(Part):
    MOST_REMINDERS = 2

    community = models.OneToOneField(
        "communities.Community", primary_key=True, on_delete=models.CASCADE, related_name="survey_settings"
    )
    opens_by_itself = models.BooleanField(_("the evaluation opens by itself"), default=False)
    survey_reminders = models.PositiveSmallIntegerField(
        _("reminders to those who were there"), default=1, validators=[MaxValueValidator(MOST_REMINDERS)]
    )
    survey_reminder_hours = models.PositiveSmallIntegerField(
        _("hours before the first"), default=2, validators=[MinValueValidator(1), MaxValueValidator(48)]
    )

    erased = Erased()
