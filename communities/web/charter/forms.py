"""Objectives and operating rules, edited as short lists."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Objective, ObjectiveProposal, ObjectivesReview, Policies, Rule
from communities.web.shared_forms import Row


class RuleRow(Row):
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


class ObjectiveRow(Row):
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
    target = forms.CharField(label=_("Target"), max_length=200, required=False)
    resources = forms.CharField(label=_("Resources it takes"), max_length=300, required=False)
    state = forms.ChoiceField(label=_("State"), choices=Objective.State.choices, initial=Objective.State.ACTIVE)


class ObjectivesSettings(forms.ModelForm):
    """Below the list: how often to read it again, and within what frame members propose."""

    class Meta:
        model = Policies
        fields = ("objectives_reviewed_every", "proposals_frame")
        labels = {
            "objectives_reviewed_every": _("Remind us to review them every … months"),
            "proposals_frame": _("What members may propose"),
        }
        help_texts = {
            "proposals_frame": _("The frame members read before they propose: what is open, and what is not."),
        }
        widgets = {"proposals_frame": forms.Textarea(attrs={"rows": 2, "maxlength": 600})}


class ReviewForm(forms.ModelForm):
    class Meta:
        model = ObjectivesReview
        fields = ObjectivesReview.FAULTS


class ExcludedExpectationRow(Row):
    wording = forms.CharField(
        label=_("What some expect"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        label=_("Why, and where to turn instead"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ProposalForm(forms.ModelForm):
    """A member's objective, or other words for one in progress."""

    class Meta:
        model = ObjectiveProposal
        fields = ("wording", "kind", "replaces")
        widgets = {"wording": forms.Textarea(attrs={"rows": 3}), "replaces": forms.HiddenInput}

    def __init__(self, *args, community: Community, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replaces"].queryset = community.objectives.filter(state=Objective.State.ACTIVE)
        self.fields["kind"].choices = Objective.Kind.choices


class AnswerForm(forms.Form):
    wording = forms.CharField(
        label=_("Wording to adopt"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    answer = forms.CharField(
        label=_("A word to the person who proposed it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed if the proposal is not kept. They read it on the page of objectives and rules."),
    )


FirstRules = forms.formset_factory(RuleRow, extra=0, max_num=30, absolute_max=40)
Rules = forms.formset_factory(RuleRow, extra=1, max_num=30, absolute_max=40)
Objectives = forms.formset_factory(ObjectiveRow, extra=1, max_num=30, absolute_max=40)
ExcludedExpectationRows = forms.formset_factory(ExcludedExpectationRow, extra=2, max_num=30, absolute_max=40)
