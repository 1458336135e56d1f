"""The shape of what people write about communities and the people in them."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.forms import ZONES
from accounts.models import User
from communities import editing, importing, listing, profiles
from communities.founding import Plan, programme_exists
from communities.models import Community, Membership, Objective, Programme, Role, Rule, roles_of


class LinesWidget(forms.Widget):
    """Any number of one-line answers under one legend; a script adds lines, the server takes all it receives."""

    template_name = "communities/_lines.html"
    use_fieldset = True

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["lines"] = [line for line in value or [] if line.strip()] or [""]
        return context

    def value_from_datadict(self, data, files, name):
        return data.getlist(name)

    def id_for_label(self, id_):
        return ""


class LinesField(forms.Field):
    widget = LinesWidget

    def clean(self, value):
        lines = [" ".join(line.split()) for line in value or []]
        if any(len(line) > 300 for line in lines):
            raise ValidationError(_("Keep each objective under 300 characters."))
        return [line for line in lines if line]


def day(label, **options):
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), required=False, **options
    )


class Resent:
    """A form shown again after somebody else saved: the person's own words, over what is stored now."""

    def again(self, shown: str):
        self.data = self.data.copy()
        self.data["shown"] = shown
        return self


NUMBERS = {"meetings_per_year": (1, 24), "meeting_minutes": (15, 600), "target_min": (1, 500), "target_max": (1, 500)}


class CommunityFields(forms.ModelForm):
    """What founding and editing check alike."""

    def bound_numbers(self) -> None:
        for name, (low, high) in {**NUMBERS, "anonymity_threshold": (Community.LOWEST_THRESHOLD, 100)}.items():
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


class FoundingForm(CommunityFields):
    """Everything a community starts with, once its profile is chosen."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    new_programme = forms.CharField(
        label=_("Or a new programme"), max_length=120, required=False, help_text=_("You will coordinate it.")
    )
    facilitates = forms.BooleanField(label=_("I facilitate it myself"), required=False, initial=True)
    other_email = forms.EmailField(label=_("E-mail"), required=False)
    other_first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    other_last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)

    class Meta:
        model = Community
        fields = [
            "name",
            "programme",
            "purpose",
            "mode_policy",
            "territory",
            "target_min",
            "target_max",
            "meetings_per_year",
            "meeting_minutes",
            "anonymity_threshold",
        ]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"purpose": PURPOSE_HELP, "anonymity_threshold": THRESHOLD_HELP}

    def __init__(self, data=None, *, by: User, profile: profiles.Profile) -> None:
        self.by, self.profile = by, profile
        super().__init__(data, initial=profiles.PRESETS[profile].policies(), label_suffix="")
        self.bound_numbers()
        mine = Programme.objects.filter(pk__in=roles_of(by).programmes_as(Role.COORDINATOR))
        self.fields["programme"].queryset = Programme.objects.all() if by.is_staff else mine
        self.fields["programme"].empty_label = _("None: it stands alone")
        for kind in Objective.Kind:
            self.fields[f"objectives_{kind.value}"] = LinesField(label=kind.label, required=False)

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
        other = {name: data[f"other_{name}"] for name in ("email", "first_name", "last_name")}
        return Plan(
            key=data["key"],
            profile=self.profile,
            fields={name: data[name] for name in self.Meta.fields if name != "programme"},
            programme=data["programme"],
            new_programme=data["new_programme"],
            objectives=[
                (kind.value, wording) for kind in Objective.Kind for wording in data[f"objectives_{kind.value}"]
            ],
            rules=rules,
            facilitates=data["facilitates"],
            facilitator=other if other["email"] else {},
        )


class CommunityForm(Resent, CommunityFields):
    """All of a community's own fields, afterwards."""

    shown = forms.CharField(widget=forms.HiddenInput)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES)

    class Meta:
        model = Community
        fields = [
            "name",
            "programme",
            "status",
            "purpose",
            "territory",
            "started_on",
            "ends_on",
            "profile",
            "representation",
            "selection",
            "topic_policy",
            "attendance_policy",
            "mode_policy",
            "follow_up_policy",
            "meetings_per_year",
            "meeting_minutes",
            "target_min",
            "target_max",
            "minutes_level",
            "anonymity_threshold",
            "time_zone",
        ]
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "started_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "purpose": PURPOSE_HELP,
            "anonymity_threshold": THRESHOLD_HELP,
            "profile": _("A word for what the settings below do together; changing it changes none of them."),
        }

    def __init__(self, data=None, *, community: Community, by: User) -> None:
        self.lowest = community.anonymity_threshold
        shown = editing.seen(community, self.Meta.fields)
        super().__init__(data, instance=community, initial={"shown": shown})
        self.bound_numbers()
        self.fields["anonymity_threshold"].widget.attrs["min"] = self.lowest
        self._keep_in_its_programmes(community, by)
        if not by.has_perm("communities.archive", community) and community.status != Community.Status.ARCHIVED:
            states = [(value, label) for value, label in Community.Status.choices if value != Community.Status.ARCHIVED]
            self.fields["status"].choices = states

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
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


