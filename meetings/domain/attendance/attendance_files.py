"""What Zoom, Teams, Meet, Webex and others say of who was there: their files read into one line per connection, and
nothing written.

They export tables with a preamble, change their columns from version to version, and follow the language of whoever
exports. So the table is found by the words of its headings, in French or in English, in any order.
"""

import csv
import datetime as dt
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import normalised
from communities.domain.member_import import spreadsheets
from meetings.domain.attendance.attendance_cells import NO, NOTHING, YES, columns_of, leaves_after, moment, seconds_of

MAX_BYTES = 2 * 1024 * 1024
MAX_LINES = 3000
LONGEST_CELL = 250
SEPARATORS = "\t,;|"
WESTERN = ("cp1252", "mac_roman", "cp850")
FRENCH_LETTERS = set("àâäçéèêëîïôöùûüÿœæÀÂÇÉÈÊËÎÏÔÙÛŒ’«»\u00a0\u202f–…")
TOTALS = re.compile(r"(grand |sous-?)?totale?s?|moyennes?|averages?|sum|somme")
JOINS = re.compile(r"join|rejoint|arriv|entr|\bconnect")
NO_HEADING = re.compile(r"@|\d\d:\d\d")  # an address, a time: what the line of a person may hold

Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Line:
    """One connection: a person who left and came back has two. Times are as written, in no zone."""

    number: int  # in the file, as a text editor counts
    name: str
    email: str
    join: dt.datetime | None
    leave: dt.datetime | None
    seconds: int | None  # None where the file does not say


@dataclass(frozen=True)
class Part:
    """A table of the file: its headings, where the known ones stand, its rows."""

    headings: list[str]
    columns: dict[str, int]
    rows: Rows


def parse_attendance_file(content: bytes) -> list[Line]:
    """The lines of the file. A ValidationError says which line cannot be read and why; nothing is written."""
    parts = _parts(content)
    if sum(len(part.rows) for part in parts) > MAX_LINES:
        raise ValidationError(_("This file has more than 3,000 lines: it is not the list of one meeting."))
    lines = [line for part in parts for line in _lines_of(part)]
    if not lines:
        raise ValidationError(_("The file has headings but not one person under them."))
    return lines


# ------------------------------------------------------------ from bytes to rows


def _parts(content: bytes) -> list[Part]:
    tables = list(_tables(content))
    for is_header in (_names_people, _has_addresses):
        for rows in tables:
            if parts := list(_cut(rows, is_header)):
                return parts
    raise ValidationError(_unknown(tables))


def _tables(content: bytes) -> Iterator[Rows]:
    """Each way of cutting the text into cells, or each sheet of the workbook."""
    if not content.strip():
        raise ValidationError(_("The file is empty."))
    if len(content) > MAX_BYTES:
        raise ValidationError(_("The file is larger than 2 MB: it is not the list of one meeting."))
    if content.startswith(b"%PDF"):
        raise ValidationError(_("This is a PDF document. Export attendance as « .csv » or « .xlsx »."))
    if spreadsheets.is_workbook(content) or content.startswith(b"\xd0\xcf\x11\xe0"):
        for table in spreadsheets.tables(content):
            yield [(number, _clean(row)) for number, row in table.rows]
        return
    text = _text(content)
    for separator in SEPARATORS:
        yield list(_csv_rows(text, separator))


def _text(content: bytes) -> str:
    """UTF-8 and UTF-16 tell themselves; of the Western encodings, the one in which the words are French."""
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")) and content[:200:2].count(0) > len(content[:200:2]) // 2:
        content = b"\xfe\xff" + content  # UTF-16 with the first byte first, without a mark
    read = [found for encoding in ("", *WESTERN) if (found := _decoded(content, encoding))]
    if not read:
        raise ValidationError(_("This is not a text file. Export attendance as « .csv » or « .xlsx »."))
    if read[0][1] not in WESTERN:
        return read[0][0]
    return max((text for text, _encoding in read), key=_french)


def _decoded(content: bytes, encoding: str) -> tuple[str, str] | None:
    try:
        return spreadsheets.decoded(content, encoding)
    except ValidationError:
        return None


def _french(text: str) -> int:
    """How many letters of French accents, less the odd characters that a wrong encoding shows."""
    return sum(1 if letter in FRENCH_LETTERS else -1 for letter in text if ord(letter) > 127)


def _csv_rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            yield reader.line_num, _clean(row)
    except csv.Error as error:
        raise ValidationError(
            _("Line %(number)s cannot be read: a cell never ends. Check its quotation marks.")
            % {"number": reader.line_num}
        ) from error


def _clean(row: list[str]) -> list[str]:
    """On one line; without the « ="…" » that keeps Excel from changing a cell."""
    return [" ".join(re.sub(r'^="(.*)"$', r"\1", cell.strip()).split()) for cell in row]


# ------------------------------------------------------------ the tables of people


def _names_people(columns: dict[str, int]) -> bool:
    return bool({"name", "first", "last"} & columns.keys()) and _says_when(columns)


def _has_addresses(columns: dict[str, int]) -> bool:
    """Those of the people, not the host's in the line about the whole meeting, which counts them."""
    return "email" in columns and "count" not in columns and _says_when(columns)


def _says_when(columns: dict[str, int]) -> bool:
    return bool({"join", "duration"} & columns.keys()) or {"action", "stamp"} <= columns.keys()


