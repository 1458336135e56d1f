"""The policies of a community, each with what it changes."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from cmtl import editing
from communities.domain.community import policies
from communities.models import Community, Policies, profiles
from communities.web.shared_forms import Resent


class PoliciesForm(Resent, forms.ModelForm):
    """Each policy on its own, whatever the profile."""

    shown = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = Community
        fields = ["representation", "selection", "topic_policy", "attendance_policy"]
        widgets = dict.fromkeys(policies.EFFECTS, forms.RadioSelect)
        help_texts = {"meetings_per_year": _("Communities usually meet two to six times a year; nothing forbids more.")}

    def __init__(self, data=None, *, community: Community) -> None:
        own = [name for name in policies.FIELDS if name not in self.Meta.fields]
        initial = model_to_dict(Policies.of(community), own) | {"shown": editing.seen(community, policies.FIELDS)}
        super().__init__(data, instance=community, initial=initial)
        self.fields |= forms.fields_for_model(Policies, own, widgets=self.Meta.widgets, help_texts=self.Meta.help_texts)
        for name in policies.EFFECTS:
            field: Any = self.fields[name]
            field.choices = policies.field_of(name).choices  # type: ignore[union-attr]
        rhythm = self.fields["meetings_per_year"]
        rhythm.validators = [MinValueValidator(1), MaxValueValidator(24)]
        rhythm.widget.attrs |= {"min": 1, "max": 24, "inputmode": "numeric"}

    @property
    def policies(self) -> list[tuple[forms.BoundField, list]]:
        """Each field with its choices, and what each choice does."""
        return [
            (self[name], [(choice, effects[choice.data["value"]]) for choice in self[name]])
            for name, effects in policies.EFFECTS.items()
        ]

    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in policies.FIELDS}


class ProfileForm(forms.Form):
    """Another profile: all that it sets, in place of what is set now."""

    profile = forms.ChoiceField(choices=profiles.Profile.choices)
    shown = forms.CharField()

    def changes(self) -> dict:
        profile = profiles.Profile(self.cleaned_data["profile"])
        return {"profile": profile.value, **profiles.PRESETS[profile].policies()}
