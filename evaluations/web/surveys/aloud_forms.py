"""Keying an evaluation made aloud."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.models import SpokenEvaluation

MOST_HANDS = 60


class SpokenEvaluationForm(forms.ModelForm):
    """Hands counted by number of fingers, and what was said."""

    class Meta:
        model = SpokenEvaluation
        fields = [*SpokenEvaluation.FINGERS, "useful", "to_change", "wished"]
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("useful", "to_change", "wished")}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in SpokenEvaluation.FINGERS:
            self.fields[name] = forms.IntegerField(
                label=self.fields[name].label,
                min_value=0,
                max_value=MOST_HANDS,
                required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "placeholder": "0"}),
            )

    @property
    def hands(self) -> list[Any]:
        return [self[name] for name in SpokenEvaluation.FINGERS]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in SpokenEvaluation.FINGERS:
            said[name] = said.get(name) or 0
        if not self.errors and not any(said.values()):
            raise forms.ValidationError(_("Enter at least one hand or one note."))
        return said
