"""What whoever prepares an annual evaluation types."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cmtl import editing
from cmtl.inputs import DayInput
from communities.web.shared_forms import Resent
from evaluations.domain.campaigns import alumni, campaigns
from evaluations.models import Campaign

LONGEST = 1000  # characters of a word to the members
LONGEST_OPEN = dt.timedelta(days=183)
FARTHEST = dt.timedelta(days=366)


def judge_days(form: forms.BaseForm, opens_on: dt.date | None, closes_on: dt.date | None) -> None:
    """What is wrong with the first and the last day, said at its field."""
    if opens_on and "opens_on" in form.changed_data and opens_on < timezone.localdate():
        form.add_error("opens_on", _("Choose today or a day to come."))
    elif opens_on and "opens_on" in form.fields and opens_on > timezone.localdate() + FARTHEST:
        form.add_error("opens_on", _("Choose a day within a year."))
    elif opens_on and closes_on and closes_on <= opens_on:
        form.add_error("closes_on", _("Choose a day after the one it opens."))
    elif opens_on and closes_on and closes_on - opens_on > LONGEST_OPEN:
        form.add_error("closes_on", _("Choose a day within six months of the one it opens."))


class CampaignForm(Resent, forms.ModelForm):
    """Its dates, its mails and a word to the members. Once it is open its first day and its words have left."""

    reminders = forms.TypedChoiceField(
        label=_("Reminders to those who have not answered"),
        choices=[(0, _("None")), (1, _("One")), (2, _("Two"))],
        coerce=int,
    )
    words = forms.CharField(
        label=_("A word to the members"),
        help_text=_("In the mail that asks them: what last year’s evaluation changed, for instance."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Campaign
        fields = ["opens_on", "closes_on", "words", "reminders", "days_between"]
        widgets = {"opens_on": DayInput, "closes_on": DayInput}
        labels = {"opens_on": _("Opens on"), "closes_on": _("Closes on"), "days_between": _("Days between two mails")}
        help_texts = {
            "opens_on": _("The day you mean to open it: you press the button yourself."),
            "closes_on": _("At five in the afternoon."),
            "days_between": _("From 3 to 30."),
        }

    def __init__(self, data: Any = None, *, campaign: Campaign) -> None:
        changeable = [name for name in self.Meta.fields if campaign.is_prepared or name not in ("opens_on", "words")]
        shown = editing.seen(campaign, changeable) if campaign.pk else ""
        super().__init__(data, instance=campaign, initial={"shown": shown})
        if campaign.is_of_alumni:
            self._ask_alumni()
        if campaign.waits_for_its_day():
            self.fields["opens_on"].help_text = _("It opens by itself on that day at nine; today, at once after nine.")
        for name in set(self.Meta.fields) - set(changeable):
            del self.fields[name]

    def _ask_alumni(self) -> None:
        """One reminder at most, so that the days between two mails are those before it."""
        reminders, words = self.fields["reminders"], self.fields.get("words")
        reminders.choices = reminders.choices[: alumni.REMINDERS + 1]  # type: ignore[attr-defined]
        reminders.label = _("Reminder to those who have not answered")
        self.fields["days_between"].label = _("Days before the reminder")
        if words:
            words.label = _("A word to those who left")
            words.help_text = _("In the mail that asks them: what the community has become, for instance.")

    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}

    def clean(self) -> dict:
        found = super().clean() or {}
        judge_days(self, found.get("opens_on") or self.instance.opens_on, found.get("closes_on"))
        opens_on = found.get("opens_on")
        if opens_on and self.instance.is_of_alumni and (refused := campaigns.too_soon(self.instance, opens_on)):
            self.add_error("opens_on", refused)
        return found