def _cut(rows: Rows, is_header) -> Iterator[Part]:
    """The first table of people: until a blank line or a new part. Where it says who came of those registered, as for
    a webinar, the next tables too: hosts, panelists and attendees have one each."""
    part = None
    for number, row in rows:
        columns = columns_of(row)
        if is_header(columns) and not any(NO_HEADING.search(cell) for cell in row):
            if part:
                yield part
            part = Part(row, columns, [])
        elif part and _ends(row, part):
            yield part
            return
        elif part and sum(map(bool, row)) > ("attended" in part.columns):
            part.rows.append((number, row))
    if part:
        yield part


def _ends(row: list[str], part: Part) -> bool:
    if re.match(r"\d+\.\s", row[0] if row else ""):
        return True
    return not any(row) and bool(part.rows) and "attended" not in part.columns


def _unknown(tables: list[Rows]) -> str:
    """Which headings are needed, and what the file has in their place."""
    needed = _(
        "No list of participants was recognised. A line of headings is needed, with the name (« Name », « First name » "
        "and « Last name ») or the address (« Email »), and how long or since when (« Duration », « Join time »)."
    )
    widest = max(
        (row for rows in tables for _number, row in rows[:40]), key=lambda row: sum(map(bool, row)), default=[]
    )
    headings = ", ".join([cell[:40] for cell in widest if cell][:12])
    found = _("Found in this file: %(headings)s.") % {"headings": headings}
    return f"{needed} {found}" if headings else needed


# ------------------------------------------------------------ from rows to connections


def _lines_of(part: Part) -> Iterator[Line]:
    if {"action", "stamp"} <= part.columns.keys():
        yield from _from_events(part)
        return
    for number, row in part.rows:
        cell = _cells(row, part)
        is_elsewhere = normalised(cell.get("waiting", "")) in YES or normalised(cell.get("attended", "")) in NO
        if not is_elsewhere and not TOTALS.fullmatch(normalised(_name(cell))):
            yield _line(number, cell, part.headings[part.columns["duration"]] if "duration" in part.columns else "")


def _cells(row: list[str], part: Part) -> dict[str, str]:
    cells = {name: row[place][:LONGEST_CELL] if place < len(row) else "" for name, place in part.columns.items()}
    return {name: "" if NOTHING.fullmatch(normalised(cell)) else cell for name, cell in cells.items()}


def _name(cell: dict[str, str]) -> str:
    """First and last name where both are known: what a screen showed may be a device."""
    both = [cell[part] for part in ("first", "last") if cell.get(part)]
    return " ".join(both) if len(both) == 2 else cell.get("name") or " ".join(both) or _email(cell)


def _email(cell: dict[str, str]) -> str:
    return next((a.lower() for a in (cell.get("email", ""), cell.get("account", "")) if "@" in a), "")


def _line(number: int, cell: dict[str, str], heading: str) -> Line:
    name = _name(cell)
    if not name:
        raise ValidationError(_("Line %(number)s has no name.") % {"number": number})
    join, leave = moment(cell.get("join", "")), moment(cell.get("leave", ""))
    if join and leave:
        leave = leaves_after(join, leave)
    seconds = seconds_of(cell.get("duration", ""), heading)
    if seconds is None and join and leave:
        seconds = int((leave - join).total_seconds())
    if seconds is None and cell.get("duration"):
        raise ValidationError(
            _("Line %(number)s: « %(duration)s » is not a duration.")
            % {"number": number, "duration": cell["duration"][:40]}
        )
    return Line(number, name, _email(cell), join, leave, seconds)


def _from_events(part: Part) -> Iterator[Line]:
    """« Joined » and « Left », each with its time: what Teams gives while the meeting lasts."""
    events: dict[str, list[tuple[int, dict[str, str]]]] = defaultdict(list)
    for number, row in part.rows:
        cell = _cells(row, part)
        events[_email(cell) or normalised(_name(cell))].append((number, cell))
    for theirs in events.values():
        yield from _connections(theirs)


def _connections(events: Iterable[tuple[int, dict[str, str]]]) -> Iterator[Line]:
    came = None
    for number, cell in events:
        event = _line(number, {**cell, "join": cell.get("stamp", "")}, "")
        if JOINS.search(normalised(cell.get("action", ""))):
            came = came or event
        elif came:
            leave = leaves_after(came.join, event.join) if came.join and event.join else None
            seconds = int((leave - came.join).total_seconds()) if leave and came.join else None
            yield Line(came.number, came.name, came.email, came.join, leave, seconds)
            came = None
    if came:
        yield came


def time_present(lines: list[Line]) -> int | None:
    """Seconds there, rejoins added up and two devices at once counted once; None where the file does not say."""
    known = [line.seconds for line in lines if line.seconds is not None]
    if not all(line.join and line.leave for line in lines):
        return sum(known) if known else None
    spans = sorted((line.join, line.leave) for line in lines if line.join and line.leave)
    total, reached = dt.timedelta(), dt.datetime.min
    for join, leave in spans:
        total += max(dt.timedelta(), leave - max(join, reached))
        reached = max(reached, leave)
    there, said = int(total.total_seconds()), sum(known)
    was_away = len(known) == len(lines) and said < there - 60 * len(lines)  # more than minutes cut off: between a first
    return said if was_away else there  # join and a last leave
