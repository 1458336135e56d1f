"""A file that holds a list of people."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communities import importing


class ImportForm(forms.Form):
    """The file; what is in it is `importing`'s business. `lines` are what was read."""

    file = forms.FileField(
        label=_("List of people"),
        help_text=_("A CSV file, from Excel or elsewhere, whose first line holds headings in French or in English."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        error_messages={"empty": _("The file is empty.")},
    )

    def clean_file(self):
        sent = self.cleaned_data["file"]
        if sent.size > importing.MAX_BYTES:
            raise ValidationError(importing.too_large())
        self.lines = importing.read(sent.read())
        return sent
