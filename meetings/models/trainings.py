"""What only a training has."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from cmtl.parts import Part
from meetings.models.meeting import Meeting


class Training(Part):
    """About what, by whom, and what it costs: read by its page and by the budget."""

    FIELDS = ("theme", "expert", "cost", "fee")

    meeting = models.OneToOneField(Meeting, primary_key=True, on_delete=models.CASCADE, related_name="training")
    theme = models.CharField(_("theme of the training"), max_length=120, blank=True)
    expert = models.CharField(_("given by"), max_length=160, blank=True)
    cost = models.PositiveIntegerField(_("cost"), null=True, blank=True, help_text="cents")
    fee = models.PositiveIntegerField(_("share of each organisation"), null=True, blank=True, help_text="cents")

    erased = Erased(words=["theme", "expert"])

    @classmethod
    def taken_from(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Its own fields, taken out of those of a meeting."""
        return {name: fields.pop(name) for name in cls.FIELDS if name in fields}

    def says(self, values: dict[str, Any]) -> bool:
        """These and nothing else."""
        return all(getattr(self, name) == value for name, value in values.items())
