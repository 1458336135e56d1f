"""A community, founded and edited; the roles in it."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.web.forms import ZONES
from cmtl import editing
from cmtl.inputs import DayInput
from communities.domain.community.founding import Plan, programme_exists
from communities.models import (
    Community,
    Objective,
    Policies,
    Programme,
    RecordSheet,
    Role,
    TeamBuildingStep,
    profiles,
    roles_of,
)
from communities.web.shared_forms import LinesField, Resent

NUMBERS = {"meetings_per_year": (1, 24), "meeting_minutes": (15, 600), "target_min": (1, 500), "target_max": (1, 500)}


class CommunityFields(forms.ModelForm):
    """What founding and editing check alike."""

    def bound_numbers(self) -> None:
        for name, (low, high) in {**NUMBERS, "anonymity_threshold": (Community.LOWEST_THRESHOLD, 100)}.items():
            if name not in self.fields:
                continue
            field = self.fields[name]
            field.validators = [MinValueValidator(low), MaxValueValidator(high)]
            field.widget.attrs |= {"min": low, "max": high, "inputmode": "numeric"}

    def clean(self):
        cleaned = super().clean()
        low, high = cleaned.get("target_min"), cleaned.get("target_max")
        if low and high and low > high:
            self.add_error("target_max", _("The largest size is under the smallest one."))
        return cleaned


THRESHOLD_HELP = _(
    "Results and comments stay hidden under this number of answers. Never under 5; may be raised, never lowered."
)
PURPOSE_HELP = _("In a sentence or two, for someone who receives a first invitation.")


SUMMARY_HELP = _("Shown under its name in lists.")


class FoundingForm(CommunityFields):
    """Everything a community starts with, once its profile is chosen."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    new_programme = forms.CharField(
        label=_("Or a new programme"), max_length=120, required=False, help_text=_("You will coordinate it.")
    )
    links = forms.MultipleChoiceField(
        label=_("To create links between members"),
        choices=TeamBuildingStep.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What you choose stays on the launch list until it is done."),
    )
    facilitates = forms.BooleanField(label=_("I facilitate it myself"), required=False, initial=True)
    other_email = forms.EmailField(label=_("E-mail"), required=False)
    other_first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    other_last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)

    class Meta:
        model = Community
        fields = [
            "name",
            "summary",
            "programme",
            "purpose",
            "anonymity_threshold",
        ]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"summary": SUMMARY_HELP, "purpose": PURPOSE_HELP, "anonymity_threshold": THRESHOLD_HELP}

    POLICIES = ["mode_policy", *NUMBERS]
    OF_THE_SHEET = ["territory"]
    FIELDS = [*(name for name in Meta.fields if name != "programme"), *POLICIES, *OF_THE_SHEET]

    def __init__(self, data=None, *, by: User, profile: profiles.Profile, is_draft: bool = False) -> None:
        self.by, self.profile, self.is_draft = by, profile, is_draft
        preset = profiles.PRESETS[profile]
        links = [TeamBuildingStep.Kind.INTRODUCTIONS]
        if preset.mode == profiles.ModePolicy.FIRST_IN_PERSON:
            links.append(TeamBuildingStep.Kind.IN_PERSON)
        super().__init__(data, initial={**preset.policies(), "links": links}, label_suffix="")
        self.fields |= forms.fields_for_model(Policies, self.POLICIES)
        self.fields |= forms.fields_for_model(RecordSheet, self.OF_THE_SHEET)
        self.bound_numbers()
        mine = Programme.objects.filter(pk__in=roles_of(by).programmes_as(Role.COORDINATOR))
        self.fields["programme"].queryset = Programme.objects.all() if by.is_staff else mine
        self.fields["programme"].empty_label = _("None: it stands alone")
        for kind in Objective.Kind:
            self.fields[f"objectives_{kind.value}"] = LinesField(label=kind.label, required=False)
        if is_draft:
            self._to_be_opened_by_a_coordinator()

    def _to_be_opened_by_a_coordinator(self) -> None:
        """In a programme where this person facilitates already; they facilitate this one too."""
        roles, programme = roles_of(self.by), self.fields["programme"]
        led = Community.objects.filter(pk__in=roles.communities_as(Role.FACILITATOR)).values("programme")
        through = Q(pk__in=led) | Q(pk__in=roles.programmes_as(Role.FACILITATOR))
        programme.queryset = Programme.objects.filter(through)
        programme.required, programme.empty_label = True, None
        programme.help_text = _("Its coordination will open the community.")
        for name in ("new_programme", "facilitates", "other_email", "other_first_name", "other_last_name"):
            del self.fields[name]

    @property
    def objective_fields(self):
        return [self[f"objectives_{kind.value}"] for kind in Objective.Kind]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_new_programme(self) -> str:
        return " ".join(self.cleaned_data["new_programme"].split())

    def clean(self):
        cleaned = super().clean()
        new, chosen = cleaned.get("new_programme"), cleaned.get("programme")
        founded_already = Community.objects.filter(creation_key=cleaned.get("key")).exists()
        if new and chosen:
            self.add_error("new_programme", _("Choose a programme or name a new one, not both."))
        elif new and not founded_already and Programme.objects.filter(name__iexact=new).exists():
            self.add_error("new_programme", programme_exists())
        other = (cleaned.get("other_email") or "").lower()
        if other and other == self.by.email:
            self.add_error("other_email", _("This is your own address: tick the box above."))
        if other and not cleaned.get("other_first_name") and not User.objects.by_email(other):
            self.add_error("other_first_name", _("Nobody is known by this address yet: write their name."))
        if not (cleaned.get("facilitates") or other or new or chosen or "other_email" in self.errors):
            self.add_error("facilitates", _("Somebody must lead it: yourself, another person, or a programme."))
        return cleaned

    def plan(self, rules: list[dict]) -> Plan:
        data = self.cleaned_data
        other = {name: data.get(f"other_{name}", "") for name in ("email", "first_name", "last_name")}
        return Plan(
            key=data["key"],
            profile=self.profile,
            fields={name: data[name] for name in self.FIELDS},
            programme=data["programme"],
            new_programme=data.get("new_programme", ""),
            objectives=[
                (kind.value, wording) for kind in Objective.Kind for wording in data[f"objectives_{kind.value}"]
            ],
            rules=rules,
            links=data["links"],
            facilitates=data.get("facilitates", True),
            is_draft=self.is_draft,
            facilitator=other if other["email"] else {},
        )


