"""What a person types in their own space."""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.domain import audit
from accounts.models import Action, User
from cmtl.inputs import DayInput
from communities.domain.members import consents
from communities.models import Membership, Purpose, Reason
from outbox.models import ASKED_FOR, Category, Unsubscription

MAILS = [choice for choice in Category.choices if choice[0] not in (Category.SERVICE, *ASKED_FOR)]


class DoorForm(forms.Form):
    email = forms.EmailField(
        label=_("Your e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True})
    )


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["first_name", "last_name"]


class AddressForm(forms.Form):
    email = forms.EmailField(label=_("My new e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The six digits we sent there"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class ChoicesForm(forms.Form):
    """Everything one decides in one community, each thing apart; no box is ticked but those one ticked. Of an archived
    one, what was allowed is still taken back, one may agree to be asked later, and nothing else changes."""

    title = forms.CharField(label=_("Function"), max_length=120, required=False)
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    expertise = forms.CharField(label=_("What I know well"), max_length=300, required=False)
    help_offered = forms.CharField(label=_("The help I offer"), max_length=300, required=False)
    consents = forms.MultipleChoiceField(choices=Purpose.choices, required=False)
    mails = forms.MultipleChoiceField(choices=MAILS, required=False)
    FIELDS = ("title", "phone", "expertise", "help_offered")
    NEEDS = {
        Purpose.DIRECTORY_PHONE: "phone",
        Purpose.DIRECTORY_EXPERTISE: "expertise",
        Purpose.DIRECTORY_HELP: "help_offered",
    }

    def __init__(self, data=None, *, membership: Membership) -> None:
        self.membership = membership
        self.granted = granted = consents.versions_given(membership)
        self.unwanted = Unsubscription.objects.of(membership.user, membership.community.sender_list).unwanted()
        initial = {name: getattr(membership, name) for name in self.FIELDS}
        initial |= {
            "consents": list(granted),
            "mails": [value for value, _label in MAILS if value not in self.unwanted],
        }
        super().__init__(data, initial=initial)
        for name in self.FIELDS:
            self.fields[name].disabled = membership.community.is_archived

    def clean_consents(self) -> list[str]:
        asked = self.cleaned_data["consents"]
        still = {*self.granted, Purpose.ALUMNI_SURVEY}
        return [p for p in asked if p in still] if self.membership.community.is_archived else asked

    def clean(self) -> dict:
        data = super().clean() or {}
        for purpose, name in self.NEEDS.items():
            if purpose in data.get("consents", []) and not data.get(name):
                self.add_error(name, _("Write it, or untick the box that shows it."))
        return data

    def line(self, purpose: str) -> dict:
        """One box, with the sentence it agrees to."""
        ticked = self["consents"].value() or []
        given = self.granted.get(purpose, consents.latest(purpose))
        return {
            "value": purpose,
            "sentence": consents.wording_of(purpose),
            "agreed_to": consents.wording_of(purpose, given) if given < consents.latest(purpose) else "",
            "is_ticked": purpose in ticked,
        }

    @property
    def directory(self) -> list[dict]:
        """A field, and whether members see it; the address is the person's own."""
        fields = {purpose: self[name] for purpose, name in self.NEEDS.items()}
        return [{"field": fields.get(purpose), **self.line(purpose)} for purpose in consents.DIRECTORY]

    @property
    def others(self) -> list[dict]:
        return [self.line(purpose) for purpose in Purpose if purpose not in consents.DIRECTORY]

    @property
    def mail_lines(self) -> list[dict]:
        ticked = self["mails"].value() or []
        return [{"value": value, "label": label, "is_ticked": value in ticked} for value, label in MAILS]

    def save(self) -> None:
        fields = list(audit.what_changes(self.membership, {name: self.cleaned_data[name] for name in self.FIELDS}))
        if fields:
            audit.write(Action.PERSON_CORRECTED, by=self.membership.user, about=self.membership, fields=fields)
        for name in self.FIELDS:
            setattr(self.membership, name, self.cleaned_data[name])
        self.membership.save(update_fields=self.FIELDS)
        consents.set_given(self.membership, self.cleaned_data["consents"])
        wishes = Unsubscription.objects.of(self.membership.user, self.membership.community.sender_list)
        for value, _label in MAILS:
            if (value in self.cleaned_data["mails"]) == (value in self.unwanted):
                wishes.resume(value) if value in self.unwanted else wishes.stop(value)


class AwayForm(forms.Form):
    """Why one stops: said after the press, or never."""

    reason = forms.ChoiceField(choices=Reason.choices, required=False)
    words = forms.CharField(label=_("in your own words"), max_length=300, required=False)


class LetterForm(forms.Form):
    """The period of the letter and its language; by default this year to today."""

    first = forms.DateField(label=_("From"), widget=DayInput)
    last = forms.DateField(label=_("Until"), widget=DayInput)
    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices)

    @classmethod
    def proposed(cls, language: str) -> "LetterForm":
        today = timezone.localdate()
        return cls(initial={"first": dt.date(today.year, 1, 1), "last": today, "language": language})

    def clean(self) -> dict:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and first > last:
            raise ValidationError({"last": _("The end comes before the start.")})
        return data


class DestructionForm(forms.Form):
    words = forms.CharField(
        label=_("Anything you want to say about it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
