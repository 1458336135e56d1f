"""The record of a community: what it works on, where it comes from, where it is, and what holds it up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import normalised
from cmtl import editing
from cmtl.inputs import DayInput
from communities.models import Community, Organisation, Programme, RecordSheet, TeamBuildingStep, territories
from communities.web.shared_forms import Resent, Row, day


def organisation_field(label, help_text="") -> forms.CharField:
    """Typed by name, with those already known as proposals."""
    typed = forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=160, required=False, widget=typed, help_text=help_text)


class RecordForm(Resent, forms.ModelForm):
    ORGANISATIONS = ("asked_by", "anchor")

    shown = forms.CharField(widget=forms.HiddenInput)
    asked_by = organisation_field(_("Asked for by"), _("The partner who felt the need for it."))
    anchor = organisation_field(
        _("Supported and facilitated by"), _("A community needs an organisation that holds it: its anchor.")
    )
    reach = forms.MultipleChoiceField(
        label=_("Reach"),
        choices=territories.Reach.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    regions = forms.MultipleChoiceField(
        label=_("Regions of Québec"),
        choices=list(territories.REGIONS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = RecordSheet
        fields = [
            "sector",
            "is_sectoral",
            "is_social",
            "is_structural",
            "family",
            "is_flagship",
            "concertation_model",
            "concertation_name",
            "concertation_note",
            "origin",
            "reach",
            "regions",
            "territory",
            "is_rural",
            "competition_zones",
        ]
        widgets = {
            "origin": forms.Textarea(attrs={"rows": 3}),
            "competition_zones": forms.Textarea(attrs={"rows": 3}),
            "concertation_name": forms.TextInput(attrs={"list": "models-of-concertation", "autocomplete": "off"}),
        }
        labels = {"territory": _("Boroughs or cities"), "origin": _("Out of which project or concertation")}
        help_texts = {
            "origin": _("Proposed as the context of the annual report of its first year."),
            "concertation_name": _(
                "The same name for all those that follow it: their figures can then be read together."
            ),
            "is_flagship": _("When it is not one activity among others."),
            "competition_zones": _("Subjects on which members compete. Only those who lead read this, as a reminder."),
        }

    FIELDS = [*Meta.fields, *ORGANISATIONS]

    def __init__(self, data=None, *, community: Community) -> None:
        initial = {"shown": editing.seen(community, self.FIELDS)}
        sheet = RecordSheet.of(community)
        initial |= {name: str(getattr(sheet, name) or "") for name in self.ORGANISATIONS}
        super().__init__(data, instance=sheet, initial=initial, label_suffix="")

    def _organisation(self, name: str) -> Organisation | str | None:
        """The one of that name; the name itself where it is new, None where nothing is written."""
        typed = " ".join(self.cleaned_data[name].split())
        return (Organisation.objects.filter(sort_key=normalised(typed)).first() or typed) if typed else None

    def clean_asked_by(self):
        return self._organisation("asked_by")

    def clean_anchor(self):
        return self._organisation("anchor")

    def changes(self) -> dict:
        changed = {name: self.cleaned_data[name] for name in self.FIELDS}
        for name in self.ORGANISATIONS:
            if isinstance(changed[name], str):
                changed[name] = Organisation.named(changed[name])
        return changed


class ResourcePersonRow(Row):
    name = forms.CharField(label=_("Name"), max_length=120)
    organisation = forms.CharField(label=_("Organisation"), max_length=160, required=False)
    subject = forms.CharField(label=_("On what"), max_length=200, required=False)
    contact = forms.CharField(
        label=_("How to reach them"), max_length=200, required=False, help_text=_("Read only by those who lead.")
    )
    is_active = forms.BooleanField(label=_("Available"), required=False, initial=True)


class TeamBuildingStepRow(Row):
    kind = forms.ChoiceField(choices=TeamBuildingStep.Kind.choices, widget=forms.HiddenInput)
    is_planned = forms.BooleanField(label=_("Planned"), required=False)
    how = forms.CharField(label=_("How"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    done_on = day(_("Done on"))

    @property
    def kind_label(self) -> str:
        return dict(TeamBuildingStep.Kind.choices).get(self["kind"].value(), "")


ResourcePersons = forms.formset_factory(ResourcePersonRow, extra=1, max_num=30, absolute_max=40)
TeamBuildingSteps = forms.formset_factory(TeamBuildingStepRow, extra=0, max_num=3, absolute_max=3)


class ProgrammeForm(Resent, forms.ModelForm):
    shown = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = Programme
        fields = ["name", "objectives", "ends_on"]
        widgets = {
            "objectives": forms.Textarea(attrs={"rows": 6}),
            "ends_on": DayInput,
        }
        help_texts = {"objectives": _("One per line. They are not those of its communities, which have their own.")}

    def __init__(self, data=None, *, programme: Programme) -> None:
        super().__init__(data, instance=programme, initial={"shown": editing.seen(programme, self.Meta.fields)})

    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
