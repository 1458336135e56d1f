"""Someone and what they are in a community."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cmtl.inputs import DayInput
from communities.domain.members import directory, parental
from communities.models import Membership, ParentalConsent
from communities.web.shared_forms import Resent, as_read


class PersonForm(forms.Form):
    """Someone and what they are in the community."""

    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("Without an address, invitations cannot reach this person.")
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}),
        help_text=_("Leave empty for someone who comes as an individual."),
    )
    title = forms.CharField(label=_("Function"), max_length=120, required=False)
    region = forms.CharField(label=_("Region"), max_length=80, required=False)
    status = forms.ChoiceField(label=_("Status"), choices=Membership.Status.choices, initial=Membership.Status.ACTIVE)

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()

    def clean_organisation(self) -> str:
        return " ".join(self.cleaned_data["organisation"].split())


class ParentForm(forms.Form):
    """Who agreed for somebody under 14, when, and how that reached us."""

    parent_name = forms.CharField(label=_("Name of the parent or guardian"), max_length=120)
    signed_on = forms.DateField(label=_("Signed on"), widget=DayInput)
    received_as = forms.ChoiceField(
        label=_("How it was received"), choices=ParentalConsent.Received.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_signed_on(self) -> dt.date | None:
        day = self.cleaned_data["signed_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("Choose today or a day that is past."))
        return day

    def consent(self) -> dict:
        return {name: self.cleaned_data[name] for name in ParentalConsent.FIELDS}


class NewMemberForm(ParentForm, PersonForm):
    under_14 = forms.BooleanField(label=_("This person is under 14"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices)
    source = forms.ChoiceField(label=_("How they were found"), choices=Membership.Source.choices)
    someone_else = forms.BooleanField(
        label=_("This is another person of the same name"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ParentalConsent.FIELDS:
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """What is typed of a parent is kept only where the box is ticked."""
        cleaned = super().clean() or {}
        missing = [name for name in ParentalConsent.FIELDS if not cleaned.get(name) and name not in self.errors]
        if cleaned.get("under_14") and missing:
            self.add_error("under_14", parental.MISSING)
            for name in missing:
                self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned

    def person(self) -> dict[str, Any]:
        """As `directory.add` takes it."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ParentalConsent.FIELDS}
        return said | {"parental_consent": self.consent() if said["under_14"] else None}

    def asks_if_somebody_else(self) -> None:
        """Show the tick only when it answers something."""
        self.fields["someone_else"].widget = forms.CheckboxInput()


class MembershipForm(Resent, PersonForm):
    """The same for someone already listed; name and address only while they may be corrected."""

    source = forms.ChoiceField(label=_("How they were found"), choices=Membership.Source.choices, required=False)
    shown = forms.CharField(widget=forms.HiddenInput)
    PERSON = ("first_name", "last_name", "email")

    def __init__(self, data=None, *, membership: Membership, by: User) -> None:
        self.membership = membership
        self.may_correct = directory.may_correct_person(by, membership.user)
        super().__init__(data, initial={**as_written(membership), "shown": directory.shown(membership)})
        if not self.may_correct:
            for name in self.PERSON:
                del self.fields[name]

    def clean_email(self) -> str:
        email = super().clean_email()
        if email and User.objects.filter(email=email).exclude(pk=self.membership.user_id).exists():
            raise ValidationError(
                _("Another person has this address. Add that person to the community, and make this one an alumni.")
            )
        return email

    def differences(self, theirs: Membership) -> list[dict]:
        stored = as_written(theirs)
        return [
            {
                "label": self.fields[name].label,
                "theirs": as_read(self.fields[name], stored[name]),
                "yours": as_read(self.fields[name], self.cleaned_data[name]),
            }
            for name in stored
            if name in self.fields and stored[name] != self.cleaned_data[name]
        ]

    def person(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.PERSON} if self.may_correct else {}


def as_written(membership: Membership) -> dict:
    return {
        "first_name": membership.user.first_name,
        "last_name": membership.user.last_name,
        "email": membership.user.email or "",
        "organisation": membership.organisation.name if membership.organisation else "",
        "title": membership.title,
        "region": membership.region,
        "status": membership.status,
        "source": membership.source,
    }


class SearchForm(forms.Form):
    """What the lists of people are narrowed by; anything else in the address is ignored."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All statuses")), *Membership.Status.choices]
    )

    source = forms.ChoiceField(
        label=_("How they were found"), required=False, choices=[("", _("All sources")), *Membership.Source.choices]
    )

    def value(self, name: str) -> str:
        return self.cleaned_data.get(name, "") if self.is_valid() or name not in self.errors else ""
