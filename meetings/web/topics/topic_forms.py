"""What people write in the backlog of topics, and how they narrow it."""

from django import forms
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cmtl.inputs import DayInput
from cmtl.searching import loosely
from communities.models import Community, Objective, Programme
from meetings.models import Meeting, Topic

LEADERS_FIELDS = [
    "title", "source", "description", "before", "objective", "territory", "is_sensitive", "sensitive_because"
]  # fmt: skip


class TopicForm(forms.ModelForm):
    """A topic as those who prepare meetings write it."""

    class Meta:
        model = Topic
        fields = LEADERS_FIELDS
        labels = {
            "title": _("Topic"),
            "source": pgettext_lazy("a topic", "Where it comes from"),
            "description": _("More about it"),
            "before": _("To be addressed before"),
            "objective": _("Objective it serves"),
            "territory": _("Where it arises"),
            "is_sensitive": _("It is sensitive, or asks for an emotional commitment"),
            "sensitive_because": _("Why"),
        }
        help_texts = {
            "source": _("For what was heard in an individual follow-up, no name is kept: write it so that none shows."),
            "before": _("For what current events impose: a budget, an election, a new rule."),
            "territory": _("A region or a borough, when the topic is not everyone’s in the same way."),
            "is_sensitive": _("Its meeting is then advised in person, in smaller groups, without recording."),
            "sensitive_because": _("Read only by those who prepare the meetings."),
        }
        widgets = {"before": DayInput, "description": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, community: Community, **kwargs) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        if "objective" in self.fields:
            self.fields["objective"].queryset = community.objectives.exclude(state=Objective.State.DROPPED)
            self.fields["territory"].widget.attrs["list"] = "territories"

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean(self) -> dict:
        data = super().clean()
        if not data.get("is_sensitive") and "sensitive_because" in data:
            data["sensitive_because"] = ""
        return data


class ProposalForm(TopicForm):
    """A topic as a member proposes it: a few words; that they were asked is its source."""

    class Meta(TopicForm.Meta):
        fields = ["title"]


class EditTopicForm(TopicForm):
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class DecisionForm(forms.Form):
    """What becomes of a topic, in one press; « choose » names its date in the same press."""

    VERBS = ("choose", "announce", "reserve", "postpone", "set_aside", "bring_back")

    decision = forms.ChoiceField(choices=[(verb, verb) for verb in VERBS])
    meeting = forms.ModelChoiceField(queryset=Meeting.objects.none(), required=False)

    def __init__(self, data, *, community: Community) -> None:
        verb, _colon, meeting = data.get("decision", "").partition(":")
        super().__init__({"decision": verb, "meeting": meeting})
        self.fields["meeting"].queryset = community.meetings.upcoming()

    def clean(self) -> dict:
        data = super().clean()
        if data.get("decision") == "choose" and not data.get("meeting"):
            raise forms.ValidationError(_("Choose a coming meeting of this community."))
        return data


class NarrowingForm(forms.Form):
    """How the backlog is read. What makes no sense narrows nothing."""

    ORDERS = (
        ("", _("Most popular first")),
        ("before", _("Those with a date limit")),
        ("age", _("The oldest")),
    )

    words = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.SearchInput(attrs={"hx-preserve": "true"}),  # one goes on typing while the board comes
    )
    source = forms.ChoiceField(
        label=_("Source"), required=False, choices=[("", _("All sources")), *Topic.Source.choices]
    )
    objective = forms.ModelChoiceField(
        label=_("Objective"), required=False, queryset=Objective.objects.none(), empty_label=_("All objectives")
    )
    territory = forms.ChoiceField(label=_("Territory"), required=False)
    order = forms.ChoiceField(label=pgettext_lazy("order of a list", "First"), required=False, choices=ORDERS)

    def __init__(self, data, *, community: Community, territories: list[str], may_choose: bool) -> None:
        super().__init__(data)
        if not may_choose:  # see `Topic.is_from_follow_up`
            kept = [choice for choice in self.fields["source"].choices if choice[0] != Topic.Source.FOLLOW_UP]
            self.fields["source"].choices = kept
        objectives = list(community.objectives.exclude(state=Objective.State.DROPPED))
        everywhere = [(place, place) for place in territories]
        self.fields["objective"].queryset = community.objectives.all()
        self.fields["objective"].choices = [("", _("All objectives")), *((o.pk, o.wording) for o in objectives)]
        self.fields["territory"].choices = [("", _("All territories")), *everywhere]
        if not objectives:
            del self.fields["objective"]
        if not everywhere:
            del self.fields["territory"]
        self.is_valid()

    @property
    def is_narrow(self) -> bool:
        return self.chooses or bool(self.cleaned_data.get("words"))

    @property
    def chooses(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("source", "objective", "territory"))

    def narrow(self, topics: QuerySet) -> QuerySet:
        asked = self.cleaned_data
        fields = {name: asked[name] for name in ("source", "objective", "territory") if asked.get(name)}
        topics = topics.filter(**fields)
        for word in asked.get("words", "").split():
            topics = topics.filter(title__iregex=loosely(word))
        return topics.order_by(*self.orders) if self.orders else topics

    @property
    def orders(self) -> tuple:
        """Another order than by support, then date limit, then age."""
        order = self.cleaned_data.get("order")
        if order == "before":
            return (F("before").asc(nulls_last=True), "proposed_on", "pk")
        return ("proposed_on", "pk") if order == "age" else ()


class AcrossForm(forms.Form):
    """How those who coordinate read the topics of a programme."""

    words = forms.CharField(label=_("Words"), required=False, max_length=100)
    community = forms.ModelChoiceField(
        label=_("Community"), required=False, queryset=Community.objects.none(), empty_label=_("All communities")
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All states")), *Topic.State.choices])

    def __init__(self, data, *, programme: Programme, user) -> None:
        super().__init__(data)
        mine = Community.objects.inside_for(user).filter(programme=programme)
        self.fields["community"].queryset = mine.order_by("name")
        self.is_valid()
