"""A call, an application, scores, letters."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cmtl.inputs import DayInput
from communities.domain.recruitment import selecting
from communities.models import Application, Call, Community, Criterion
from communities.web.shared_forms import AgeForm, PeopleBoxes

WEIGHTS = [(1, "1"), (2, "2"), (3, "3")]
SCORES = [(1, _("1, not at all")), (2, _("2, a little")), (3, _("3, well")), (4, _("4, fully"))]


class ReadersField(forms.ModelMultipleChoiceField):
    widget = PeopleBoxes

    def label_from_instance(self, obj: User) -> str:
        return obj.full_name


class CallForm(forms.ModelForm):
    """What is asked, until when, how many, and who reads. Criteria no longer change once someone has scored."""

    readers = ReadersField(
        label=_("Who reads"),
        queryset=User.objects.none(),
        help_text=_("Two people at least; each scores alone, and sees the others’ scores once all are done."),
    )

    class Meta:
        model = Call
        fields = ["title", "text", "opens_on", "closes_on", "places", "readers"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 6}),
            "opens_on": DayInput,
            "closes_on": DayInput,
        }

    def __init__(self, data=None, *, community: Community, call: Call | None = None) -> None:
        super().__init__(data, instance=call, label_suffix="")
        self.instance.community = community
        self.fields["readers"].queryset = selecting.possible_readers(community)
        kept = list(call.criteria.all()) if call else []
        self.is_scored = bool(call) and call.criteria.filter(scores__isnull=False).exists()
        if not self.is_scored:
            self._add_criteria(kept)

    def _add_criteria(self, kept: list[Criterion]) -> None:
        for n in range(Criterion.MOST):
            one = kept[n] if n < len(kept) else None
            self.fields[f"criterion_{n}"] = forms.CharField(
                label=_("Criterion %(n)s") % {"n": n + 1},
                max_length=200,
                required=n == 0,
                initial=one.wording if one else "",
                error_messages={"required": _("Write one criterion at least: readers score each application on it.")},
            )
            self.fields[f"weight_{n}"] = forms.TypedChoiceField(
                label=_("Weight of criterion %(n)s") % {"n": n + 1},
                choices=WEIGHTS,
                coerce=int,
                empty_value=1,
                required=False,
                initial=one.weight if one else 1,
            )

    @property
    def criteria_rows(self) -> list[tuple]:
        return [] if self.is_scored else [(self[f"criterion_{n}"], self[f"weight_{n}"]) for n in range(Criterion.MOST)]

    def clean_readers(self):
        readers = self.cleaned_data["readers"]
        if len(readers) < selecting.FEWEST_READERS:
            raise ValidationError(_("Choose two people at least."))
        return readers

    def clean(self) -> dict:
        data = super().clean() or self.cleaned_data
        first, last = data.get("opens_on"), data.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", _("It closes after it opens."))
        if self.criteria():  # one is enough, on whichever line
            self.errors.pop("criterion_0", None)
        return data

    def criteria(self) -> list[tuple[str, int]]:
        read = [(self.cleaned_data.get(f"criterion_{n}", ""), self.cleaned_data.get(f"weight_{n}")) for n in range(6)]
        return [(" ".join(words.split()), weight or 1) for words, weight in read if words.strip()]

    def save(self, commit: bool = True) -> Call:
        call = super().save(commit)
        if not self.is_scored:
            call.criteria.all().delete()
            for position, (wording, weight) in enumerate(self.criteria()):
                call.criteria.create(wording=wording, weight=weight, position=position)
        return call


class ApplicationForm(AgeForm, forms.ModelForm):
    """Filled in by anyone who has the link."""

    language = forms.ChoiceField(
        label=_("Language of the mails"), choices=User.Language.choices, widget=forms.RadioSelect
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    commits = forms.BooleanField(
        label=_("If I am accepted, I will take part in every meeting of the year."),
        error_messages={"required": _("This community asks its members to come to every meeting.")},
    )
    consents = forms.BooleanField(
        label=_(
            "I agree that this is kept to choose the members: erased six months after a refusal, "
            "and a year after the end of the call in any case."
        ),
        error_messages={"required": _("Without your agreement, nothing can be kept.")},
    )

    class Meta:
        model = Application
        fields = ["first_name", "last_name", "email", "organisation", "title", "motivation", "language"]
        labels = {
            "first_name": _("First name"),
            "last_name": _("Last name"),
            "email": _("E-mail"),
            "organisation": _("Organisation"),
            "title": _("Function"),
            "motivation": _("Why you would like to take part"),
        }
        widgets = {"motivation": forms.Textarea(attrs={"rows": 6, "maxlength": 3000})}

    def __init__(self, data=None, *, community: Community, language: str) -> None:
        super().__init__(data, initial={"key": uuid.uuid4(), "language": language}, label_suffix="")
        self.fields["organisation"].required = not community.is_of_individuals
        if not community.expects_everyone:
            del self.fields["commits"]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()

    def clean_motivation(self) -> str:
        if len(self.cleaned_data["motivation"]) > 3000:
            raise ValidationError(_("Keep it under 3,000 characters."))
        return self.cleaned_data["motivation"]

    def words(self) -> dict:
        kept = {name: value for name, value in self.cleaned_data.items() if name != "consents"}
        return kept | {"organisation": " ".join(kept["organisation"].split())}


class ScoreForm(forms.Form):
    """One reader, every criterion, from 1 to 4."""

    def __init__(self, data=None, *, criteria: list[Criterion], mine: dict[int, int]) -> None:
        super().__init__(data, label_suffix="")
        for criterion in criteria:
            self.fields[f"criterion_{criterion.pk}"] = forms.TypedChoiceField(
                label=criterion.wording,
                choices=SCORES,
                coerce=int,
                widget=forms.RadioSelect,
                initial=mine.get(criterion.pk),
                help_text=_("Weight %(n)s") % {"n": criterion.weight},
                error_messages={"required": _("Score each criterion.")},
            )

    def values(self) -> dict[int, int]:
        return {int(name.removeprefix("criterion_")): value for name, value in self.cleaned_data.items()}


class LettersForm(forms.Form):
    """A few words of the community for each decision."""

    accepted = forms.CharField(
        label=_("To those accepted"), required=False, max_length=1500, widget=forms.Textarea(attrs={"rows": 3})
    )
    waiting = forms.CharField(
        label=_("To those on the waiting list"),
        required=False,
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    declined = forms.CharField(
        label=_("To those declined"), required=False, max_length=1500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data=None, *, call: Call) -> None:
        initial = {name: getattr(call, f"words_{name}") for name in Application.Decision.values}
        super().__init__(data, initial=initial, label_suffix="")
