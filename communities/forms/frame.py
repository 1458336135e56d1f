"""Objectives and operating rules, edited as short lists."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Objective, Rule


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
