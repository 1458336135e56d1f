"""What a person wants to receive."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outbox.models import Category, Wishes


class ChoiceForm(forms.Form):
    wanted = forms.MultipleChoiceField(
        label=_("What I want to receive"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[choice for choice in Category.choices if choice[0] != Category.SERVICE],
    )

    def __init__(self, *args, wishes: Wishes, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        unwanted = wishes.unwanted()
        self.initial["wanted"] = [c.value for c in Category if c not in unwanted]
