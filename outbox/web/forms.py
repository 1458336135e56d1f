"""What a person wants to receive."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outbox.models import ASKED_FOR, Category, Wishes


class ChoiceForm(forms.Form):
    wanted = forms.MultipleChoiceField(
        label=_("What I want to receive"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, wishes: Wishes, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted"].choices = [*Category.for_everyone(), *_asked_for(wishes)]  # type: ignore[attr-defined]
        unwanted = wishes.unwanted()
        self.initial["wanted"] = [c.value for c in Category if c not in unwanted]


def _asked_for(wishes: Wishes) -> list[tuple[str, str]]:
    """Offered once for all communities, and only to whom it would say something."""
    is_offered = not wishes.sender_list and wishes.user.has_perm("evaluations.read_monday_mail")
    return [(c.value, str(c.label)) for c in ASKED_FOR] if is_offered else []
