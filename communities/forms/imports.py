"""A file that holds a list of people, and how it is read."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communities import importing, spreadsheets


class ImportForm(forms.Form):
    """The file. Only its size and its first bytes are looked at here; what is in it is `enlisting`'s business."""

    file = forms.FileField(
        label=_("List of people"),
        help_text=_("A CSV file or an Excel workbook (.xlsx), of 2 MB and 5,000 lines at most."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,text/csv,text/plain"}),
        error_messages={"empty": _("The file is empty.")},
    )

    def clean_file(self):
        sent = self.cleaned_data["file"]
        if sent.size > spreadsheets.MAX_BYTES:
            raise ValidationError(spreadsheets.too_large())
        return sent


class ReadingForm(forms.Form):
    """How the file is read, corrected by a person: only the questions that this file raises."""

    encoding = forms.ChoiceField(label=_("Encoding"), choices=spreadsheets.ENCODINGS.items())
    separator = forms.ChoiceField(label=_("Columns are separated by"), choices=spreadsheets.SEPARATORS.items())
    sheet = forms.ChoiceField(label=_("Sheet"))
    heading_line = forms.IntegerField(
        label=_("Line of the headings"), min_value=0, max_value=200, help_text=_("0 when the file has none.")
    )

    def __init__(self, data=None, *, reading: importing.Reading):
        super().__init__(data, initial={**vars(reading), **self._places(reading)})
        self.reading = reading
        self.fields["sheet"].choices = [(name, name) for name in reading.sheets]
        useless = ["encoding", "separator"] if reading.sheets else ["sheet"]
        for name in useless + (["sheet"] if len(reading.sheets) < 2 else []):
            self.fields.pop(name, None)
        places = [("", "—"), *((place, self._heading(place)) for place in range(len(reading.headings)))]
        for name, label in importing.COLUMN_NAMES.items():
            self.fields[f"column_{name}"] = forms.ChoiceField(label=label, choices=places, required=False)

    @staticmethod
    def _places(reading: importing.Reading) -> dict:
        return {f"column_{name}": place for name, place in (reading.columns or {}).items()}

    def _heading(self, place: int) -> str:
        """« B · Courriel », as a spreadsheet would letter it."""
        letter = chr(65 + place) if place < 26 else chr(64 + place // 26) + chr(65 + place % 26)
        return f"{letter} · {self.reading.headings[place][:40]}".rstrip(" ·")

    def wanted(self) -> importing.Reading:
        """Where the file is cut in another way, the columns are recognised again, and the person looks again."""
        told, before = self.cleaned_data, self.reading
        cuts = ["encoding", "separator", "sheet", "heading_line"]
        is_cut_otherwise = any(name in told and told[name] != getattr(before, name) for name in cuts)
        columns = {n: int(told[f"column_{n}"]) for n in importing.COLUMN_NAMES if told.get(f"column_{n}")}
        moved = columns != (before.columns or {})
        return importing.Reading(
            encoding=told.get("encoding", before.encoding),
            separator=told.get("separator", before.separator),
            sheet=told.get("sheet", before.sheet),
            heading_line=told["heading_line"],
            columns=None if is_cut_otherwise and not moved else columns,
        )
