"""What a person may change about their own account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User

ZONES = [
    ("America/Toronto", _("Montréal, Québec, Toronto")),
    ("America/Halifax", _("Îles-de-la-Madeleine, Halifax")),
    ("America/St_Johns", _("St. John’s")),
    ("America/Winnipeg", _("Winnipeg")),
    ("America/Edmonton", _("Edmonton")),
    ("America/Vancouver", _("Vancouver")),
    ("Europe/Paris", _("Paris, Brussels")),
]


class SettingsForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES)

    class Meta:
        model = User
        fields = ["first_name", "last_name", "language", "time_zone"]
