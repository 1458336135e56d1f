"""The code of a room, typed by somebody who has no link."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The six letters of the meeting"),
        max_length=20,
        error_messages={"required": _("Type the six letters shown on the screen.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "autofocus": True}
        ),
    )
