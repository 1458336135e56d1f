"""Answering a request to destroy what is known of a person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.domain.privacy import destructions
from communities.models import DestructionRequest


class SentenceForm(forms.Form):
    """Other words for a sentence, or why it stays."""

    mark = forms.CharField(max_length=150, widget=forms.HiddenInput)
    becomes = forms.CharField(
        label=_("In other words"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    reason = forms.CharField(label=_("Why it stays as it is"), max_length=300, required=False)

    def __init__(self, *args, keeps: bool = False, **kwargs) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.keeps = keeps

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if self.keeps and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why this sentence stays: it names a person who asked to be erased."))
        return cleaned


class AloneForm(forms.Form):
    alone_because = forms.CharField(
        label=_("Why you confirm alone"),
        max_length=300,
        help_text=_("Kept in the register of destructions. Name nobody in it."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, label_suffix="", **kwargs)


class SubstituteForm(forms.Form):
    substitute = forms.ModelChoiceField(User.objects.none(), label=_("In the place of the coordination"))

    def __init__(self, *args, about: DestructionRequest, **kwargs) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["substitute"].queryset = destructions.possible_substitutes(about)  # type: ignore[attr-defined]