def differences(form, theirs, fields) -> list[dict]:
    """The fields that somebody else saved otherwise, as both would be read: stored first, written second."""
    rows = []
    for name in fields:
        stored, mine = getattr(theirs, name), form.cleaned_data[name]
        if stored != mine:
            rows.append(
                {
                    "label": form.fields[name].label,
                    "theirs": as_read(form.fields[name], stored),
                    "yours": as_read(form.fields[name], mine),
                }
            )
    return rows


def as_read(field, value) -> str:
    if value in (None, ""):
        return "—"
    choices = dict(getattr(field, "choices", [])) if not isinstance(field, forms.ModelChoiceField) else {}
    return str(choices.get(value, value))


class RuleRow(forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    theme = forms.ChoiceField(label=_("Theme"), choices=Rule.Theme.choices)
    is_active = forms.BooleanField(label=_("Applies"), required=False, initial=True)
    text = forms.CharField(
        label=_("Rule"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("To set a rule aside, untick it and keep its words.")},
    )

    @property
    def theme_label(self) -> str:
        return dict(Rule.Theme.choices).get(self["theme"].value(), "")


class ObjectiveRow(forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=Objective.Kind.choices)
    wording = forms.CharField(
        label=_("Objective"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("To set an objective aside, keep its words and choose « Dropped ».")},
    )
    indicator = forms.CharField(
        label=_("How we will know"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    state = forms.ChoiceField(label=_("State"), choices=Objective.State.choices, initial=Objective.State.ACTIVE)


FirstRules = forms.formset_factory(RuleRow, extra=0, max_num=30, absolute_max=40)
Rules = forms.formset_factory(RuleRow, extra=1, max_num=30, absolute_max=40)
Objectives = forms.formset_factory(ObjectiveRow, extra=1, max_num=30, absolute_max=40)


def written(formset) -> list[dict]:
    """Rows somebody filled in; the blank one at the end is not."""
    return [form.cleaned_data for form in formset if form.cleaned_data]


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


class NewMemberForm(PersonForm):
    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices)
    source = forms.ChoiceField(label=_("How they were found"), choices=Membership.Source.choices)
    someone_else = forms.BooleanField(
        label=_("This is another person of the same name"), required=False, widget=forms.HiddenInput
    )

    def asks_if_somebody_else(self) -> None:
        """Show the tick only when it answers something."""
        self.fields["someone_else"].widget = forms.CheckboxInput()


class MembershipForm(Resent, PersonForm):
    """The same for someone already listed; name and address only while they may be corrected."""

    shown = forms.CharField(widget=forms.HiddenInput)
    PERSON = ("first_name", "last_name", "email")

    def __init__(self, data=None, *, membership: Membership, by: User) -> None:
        self.membership = membership
        self.may_correct = listing.may_correct_person(by, membership.user)
        super().__init__(data, initial={**as_written(membership), "shown": listing.shown(membership)})
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
    }


class ImportForm(forms.Form):
    """The file; what is in it is `importing`'s business. `lines` are what was read."""

    file = forms.FileField(
        label=_("List of people"),
        help_text=_("A CSV file, from Excel or elsewhere, whose first line holds headings in French or in English."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        error_messages={"empty": _("The file is empty.")},
    )

    def clean_file(self):
        sent = self.cleaned_data["file"]
        if sent.size > importing.MAX_BYTES:
            raise ValidationError(importing.too_large())
        self.lines = importing.read(sent.read())
        return sent


class RoleForm(forms.Form):
    """A role for someone, found by their address or listed for the occasion."""

    role = forms.ChoiceField(label=_("Role"))
    email = forms.EmailField(label=_("E-mail"), help_text=_("The address they will sign in with."))
    first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    ends_on = day(_("Until"), help_text=_("For a dated mandate; nothing for as long as needed."))

    def __init__(self, data=None, *, roles: list[Role]) -> None:
        super().__init__(data)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]

    def clean(self):
        cleaned = super().clean()
        email = cleaned.get("email")
        if email and not cleaned.get("first_name") and not User.objects.by_email(email):
            self.add_error("first_name", _("Nobody is known by this address yet: write their name."))
        return cleaned


class SearchForm(forms.Form):
    """What the lists of people are narrowed by; anything else in the address is ignored."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All statuses")), *Membership.Status.choices]
    )

    def value(self, name: str) -> str:
        return self.cleaned_data.get(name, "") if self.is_valid() or name not in self.errors else ""
