"""The words and ratings people write in an annual report."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Objective
from evaluations.domain.reports import writing
from evaluations.domain.reports.publishing import Ratings
from evaluations.models import AnnualReport, ObjectiveRating

LONGEST = 4000  # characters: about a page


class ReportForm(forms.ModelForm):
    """The words of one chapter, and what a correction corrects. `version`, `edit_version` and `seen` say what one had
    read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    edit_version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = AnnualReport
        fields = ["highlights", "context", "outcomes", "study", "study_url", "next_year", "correction"]
        help_texts = {
            "highlights": _("One per line: what you would tell in one minute."),
            "context": _("What weighed on the year: teams, calendar, resources."),
            "outcomes": _("Projects, partnerships, pooled resources, savings; what nobody had foreseen too."),
            "study": _("Authors, title, year: as it should be cited."),
            "next_year": _("Decisions, and what the members agreed to."),
            "correction": _("In one sentence, printed on the cover: what changed."),
        }

    def __init__(self, *args, chapter: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.Meta.fields) - {*writing.WORDS[chapter], "correction"}:
            del self.fields[name]
        if self.instance.version == 1:
            del self.fields["correction"]
        else:
            self.fields["correction"].required = True
        if "study_url" in self.fields:
            self.fields["study_url"] = forms.URLField(
                label=_("Where to read it"),
                required=False,
                max_length=500,
                assume_scheme="https",
                help_text=_("The address of the study, or of its summary."),
            )
        for name in ("highlights", "context", "outcomes", "next_year"):
            if name in self.fields:
                field = self.fields[name]
                field.widget = forms.Textarea(attrs={"rows": 8, "maxlength": LONGEST})
                field.max_length = LONGEST

    def clean(self) -> dict:
        found = super().clean() or {}
        for name in ("highlights", "context", "outcomes", "next_year"):
            if len(found.get(name) or "") > LONGEST:
                self.add_error(name, _("This text is too long: 4,000 characters at most."))
        return found

    @property
    def words(self) -> dict[str, str]:
        return {name: text for name, text in self.cleaned_data.items() if name in self.Meta.fields}

    @property
    def shown(self) -> tuple[int, int, str]:
        """What the page showed when it was opened, or last saved."""
        return self.cleaned_data["version"], self.cleaned_data["edit_version"], self.cleaned_data["seen"]


class RatingForm(forms.Form):
    """Where one objective stands, for the facilitator."""

    level = forms.ChoiceField(
        label=_("Where are we?"),
        required=False,
        choices=[("", _("Not rated")), *ObjectiveRating.Level.choices],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("Evidence and next steps"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, objective: Objective, **kwargs) -> None:
        super().__init__(*args, prefix=f"objective-{objective.pk}", **kwargs)
        self.objective = objective


def rating_forms(community: Community, ratings: Ratings, data=None) -> list[RatingForm]:
    """One for each objective pursued, and for any that was rated."""
    forms_ = []
    for objective in community.objectives.all():
        level, comment = ratings.get(objective.pk, ("", ""))
        if objective.state == Objective.State.ACTIVE or level:
            forms_.append(RatingForm(data, objective=objective, initial={"level": level, "comment": comment}))
    return forms_


def ratings_in(forms_: list[RatingForm]) -> Ratings:
    return {f.objective.pk: (f.cleaned_data["level"], f.cleaned_data["comment"]) for f in forms_}


def typed_in(forms_: list[RatingForm]) -> Ratings:
    """As it was sent, valid or not."""
    typed = {f.objective.pk: (f["level"].data, f["comment"].data) for f in forms_}
    return {pk: (level or "", comment or "") for pk, (level, comment) in typed.items()}
