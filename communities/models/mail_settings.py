"""When a community's reminders leave, and in how many languages its mails are written."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl.parts import Part


class MailSettings(Part):
    community = models.OneToOneField(
        "communities.Community", primary_key=True, on_delete=models.CASCADE, related_name="mail_settings"
    )
    reminder_days = models.PositiveSmallIntegerField(
        default=2, help_text="days before, at nine on the wall; 0: no such reminder"
    )
    reminder_hours = models.PositiveSmallIntegerField(default=2, help_text="hours before; 0: no such reminder")
    mails_in_both_languages = models.BooleanField(_("each mail in French and in English"), default=False)

    erased = Erased()
