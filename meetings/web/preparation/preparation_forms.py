"""What people write while they prepare a meeting."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.web.shared_forms import Resent
from meetings.domain.preparation import breakouts, co_facilitation
from meetings.domain.preparation.breakouts import Way
from meetings.models import Logistics, Meeting


class SharingForm(forms.Form):
    """Which members co-facilitate; the list says how often each has done it."""

    def __init__(self, *args, meeting: Meeting, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        people = co_facilitation.candidates(meeting)
        self.fields["members"] = forms.ModelMultipleChoiceField(queryset=people, required=False)
        self.fields["prepares"] = forms.BooleanField(required=False)


class LogisticsForm(Resent, forms.ModelForm):
    """`shown` is the fingerprint of what the page showed (see `cmtl.editing`)."""

    shown = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = Logistics
        fields = Logistics.FIELDS
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in Logistics.FIELDS}
        help_texts = {
            "room": _("Who books it, how the chairs stand, screen, sound, who opens the door."),
            "meals": _("Coffee, lunch, who orders, until when."),
            "travel": _("Transit, parking, car sharing, what is paid back."),
            "access": _("Step-free entrance, lift, toilets, captions, interpretation."),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if hasattr(field, "max_length"):
                field.max_length = 2000

    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in Logistics.FIELDS}

    def _post_clean(self) -> None:
        """The instance stays as read: `revising.revise_part` writes."""


class ProposeForm(forms.Form):
    way = forms.ChoiceField(label=_("How to form them"), choices=Way.choices, initial=Way.RANDOM)
    number = forms.IntegerField(label=_("How many"), min_value=2, max_value=breakouts.MOST)


class GroupsForm(forms.Form):
    """A name and a facilitator for each group, and a group for each person."""

    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, meeting: Meeting, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.groups = list(meeting.groups.all())
        placed = {m.pk: group.pk for group in meeting.groups.prefetch_related("members") for m in group.members.all()}
        people = breakouts.people_to_place(meeting)
        known = {membership.pk for membership in people}
        others = meeting.people.filter(pk__in=placed).select_related("user", "organisation")
        people += [m for m in others if m.pk not in known]
        self.people = sorted(people, key=lambda membership: membership.user.sort_key)
        facilitators = [("", _("Nobody yet")), *((u.pk, u.full_name) for u in breakouts.possible_facilitators(meeting))]
        options = [("", _("No group")), *((group.pk, group.name) for group in self.groups)]
        for group in self.groups:
            self.fields[f"name-{group.pk}"] = forms.CharField(
                label=_("Name"), max_length=80, required=False, initial=group.name
            )
            self.fields[f"facilitator-{group.pk}"] = forms.TypedChoiceField(
                label=_("Facilitated by"),
                choices=facilitators,
                coerce=int,
                empty_value=None,
                required=False,
                initial=group.facilitator_id or "",
            )
        for membership in self.people:
            self.fields[f"in-{membership.pk}"] = forms.TypedChoiceField(
                label=membership.user.full_name,
                choices=options,
                coerce=int,
                empty_value=None,
                required=False,
                initial=placed.get(membership.pk, ""),
            )

    @property
    def group_lines(self):
        return [(group, self[f"name-{group.pk}"], self[f"facilitator-{group.pk}"]) for group in self.groups]

    @property
    def people_lines(self):
        return [(membership, self[f"in-{membership.pk}"]) for membership in self.people]

    def rows(self) -> list[dict]:
        data = self.cleaned_data
        return [
            {"pk": g.pk, "name": " ".join(data[f"name-{g.pk}"].split()), "facilitator_id": data[f"facilitator-{g.pk}"]}
            for g in self.groups
        ]

    def placed(self) -> dict:
        found: dict = {group.pk: [] for group in self.groups}
        for membership in self.people:
            if group := self.cleaned_data[f"in-{membership.pk}"]:
                found[group].append(membership)
        return found


class ModelNameForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the model"),
        max_length=80,
        error_messages={"required": _("Give the model a name that you will recognise.")},
    )

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class NeedsForm(forms.Form):
    needs = forms.CharField(max_length=300, required=False)

    def clean_needs(self) -> str:
        words = " ".join(self.cleaned_data["needs"].split())
        if len(words) > 300:
            raise forms.ValidationError(gettext("Say it in fewer words: 300 characters at most."))
        return words
