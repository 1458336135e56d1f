"""What people write in the backlog of topics."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from meetings.models import Meeting, Topic


class TopicForm(forms.ModelForm):
    """A topic as those who prepare meetings write it."""

    class Meta:
        model = Topic
        fields = ["title", "source", "before"]
        labels = {"title": _("Topic"), "source": _("Where it comes from"), "before": _("To be addressed before")}
        help_texts = {"before": _("For what current events impose: a budget, an election, a new rule.")}
        widgets = {"before": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())


class ProposalForm(TopicForm):
    """A topic as a member proposes it: a few words; that they were asked is its source."""

    class Meta(TopicForm.Meta):
        fields = ["title"]

    source = before = None


class EditTopicForm(TopicForm):
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class DecisionForm(forms.Form):
    """What becomes of a topic, in one press."""

    decision = forms.ChoiceField(choices=[(d, d) for d in ("choose", "reserve", "set_aside", "bring_back")])
    meeting = forms.ModelChoiceField(queryset=Meeting.objects.none(), required=False)

    def __init__(self, *args, community: Community, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = community.meetings.upcoming()

    def clean(self) -> dict:
        data = super().clean()
        if data.get("decision") == "choose" and not data.get("meeting"):
            raise forms.ValidationError(_("Choose a coming meeting of this community."))
        return data