class CommunityForm(Resent, CommunityFields):
    """What a community is, afterwards; its policies and its record have pages of their own."""

    shown = forms.CharField(widget=forms.HiddenInput)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES)

    class Meta:
        model = Community
        fields = [
            "name",
            "programme",
            "summary",
            "purpose",
            "started_on",
            "ends_on",
            "minutes_level",
            "anonymity_threshold",
            "time_zone",
        ]
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "started_on": DayInput,
            "ends_on": DayInput,
        }
        help_texts = {
            "purpose": PURPOSE_HELP,
            "anonymity_threshold": THRESHOLD_HELP,
            "summary": SUMMARY_HELP,
        }

    POLICIES = ["meeting_minutes", "target_min", "target_max"]
    FIELDS = [*Meta.fields, *POLICIES]

    def __init__(self, data=None, *, community: Community, by: User) -> None:
        self.lowest = community.anonymity_threshold
        initial = model_to_dict(Policies.of(community), self.POLICIES)
        initial["shown"] = editing.seen(community, self.FIELDS)
        super().__init__(data, instance=community, initial=initial)
        self.fields |= forms.fields_for_model(Policies, self.POLICIES)
        self.bound_numbers()
        self.fields["anonymity_threshold"].widget.attrs["min"] = self.lowest
        self._keep_in_its_programmes(community, by)

    def _keep_in_its_programmes(self, community: Community, by: User) -> None:
        """A programme's coordinators read all its communities: only they move one, and only among their own."""
        field = self.fields["programme"]
        mine = roles_of(by).programmes_as(Role.COORDINATOR)
        if community.programme_id and community.programme_id not in mine:
            mine = [community.programme_id]
        field.queryset = Programme.objects.filter(pk__in=mine)
        if community.programme_id:
            field.required, field.empty_label = True, None
        else:
            field.empty_label = _("None: it stands alone")

    def clean_anonymity_threshold(self) -> int:
        threshold = self.cleaned_data["anonymity_threshold"]
        if threshold < self.lowest:
            raise ValidationError(_("The anonymity threshold may be raised, never lowered."))
        return threshold

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("started_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The end is before the start."))
        return cleaned

    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.FIELDS}
