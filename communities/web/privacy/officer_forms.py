"""What the privacy officer types: an incident, and what to look for in the audit log; who the officer is."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Action, User
from cmtl import editing
from cmtl.inputs import DayInput
from communities.domain.privacy import serving
from communities.models import Community, Incident
from communities.models.privacy import ANSWERED_WITHIN
from communities.web.shared_forms import PartForm

LONGEST = 4_000
HELP = {
    "information": _("What kinds of information, and of whom; if it is not known, why."),
    "circumstances": _("What happened, and how it was noticed. Do not name the people concerned."),
    "began_on": _("As near as is known."),
    "ended_on": _("For a period."),
    "people": _("An estimate if the number is not known."),
    "sensitivity": _("Health, money, identity, children, or what a context makes delicate."),
    "consequences": _("Identity theft, fraud, reputation, job…"),
    "likelihood": _("Who has it, with what intent; whether it was encrypted, recovered, or seen by many."),
    "is_serious": _("If yes, the Commission and the people concerned are told without delay (Law 25, s. 3.5)."),
    "others_told": _("The police, an insurer; or a public notice, and why."),
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
        else:
            self.initial["known_on"] = timezone.localdate()
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


class FindForm(forms.Form):
    """Nobody is listed before a name or an address is asked for."""

    q = forms.CharField(
        label=_("Name or e-mail address"),
        min_length=2,
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        error_messages={"min_length": _("Type at least two letters.")},
    )


class CorrectionForm(PartForm):
    """A person's name; the address too where that opens nothing."""

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].label = _("First name")
        self.fields["last_name"].label = _("Last name")
        self.fields["email"].label, self.fields["email"].help_text = _("E-mail"), ""
        if not serving.may_change_address(self.instance):
            del self.fields["email"]
        self.initial["shown"] = editing.seen(self.instance, self.shown_fields)

    @property
    def shown_fields(self) -> list[str]:
        return [name for name in self.Meta.fields if name in self.fields]

    def clean_email(self) -> str | None:
        email = (self.cleaned_data["email"] or "").strip().lower() or None
        if email and User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another person has this address: those who coordinate can merge the two records."))
        return email

    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.shown_fields}


class EnteredRequestForm(forms.Form):
    """Somebody asked on paper, by telephone or in person that what is held about them be destroyed."""

    received_on = forms.DateField(
        label=_("Received on"), widget=DayInput, help_text=_("The thirty days to answer count from that day.")
    )
    words = forms.CharField(
        label=_("How the person asked, and how you know it is them"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        help_text=_("For instance: signed letter, identity checked by telephone."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"received_on": timezone.localdate()}, label_suffix="")

    def clean_received_on(self) -> dt.date:
        day, today = self.cleaned_data["received_on"], timezone.localdate()
        if day > today:
            raise ValidationError(_("Choose today or a day that is past."))
        if day < today - 12 * ANSWERED_WITHIN:
            raise ValidationError(_("That is more than a year ago: check the year."))
        return day


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
