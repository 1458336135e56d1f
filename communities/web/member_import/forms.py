"""A file that holds a list of people, and how it is read."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.domain.member_import import importing, spreadsheets
from communities.models import Community, Membership

Status = Membership.Status
WHO_THEY_ARE = [
    (Status.ACTIVE, _("Members: they receive the invitations to meetings")),
    (Status.INVITED, _("Invited: you write to them, they become members by accepting")),
    (Status.ELIGIBLE, _("Eligible: a pool to choose from, to whom nothing is sent")),
]


class StatusForm(forms.Form):
    """What a list makes of its people, and whom they represent where the list does not say."""

    status = forms.ChoiceField(label=_("The people of this list are"), choices=WHO_THEY_ARE)
    organisation = forms.CharField(label=_("Organisation of those who have none"), max_length=160, required=False)

    def __init__(self, *, community: Community, status: str) -> None:
        super().__init__(initial={"status": status}, label_suffix="")
        if community.is_of_individuals:
            del self.fields["organisation"]


def usual_status(community: Community) -> str:
    """Where members commit to every meeting, they are usually asked first."""
    return Status.INVITED if community.expects_everyone else Status.ACTIVE


class ImportForm(forms.Form):
    """What was pasted, or a file. Only its size and its first bytes are looked at here; what is in it is for
    `importing` to say."""

    text = forms.CharField(
        label=_("Paste here from Excel or from a mail"),
        help_text=_("The columns, with or without headings, or one address a line. The list is read once pasted."),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 10, "wrap": "off", "spellcheck": "false", "autocapitalize": "none", "autofocus": True}
        ),
    )
    file = forms.FileField(
        label=_("or choose a file"),
        help_text=_("A CSV file or an Excel workbook (.xlsx), of 2 MB and 5,000 lines at most."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,text/csv,text/plain"}),
        error_messages={"empty": _("The file is empty.")},
    )

    def __init__(self, *args, address: str = "", **kwargs) -> None:
        super().__init__(*args, **kwargs, label_suffix="")
        reads = {"hx-post": address, "hx-trigger": "paste delay:50ms", "hx-encoding": "multipart/form-data"}
        swaps = {"hx-target": "#pasting", "hx-select": "#pasting", "hx-swap": "outerHTML"}
        self.fields["text"].widget.attrs |= reads | swaps

    def clean_file(self):
        sent = self.cleaned_data["file"]
        if sent and sent.size > spreadsheets.MAX_BYTES:
            raise ValidationError(spreadsheets.too_large())
        return sent

    def clean(self):
        text, file = self.cleaned_data.get("text", "").strip(), self.cleaned_data.get("file")
        if text and file:
            self.add_error("file", _("Either what is pasted or a file: empty one of the two."))
        elif not (text or file or self.errors):
            self.add_error("text", _("Paste a list, or choose a file."))
        return self.cleaned_data

    @property
    def source(self) -> str:
        return "file" if self.cleaned_data["file"] else "text"

    @property
    def content(self) -> bytes:
        file = self.cleaned_data["file"]
        return file.read() if file else self.cleaned_data["text"].strip("\r\n").encode()

    @property
    def name(self) -> str:
        file = self.cleaned_data["file"]
        return file.name if file else gettext("Pasted list")


IGNORED = "ignore"


class ReadingForm(forms.Form):
    """How the file is read, corrected by a person: only the questions that this file raises."""

    encoding = forms.ChoiceField(label=_("Encoding"), choices=spreadsheets.ENCODINGS.items())
    separator = forms.ChoiceField(label=_("Columns are separated by"), choices=spreadsheets.SEPARATORS.items())
    sheet = forms.ChoiceField(label=_("Sheet"))
    heading_line = forms.IntegerField(
        label=_("Line of the headings"), min_value=0, max_value=200, help_text=_("0 when the file has none.")
    )

    def __init__(self, data=None, *, reading: importing.Reading):
        super().__init__(data, initial={**vars(reading), **self._fields(reading)}, label_suffix="")
        self.reading = reading
        self.fields["sheet"].choices = [(name, name) for name in reading.sheets]
        useless = ["encoding", "separator"] if reading.sheets else ["sheet"]
        for name in useless + (["sheet"] if len(reading.sheets) < 2 else []):
            self.fields.pop(name, None)
        for place, values in enumerate(reading.samples or [[heading] for heading in reading.headings]):
            if values:
                self.fields[f"column_{place}"] = self._chooser(place)

    def _chooser(self, place: int) -> forms.ChoiceField:
        values = self.reading.samples[place] if self.reading.samples else []
        return forms.ChoiceField(
            label=self._heading(place),
            choices=[(IGNORED, _("Ignore")), *importing.COLUMN_NAMES.items()],
            initial=IGNORED,
            help_text=escape(" · ".join(values)),
        )

    @staticmethod
    def _fields(reading: importing.Reading) -> dict:
        return {f"column_{place}": name for name, place in (reading.columns or {}).items()}

    def _heading(self, place: int) -> str:
        """« B · Courriel », as a spreadsheet would letter it."""
        letter = chr(65 + place) if place < 26 else chr(64 + place // 26) + chr(65 + place % 26)
        return f"{letter} · {self.reading.headings[place][:40]}".rstrip(" ·")

    @property
    def unknown(self) -> list[forms.BoundField]:
        """The columns to ask about."""
        return [self[f"column_{place}"] for place in self.reading.unknown if f"column_{place}" in self.fields]

    @property
    def known(self) -> list[forms.BoundField]:
        asked = {field.name for field in self.unknown}
        return [field for field in self if field.name not in asked]

    def clean(self):
        """One column for each field: the second to be called the same is told."""
        seen: dict[str, str] = {}
        for name, field in list(self.cleaned_data.items()):
            if name.startswith("column_") and field != IGNORED:
                if field in seen:
                    words = {"field": importing.COLUMN_NAMES[field], "column": self.fields[seen[field]].label}
                    self.add_error(name, _("The column « %(column)s » is already: %(field)s.") % words)
                seen.setdefault(field, name)
        return self.cleaned_data

    def wanted(self) -> importing.Reading:
        """Where the file is cut in another way, the columns are recognised again, and the person looks again."""
        told, before = self.cleaned_data, self.reading
        cuts = ["encoding", "separator", "sheet", "heading_line"]
        is_cut_otherwise = any(name in told and told[name] != getattr(before, name) for name in cuts)
        places = {name: int(name.removeprefix("column_")) for name in told if name.startswith("column_")}
        columns = {told[name]: place for name, place in places.items() if told[name] != IGNORED}
        moved = columns != (before.columns or {})
        return importing.Reading(
            encoding=told.get("encoding", before.encoding),
            separator=told.get("separator", before.separator),
            sheet=told.get("sheet", before.sheet),
            heading_line=told["heading_line"],
            columns=None if is_cut_otherwise and not moved else columns,
        )
