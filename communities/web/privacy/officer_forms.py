"""What the privacy officer types: an incident, and what to look for in the audit log; who the officer is."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Action, User
from cmtl.inputs import DayInput
from communities.models import Community, Incident
from communities.web.shared_forms import PartForm

LONGEST = 4_000
HELP = {
    "information": _("What kinds of information, and of whom; if it is not known, why."),
    "circumstances": _("What happened, and how it was noticed. Do not name the people concerned."),
    "began_on": _("As near as is known."),
    "ended_on": _("For a period."),
    "people": _("An estimate if the number is not known."),
    "sensitivity": _("Health, money, identity, children, or what a context makes delicate."),
    "consequences": _("For instance identity theft, fraud, harm to a reputation, loss of a job."),
    "likelihood": _("Who has it, with what intent; whether it was encrypted, recovered, or seen by many."),
    "is_serious": _("If yes, the Commission and the people concerned are told without delay (Law 25, s. 3.5)."),
    "others_told": _("The police, an insurer, whoever can lessen the harm; or a public notice, and why."),
    "measures": _("To lessen the harm now, and so that it does not happen again."),
}


class IncidentForm(PartForm):
    class Meta:
        model = Incident
        fields = Incident.WRITTEN
        help_texts = HELP
        widgets = {
            **dict.fromkeys(("began_on", "ended_on", "known_on", "commission_told_on", "people_told_on"), DayInput),
            "is_serious": forms.RadioSelect(choices=[(True, _("Yes")), (False, _("No"))]),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_serious"] = forms.TypedChoiceField(
            label=self.fields["is_serious"].label,
            help_text=HELP["is_serious"],
            choices=[("True", _("Yes")), ("False", _("No"))],
            coerce=lambda value: value == "True",
            widget=forms.RadioSelect,
            error_messages={"required": _("Say whether the risk is serious: the reasons are just above.")},
        )
        if self.instance.pk:
            self.initial["is_serious"] = str(self.instance.is_serious)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.max_length = LONGEST
                field.widget.attrs |= {"rows": 3, "maxlength": LONGEST}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        today, known = timezone.localdate(), cleaned.get("known_on")
        for name in ("began_on", "ended_on", "known_on", "commission_told_on", "people_told_on"):
            if cleaned.get(name) and cleaned[name] > today:
                self.add_error(name, _("Choose today or a day that is past."))
        self._refuse_before("ended_on", cleaned.get("began_on"), _("The end is before the start."))
        self._refuse_before("known_on", cleaned.get("began_on"), _("It cannot be known before it happened."))
        for name in ("commission_told_on", "people_told_on"):
            self._refuse_before(name, known, _("Nobody was told before it became known."))
        people, here = cleaned.get("people"), cleaned.get("people_in_quebec")
        if here and people is not None and here > people:
            self.add_error("people_in_quebec", _("That is more than the people concerned."))
        return cleaned

    def _refuse_before(self, name: str, first: dt.date | None, why: Any) -> None:
        day = self.cleaned_data.get(name)
        if day and first and day < first:
            self.add_error(name, why)


class OfficerForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), help_text=_("The address they will sign in with."))
    first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        email = cleaned.get("email")
        if email and not cleaned.get("first_name") and not User.objects.by_email(email):
            self.add_error("first_name", _("Nobody is known by this address yet: write their name."))
        return cleaned


MONTH = dt.timedelta(days=30)


class AuditFilter(forms.Form):
    """Of the last thirty days, unless other days are asked for."""

    person = forms.CharField(label=_("Person"), required=False, max_length=120)
    community = forms.ModelChoiceField(
        label=_("Community"),
        required=False,
        queryset=Community.objects.order_by("name"),
        empty_label=_("All communities"),
    )
    action = forms.ChoiceField(label=_("Act"), required=False)
    first = forms.DateField(label=_("From"), required=False, widget=DayInput)
    last = forms.DateField(label=_("Until"), required=False, widget=DayInput)

    def __init__(self, data: Any) -> None:
        first = (timezone.localdate() - MONTH).isoformat()
        super().__init__({**{name: data.get(name, "") for name in self.base_fields}, "first": data.get("first", first)})
        self.fields["action"].choices = [("", _("All acts")), *Action.choices]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            raise ValidationError({"last": _("The end is before the start.")})
        return cleaned
