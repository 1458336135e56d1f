"""Partners, the external evaluation foreseen, lines of the budget, sub-groups."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cmtl import editing
from cmtl.inputs import DayInput
from cmtl.money import MoneyField
from communities.domain import subgroups
from communities.domain.organisations import logos
from communities.models import BudgetLine, Community, ForeseenEvaluation, Membership, Partner, SubGroup
from communities.web.shared_forms import PartForm, PeopleBoxes, PeopleSelect


def days(*names):
    return dict.fromkeys(names, DayInput)


class PartnerForm(PartForm):
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        help_text=_("PNG or JPEG, 2 MB at most. Those of co-organisers are printed on the annual report."),
        error_messages={"empty": _("The file is empty.")},
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    class Meta:
        model = Partner
        fields = ["role", "joined", "starts_on", "ends_on", "note"]
        widgets = {
            "note": forms.Textarea(attrs={"rows": 3, "maxlength": 1000}),
            "joined": forms.RadioSelect,
            **days("starts_on", "ends_on"),
        }
        help_texts = {"note": _("What this organisation brings, what was agreed.")}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["joined"].choices = Partner.Joined.choices
        if not self.instance.logo:
            del self.fields["remove_logo"]

    def clean_note(self) -> str:
        note = self.cleaned_data["note"]
        if len(note) > 1000:
            raise ValidationError(_("This text is too long: 1,000 characters at most."))
        return note

    def clean_logo(self) -> bytes | None:
        sent = self.cleaned_data["logo"]
        return logos.logo_from(sent) if sent else None

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("joined") == Partner.Joined.DURING and not cleaned.get("starts_on"):
            self.add_error("starts_on", _("Say from which day, since it was not from the start."))
        if cleaned.get("role") and self._is_held(cleaned):
            self.add_error("role", _("This organisation is a partner in this role already."))
        return cleaned

    def _is_held(self, cleaned) -> bool:
        """Another current partnership in the same role; adding one twice is not a fault (see `add_partner`)."""
        partner = self.instance
        if not partner.pk or cleaned.get("ends_on"):
            return False
        same = Partner.objects.filter(
            community=partner.community_id, organisation=partner.organisation_id, role=cleaned["role"], ends_on=None
        )
        return same.exclude(pk=partner.pk).exists()


class NewPartnerForm(PartnerForm):
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=160,
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}),
    )
    field_order = ["organisation"]

    def clean_organisation(self) -> str:
        return " ".join(self.cleaned_data["organisation"].split())

    def new(self) -> dict:
        return {**self.changes(), "organisation": self.cleaned_data["organisation"]}


class ForeseenEvaluationForm(PartForm):
    is_foreseen = forms.TypedChoiceField(
        label=_("Is an external evaluation foreseen?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    cost = MoneyField(label=_("Expected cost, in dollars"), required=False, empty=None)

    class Meta:
        model = ForeseenEvaluation
        fields = ["is_foreseen", "team", "cost", "starts_on", "ends_on"]
        widgets = days("starts_on", "ends_on")
        help_texts = {"team": _("The university, the firm or the people who would evaluate.")}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["shown"] = editing.seen(self.instance, self.Meta.fields)
        self.initial["is_foreseen"] = ("yes" if self.instance.is_foreseen else "no") if self.instance.pk else None


class BudgetLineForm(PartForm):
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    planned = MoneyField(label=_("Planned, in dollars"), required=False)
    spent = MoneyField(label=_("Spent, in dollars"), required=False)

    class Meta:
        model = BudgetLine
        fields = ["category", "label", "planned", "spent", "on"]
        widgets = days("on")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())


class SubGroupForm(PartForm):
    members = forms.ModelMultipleChoiceField(
        queryset=Membership.objects.none(), required=False, widget=PeopleBoxes, label=_("Members")
    )

    class Meta:
        model = SubGroup
        fields = ["name", "kind", "facilitator"]
        widgets = {"facilitator": PeopleSelect}

    def __init__(self, *args, community: Community, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.community = community
        leading = community.facilitators().values("pk")
        current = community.memberships.current().values("user")
        kept = Q(pk__in=leading) | Q(pk__in=current) | Q(pk=self.instance.facilitator_id)
        self.fields["facilitator"].queryset = User.objects.filter(kept).order_by("sort_key")
        self.fields["facilitator"].empty_label = _("Nobody in particular")
        members = self.fields["members"]
        listed = Q(status__in=Membership.CURRENT)
        if self.instance.pk:
            listed |= Q(sub_groups=self.instance.pk)
        members.queryset = community.memberships.filter(listed).distinct().select_related("user", "organisation")
        members.label_from_instance = label_of
        if self.instance.pk:
            self.initial["members"] = list(self.instance.members.values_list("pk", flat=True))
            self.initial["shown"] = subgroups.group_shown(self.instance)

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if self.community.sub_groups.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another sub-group has this name."))
        return name


def label_of(membership: Membership) -> str:
    organisation = membership.organisation.name if membership.organisation else ""
    return " · ".join(word for word in (membership.user.full_name, organisation, membership.region) if word)
