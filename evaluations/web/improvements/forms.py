"""One improvement, as whoever leads writes it."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cmtl.inputs import DayInput
from communities.web.shared_forms import PartForm
from evaluations.domain import improvements
from meetings.models import Improvement


class ImprovementForm(PartForm):
    class Meta:
        model = Improvement
        fields = [
            "wording",
            "state",
            "answer",
            "due_on",
            "done_on",
            "changes_frame",
            "agreed_on",
            "agreed_count",
        ]
        widgets = {
            "wording": forms.Textarea(attrs={"rows": 3, "maxlength": Improvement.LONGEST}),
            "answer": forms.Textarea(attrs={"rows": 3, "maxlength": Improvement.LONGEST}),
            "state": forms.RadioSelect,
            **dict.fromkeys(["due_on", "done_on", "agreed_on"], DayInput),
        }
        labels = {"changes_frame": _("It changes the operating rules, the rhythm or the objectives")}
        help_texts = {
            "wording": _("In your words, never in those of a comment: nobody must be recognised by their style."),
            "answer": _(
                "What was done, or why it is not kept. Once it is done or not kept, members read it on their page and "
                "in the next invitation. Without an answer they are told nothing."
            ),
            "done_on": _("Today, if you leave it empty."),
            "changes_frame": _("Ask the members first: what they agreed on together is theirs."),
            "agreed_on": _("The day they said so, aloud at a meeting or otherwise. Leave it empty until then."),
            "agreed_count": _("If you counted. A number, no names."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = Improvement.State.choices

    def clean_done_on(self):
        return self._past("done_on")

    def clean_agreed_on(self):
        return self._past("agreed_on")

    def _past(self, name: str):
        day = self.cleaned_data[name]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("agreed_count") is not None and not said.get("agreed_on") and "agreed_on" not in self.errors:
            self.add_error("agreed_on", _("Say which day they agreed."))
        is_told = said.get("state") in Improvement.DECIDED and said.get("answer")
        if is_told and self.instance.pk and improvements.is_word_for_word(self.instance, said.get("wording", "")):
            self.add_error(
                "wording",
                _("These are still the words of the person who wrote it: say it in yours, members will read it."),
            )
        return said

    def changes(self) -> dict[str, Any]:
        return improvements.close_day(super().changes())
