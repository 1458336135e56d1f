"""What Zoom and Teams say of who was there: their files read into one line per device, and nothing written.

Both export tables with a preamble, change their columns from version to version, and follow the language of whoever
exports. So the table is found by its headings, in French or in English, in any order.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import normalised
from communities.spreadsheets import decoded

MAX_BYTES = 2 * 1024 * 1024
MAX_LINES = 3000
LONGEST_CELL = 250
SEPARATORS = "\t,;"

HEADINGS = {
    "name": "name original name|name|full name|participant|nom nom d origine|nom nom original|nom d origine|nom"
    "|nom complet|nom du participant",
    "email": "user email|email|email address|e mail|adresse e mail|adresse courriel|courriel"
    "|e mail de l utilisateur|adresse e mail de l utilisateur",
    "account": "participant id upn|id de participant upn|upn",
    "join": "join time|first join|heure d arrivee|premiere participation|heure de connexion|heure d entree",
    "leave": "leave time|last leave|heure de depart|dernier depart|heure de deconnexion|heure de sortie",
    "duration": "duration minutes|total duration minutes|in meeting duration|duration|duree minutes"
    "|duree totale minutes|duree de la participation|duree",
    "waiting": "in waiting room|en salle d attente|dans la salle d attente",
}
COLUMN_OF = {heading: column for column, headings in HEADINGS.items() for heading in headings.split("|")}
TIMES = (
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%y, %I:%M:%S %p", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M",
    "%d/%m/%Y, %H:%M:%S", "%Y-%m-%d, %H:%M:%S",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One connection: a person who left and came back has two. Times are as written, in no zone."""

    number: int  # in the file, as a text editor counts
    name: str
    email: str
    join: dt.datetime | None
    leave: dt.datetime | None
    seconds: int | None  # None where the file does not say


def read(content: bytes) -> list[Line]:
    """The lines of the file. A ValidationError says which line cannot be read and why; nothing is written."""
    rows, columns = _table(_text(content))
    if len(rows) > MAX_LINES:
        raise ValidationError(_("This file has more than 3,000 lines: it is not the list of one meeting."))
    lines = [_line(number, row, columns) for number, row in rows if not _waited(row, columns)]
    if not lines:
        raise ValidationError(_("The file has headings but not one person under them."))
    return lines


def _text(content: bytes) -> str:
    if not content.strip():
        raise ValidationError(_("The file is empty."))
    if len(content) > MAX_BYTES:
        raise ValidationError(_("The file is larger than 2 MB: it is not the list of one meeting."))
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise ValidationError(_("This is not a CSV file. Zoom and Teams export attendance as « .csv »."))
    try:
        text, _encoding = decoded(content)
    except ValidationError as error:
        raise ValidationError(_("This is not a text file. Zoom and Teams export attendance as « .csv ».")) from error
    return text


def _table(text: str) -> tuple[list[tuple[int, list[str]]], dict[str, int]]:
    """The first table whose headings name people and say when or how long: rows until a blank line or a new part."""
    for separator in SEPARATORS:
        rows = iter(_rows(text, separator))
        for _number, row in rows:
            columns = _columns(row)
            if "name" in columns and {"join", "duration"} & set(columns):
                return list(_until_blank(rows)), columns
    raise ValidationError(
        _("No list of participants was recognised: a heading « Name » and a heading « Duration » were looked for.")
    )


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            yield reader.line_num, [" ".join(cell.split()) for cell in row]
    except csv.Error as error:
        raise ValidationError(
            _("Line %(number)s cannot be read: a cell never ends. Check its quotation marks.")
            % {"number": reader.line_num}
        ) from error


def _until_blank(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for number, row in rows:
        if not any(row) or re.match(r"\d+\.\s", row[0]):
            return
        yield number, row


def _columns(row: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, heading in enumerate(row[:60]):
        plain = " ".join(re.sub(r"[^a-z0-9]+", " ", normalised(heading)).split())
        if column := COLUMN_OF.get(plain):
            columns.setdefault(column, place)
    return columns


def _waited(row: list[str], columns: dict[str, int]) -> bool:
    """Zoom gives time in the waiting room its own line: nobody has met anyone there."""
    place = columns.get("waiting", len(row))
    return place < len(row) and normalised(row[place]) in ("yes", "oui")


def _line(number: int, row: list[str], columns: dict[str, int]) -> Line:
    cell = {name: row[place][:LONGEST_CELL] if place < len(row) else "" for name, place in columns.items()}
    if not cell["name"]:
        raise ValidationError(_("Line %(number)s has no name.") % {"number": number})
    join, leave = _time(cell.get("join", "")), _time(cell.get("leave", ""))
    seconds = _seconds(cell.get("duration", ""))
    if cell.get("duration") and seconds is None:
        raise ValidationError(
            _("Line %(number)s: « %(duration)s » is not a duration.")
            % {"number": number, "duration": cell["duration"][:40]}
        )
    if seconds is None and join and leave:
        seconds = max(0, int((leave - join).total_seconds()))
    email = next((a for a in (cell.get("email", ""), cell.get("account", "")) if "@" in a), "")
    return Line(number, cell["name"], email.lower(), join, leave, seconds)


def _time(text: str) -> dt.datetime | None:
    """None for what no known form reads: the duration then speaks alone."""
    for form in TIMES:
        try:
            return dt.datetime.strptime(text.replace("\u202f", " "), form)
        except ValueError:
            continue
    return None


def _seconds(text: str) -> int | None:
    """« 42m 25s », « 1 h 2 min 0 s », « 00:42:25 », or a number of minutes."""
    text = text.lower().strip()
    if re.fullmatch(r"\d+([.,]\d+)?", text):
        return round(float(text.replace(",", ".")) * 60)
    if clock := re.fullmatch(r"(\d+):(\d\d):(\d\d)", text):
        hours, minutes, seconds = map(int, clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    said = re.fullmatch(r"(?:(\d+) ?h)? ?(?:(\d+) ?m(?:in)?)? ?(?:(\d+) ?s)?", text)
    if not text or not said:
        return None
    hours, minutes, seconds = (int(part or 0) for part in said.groups())
    return hours * 3600 + minutes * 60 + seconds


def time_present(lines: list[Line]) -> int | None:
    """Seconds there, rejoins added up and two devices at once counted once; None where the file does not say."""
    if all(line.join and line.leave for line in lines):
        spans = sorted((line.join, line.leave) for line in lines if line.join and line.leave)
        total, reached = dt.timedelta(), dt.datetime.min
        for join, leave in spans:
            total += max(dt.timedelta(), leave - max(join, reached))
            reached = max(reached, leave)
        return int(total.total_seconds())
    known = [line.seconds for line in lines if line.seconds is not None]
    return sum(known) if known else None
