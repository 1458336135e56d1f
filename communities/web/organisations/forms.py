"""Organisations, who represents them, and two records made one."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import normalised
from communities.domain.organisations import representing
from communities.models import Community, Membership, Organisation
from communities.web.shared_forms import PeopleSelect, Resent, compared, day


def yes_or_no(label, **options):
    return forms.TypedChoiceField(
        label=label,
        choices=[("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: {"yes": True, "no": False}.get(value),
        empty_value=None,
        required=False,
        **options,
    )


def as_choice(value: bool | None) -> str:
    return {True: "yes", False: "no"}.get(value, "")  # type: ignore[arg-type]


class OrganisationSearchForm(forms.Form):
    """What the directory is narrowed by; anything else in the address is ignored."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("Type"), required=False, choices=[("", _("All types")), *Organisation.Kind.choices]
    )

    def value(self, name: str) -> str:
        return self.cleaned_data.get(name, "") if self.is_valid() or name not in self.errors else ""


class OrganisationForm(Resent, forms.Form):
    FIELDS = ["name", "kind", "sector", "has_paid_staff", "size", "territory"]

    name = forms.CharField(label=_("Name"), max_length=160)
    kind = forms.ChoiceField(label=_("Type"), required=False, choices=[("", "—"), *Organisation.Kind.choices])
    sector = forms.CharField(
        label=_("Sector"), max_length=80, required=False, help_text=_("For example: families, environment, culture.")
    )
    has_paid_staff = yes_or_no(_("Paid staff"))
    size = forms.ChoiceField(
        label=_("Size"),
        required=False,
        choices=[("", "—"), *Organisation.Size.choices],
        help_text=_("Teams of fewer than 10 people are often the most isolated: the report looks at them."),
    )
    territory = forms.CharField(
        label=_("Territory"), max_length=120, required=False, help_text=_("Borough, municipality or region.")
    )
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, organisation: Organisation, shown: str) -> None:
        self.organisation = organisation
        super().__init__(data, initial={**self.written(organisation), "shown": shown})

    @classmethod
    def written(cls, organisation: Organisation) -> dict:
        values = {name: getattr(organisation, name) for name in cls.FIELDS}
        return {**values, "has_paid_staff": as_choice(values["has_paid_staff"])}

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        same = Organisation.objects.filter(sort_key=normalised(name)).exclude(pk=self.organisation.pk)
        if same.exists():
            raise ValidationError(_("Another organisation has this name. If it is the same one, merge them."))
        return name

    def clean(self) -> dict:
        data = super().clean()
        if data.get("size") == Organisation.Size.NONE:
            if data.get("has_paid_staff"):
                self.add_error("size", _("This size says that nobody is paid."))
            data["has_paid_staff"] = False
        elif data.get("size") and data.get("has_paid_staff") is None:
            data["has_paid_staff"] = True
        elif data.get("size") and data.get("has_paid_staff") is False:
            self.add_error("size", _("With employees, there is paid staff."))
        return data

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.FIELDS}

    def differences(self, theirs: Organisation) -> list[dict]:
        stored, mine = self.written(theirs), {**self.values()}
        mine["has_paid_staff"] = as_choice(mine["has_paid_staff"])
        return compared(self, stored, mine)


class RepresentationForm(Resent, forms.Form):
    """What a member is to their organisation, and what it gives them."""

    FIELDS = [
        "organisation", "as_individual", "seat", "person_type", "manager_name", "manager_contact", "hours_are_work",
    ]  # fmt: skip

    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}),
    )
    on = day(
        _("If the organisation changes, since when?"),
        help_text=_("Empty: what was written was a mistake, and is written over. Otherwise the history is kept."),
    )
    as_individual = forms.BooleanField(
        label=_("Takes part as an individual"),
        required=False,
        help_text=_("Without a duty to an organisation, even where members represent theirs."),
    )
    seat = forms.ChoiceField(label=_("Comes as"), choices=Membership.Seat.choices)
    person_type = forms.ChoiceField(
        label=_("Capacity"), required=False, choices=[("", "—"), *Membership.PersonType.choices]
    )
    manager_name = forms.CharField(label=_("Manager’s name"), max_length=120, required=False)
    manager_contact = forms.CharField(label=_("Manager’s e-mail or telephone"), max_length=160, required=False)
    hours_are_work = yes_or_no(
        _("Hours counted as work time"),
        help_text=_("The guide recommends that organisations count these hours as work."),
    )
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, membership: Membership) -> None:
        self.membership = membership
        initial = {**self.written(membership), "shown": representing.shown(membership)}
        super().__init__(data, initial=initial, label_suffix="")
        self.fields["on"].widget.attrs["max"] = timezone.localdate().isoformat()

    @classmethod
    def written(cls, membership: Membership) -> dict:
        values = {name: getattr(membership, name) for name in cls.FIELDS}
        return {
            **values,
            "organisation": membership.organisation.name if membership.organisation else "",
            "hours_are_work": as_choice(membership.hours_are_work),
        }

    def clean_organisation(self) -> str:
        return " ".join(self.cleaned_data["organisation"].split())

    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.FIELDS}

    def differences(self, theirs: Membership) -> list[dict]:
        stored, mine = self.written(theirs), self.changes()
        mine["hours_are_work"] = as_choice(mine["hours_are_work"])
        return compared(self, stored, mine)


class SuccessorForm(forms.Form):
    """Somebody already on the list, or somebody new; and from which day."""

    listed = forms.ModelChoiceField(
        label=_("Somebody already on the list"), queryset=Membership.objects.none(), required=False, widget=PeopleSelect
    )
    first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    title = forms.CharField(label=_("Function"), max_length=120, required=False)
    on = day(_("From which day?"))

    def __init__(self, data=None, *, community: Community, beside: Membership) -> None:
        super().__init__(data, initial={"on": timezone.localdate()})
        others = community.memberships.exclude(pk=beside.pk).select_related("user", "organisation")
        self.fields["listed"].queryset = others  # type: ignore[attr-defined]
        self.fields["listed"].label_from_instance = lambda m: f"{m.user} · {m.represents}"  # type: ignore[attr-defined]
        self.fields["on"].required = True
        self.fields["on"].widget.attrs["max"] = timezone.localdate().isoformat()

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()

    def clean(self) -> dict:
        data = super().clean()
        described = data.get("first_name") or data.get("last_name") or data.get("email")
        if data.get("listed") and described:
            self.add_error("listed", _("Choose somebody on the list, or describe somebody new: not both."))
        elif not data.get("listed") and not data.get("first_name") and "first_name" not in self.errors:
            self.add_error("first_name", _("Choose somebody on the list above, or write a first name here."))
        return data

    def person(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("listed", "first_name", "last_name", "email", "title")}


class ReplacementForm(SuccessorForm):
    stays = forms.ChoiceField(
        label=_("And the person replaced?"),
        choices=[("no", _("Leaves the community (alumni)")), ("yes", _("Stays, as an individual"))],
        initial="no",
        widget=forms.RadioSelect,
    )
