"""From the bytes of a file to rows of text: CSV as real programmes write it, and XLSX.

A file comes from anywhere. A ValidationError says to the person, in one sentence, why theirs is not read. An XLSX is
unpacked here, part by part and never beyond a bound, whatever its own directory says; openpyxl then reads a copy that
holds only these parts. Formulas are text: nothing is ever computed.
"""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cmtl import archives
from communities.domain.member_import import mail_list

MAX_BYTES = 2 * 1024 * 1024
MAX_LINES = 5000
MAX_COLUMNS = 100
MAX_UNPACKED = 20 * 1024 * 1024
MAX_RATIO = 100  # of what is unpacked to what was sent; looked at above 2 MB, since small tables pack very well
MAX_PARTS = 200
SMALL_TEXT, SMALL_UNPACKED = 60_000, 400_000  # bytes that are read while the person waits: some 500 lines
SLACK = 50  # rows read after the last one allowed, for titles and blank rows

ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "cp1252": gettext_lazy("Windows (Western Europe)"),
    "utf-16": "UTF-16",
    "utf-16-le": gettext_lazy("UTF-16 without a mark"),
    "mac_roman": "Macintosh",
    "cp850": "DOS",
}
SEPARATORS = {
    ";": gettext_lazy("semicolon ;"),
    ",": gettext_lazy("comma ,"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("vertical bar |"),
    mail_list.WAY: gettext_lazy("addresses, as in a mail"),
}


@dataclass
class Table:
    """One way of reading the file: a separator for a text, a sheet for a workbook. Rows carry their number in it."""

    rows: list[tuple[int, list[str]]]
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)

    @property
    def is_too_wide(self) -> bool:
        return any(_width(row) > MAX_COLUMNS for _number, row in self.rows)


def _width(row: list[str]) -> int:
    """Without the empty cells that spreadsheets leave at the end."""
    width = len(row)
    while width and not row[width - 1].strip():
        width -= 1
    return width


def refuse(content: bytes) -> None:
    """What can be told from the first bytes and the ZIP directory, before anything is opened."""
    if not content.strip():
        raise ValidationError(_("The file is empty."))
    if len(content) > MAX_BYTES:
        raise ValidationError(too_large())
    if content.startswith(b"%PDF"):
        raise ValidationError(_("This is a PDF document. A list of members is a CSV file or an Excel workbook."))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise ValidationError(_("This workbook is protected by a password. Save it without one."))
        raise ValidationError(_("This is a workbook of an old format (.xls). Save it as « .xlsx » or « CSV »."))
    if is_workbook(content):
        _refuse_archive(content)
    else:
        decoded(content)


def too_large() -> str:
    return _("The file is larger than 2 MB. Split it into several files.")


def is_workbook(content: bytes) -> bool:
    return content.startswith(b"PK")


def is_small(content: bytes) -> bool:
    """Read at once rather than in the background."""
    if not is_workbook(content):
        return len(content) <= SMALL_TEXT
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum(part.file_size for part in archive.infolist()) <= SMALL_UNPACKED


def tables(content: bytes, *, encoding: str = "", separator: str = "", sheet: str = "") -> Iterator[Table]:
    """The file read each way that is possible, or only the way that was asked for."""
    refuse(content)
    if is_workbook(content):
        yield from _of_workbook(content, sheet)
        return
    text, encoding = decoded(content, encoding)
    read = 0
    for candidate in [separator] if separator in SEPARATORS else SEPARATORS:
        if candidate == mail_list.WAY and not (separator or mail_list.is_one(text)):
            continue
        try:
            rows = _rows(text, candidate)
        except csv.Error:  # a whole line taken for one cell, by a separator that is not the file's
            continue
        read += 1
        yield Table(rows, encoding=encoding, separator=candidate)
    if not read:
        raise ValidationError(_("A cell of this file never ends: check its quotation marks."))


# ------------------------------------------------------------------ text


def decoded(content: bytes, encoding: str = "") -> tuple[str, str]:
    """The text and its encoding: UTF-8 with or without a mark, UTF-16, or Windows in Western Europe."""
    for candidate in [encoding] if encoding in ENCODINGS else _likely(content):
        try:
            text = content.decode(candidate)
        except UnicodeDecodeError:
            continue
        if re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text):
            break
        return text, candidate
    if encoding:
        raise ValidationError(_("This file is not written in that encoding."))
    raise ValidationError(_("This is not a text file. A list of members is a CSV file or an Excel workbook."))


def _likely(content: bytes) -> list[str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    if content[1:200:2].count(0) > len(content[1:200:2]) // 2:
        return ["utf-16-le"]
    return ["utf-8-sig", "cp1252"]


def _rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    if separator == mail_list.WAY:
        return mail_list.rows_of(text, MAX_LINES + SLACK)
    return _csv_rows(text, separator)


def _csv_rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Each record with the number of its line in the file, as a text editor or a spreadsheet counts them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows, began = [], 1
    for row in reader:
        rows.append((began, row))
        began = reader.line_num + 1
        if len(rows) > MAX_LINES + SLACK:
            break
    return rows


# ------------------------------------------------------------------ workbooks


def _refuse_archive(content: bytes) -> None:
    most = min(MAX_UNPACKED, max(MAX_BYTES, MAX_RATIO * len(content)))
    try:
        names = archives.names_in(content, most_parts=MAX_PARTS, most_unpacked=most)
    except archives.Locked as locked:
        raise ValidationError(_("This workbook is protected by a password. Save it without one.")) from locked
    except archives.Swollen as error:
        raise ValidationError(swollen()) from error
    except archives.Damaged as error:
        raise ValidationError(_damaged()) from error
    if archives.holds_macros(names):
        raise ValidationError(macros())
    if "xl/workbook.xml" not in names:
        raise ValidationError(
            _("This is not an Excel workbook that can be read here. Save it as « .xlsx » or « CSV ».")
        )


def macros() -> str:
    return _(
        "This workbook holds macros, which are never opened here. Save it as « .xlsx » without macros, or « CSV »."
    )


def swollen() -> str:
    return _("Unpacked, this workbook is far too large for a list of members. Copy the list into a new workbook.")


def _damaged() -> str:
    return _("This workbook is damaged and cannot be read. Open it in Excel and save it again, or as « CSV ».")


def _too_wide() -> str:
    return _("The file has more than %(n)s columns. Keep those of the list of members.") % {"n": MAX_COLUMNS}


def _of_workbook(content: bytes, wanted: str) -> Iterator[Table]:
    from openpyxl import load_workbook  # slow to import, and few files are workbooks

    archive = _unpacked(content)
    try:
        book = load_workbook(archive, read_only=True, data_only=False, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"][:20]
        names = [sheet.title for sheet in sheets]
        found = [
            Table(_with_merged(list(_sheet_rows(sheet)), _merged(archive, sheet)), sheet=sheet.title, sheets=names)
            for sheet in sheets
            if wanted not in names or sheet.title == wanted
        ]
    except Exception as error:  # a broken workbook makes the library raise nearly anything
        raise ValidationError(_damaged()) from error
    yield from found


def _unpacked(content: bytes) -> io.BytesIO:
    """A copy of the parts that hold text, each read up to what is left of the bound, whatever size it declares."""
    copy, room = io.BytesIO(), MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(copy, "w") as safe:
            for part in archive.infolist():
                if not part.filename.endswith((".xml", ".rels")) or "/media/" in part.filename:
                    continue
                with archive.open(part) as packed:
                    text = packed.read(room + 1)
                room -= len(text)
                if room < 0:
                    raise ValidationError(swollen())
                _refuse_part(part.filename, text)
                safe.writestr(part.filename, text)
    except ValidationError:
        raise
    except Exception as error:  # sums that do not match, truncated streams, entries that overlap…
        raise ValidationError(_damaged()) from error
    return copy


DOCTYPES = [
    f"<!{word}".encode(encoding) for word in ("DOCTYPE", "ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
]
TAG = re.compile(rb"<(?:\w+:)?(row|c)[\s/>]")


def _refuse_part(name: str, text: bytes) -> None:
    if any(doctype in text for doctype in DOCTYPES):
        raise ValidationError(_damaged())  # no spreadsheet writes any: entities that expand without end
    if name == "[Content_Types].xml" and b"macroEnabled" in text:
        raise ValidationError(macros())
    if name.startswith("xl/worksheets/"):
        _refuse_width(text)


def _refuse_width(sheet: bytes) -> None:
    """Before the library holds a whole row in memory."""
    cells = 0
    for tag in TAG.finditer(sheet):
        cells = 0 if tag[1] == b"row" else cells + 1
        if cells > 20 * MAX_COLUMNS:  # empty cells that carry a style are many, and harmless
            raise ValidationError(_too_wide())


def _sheet_rows(sheet) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # what a sheet says of its own size is not believed
    rows = sheet.iter_rows(max_row=MAX_LINES + SLACK + 1, max_col=MAX_COLUMNS + 1, values_only=True)
    for number, row in enumerate(rows, 1):
        texts = [_as_text(value) for value in row]
        yield number, texts[: _width(texts)]


MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref=[\"']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})[\"']")


def _merged(archive: io.BytesIO, sheet) -> Iterator[tuple[int, int, int]]:
    """The cells that stand for several rows: place of the column, first and last row. The library does not tell them
    while it streams."""
    with zipfile.ZipFile(archive) as parts:
        text = parts.read(sheet._worksheet_path)
    for letters, first, last in MERGED.findall(text):
        place = 0
        for letter in letters:
            place = place * 26 + letter - 64
        if int(first) < int(last) and place <= MAX_COLUMNS:
            yield place - 1, int(first), int(last)


def _with_merged(
    rows: list[tuple[int, list[str]]], merged: Iterator[tuple[int, int, int]]
) -> list[tuple[int, list[str]]]:
    """A merged cell gives its value to each of its rows. Only empty cells are filled, so that ranges that overlap
    (no spreadsheet writes any) cost nothing more."""
    room = (MAX_LINES + SLACK) * MAX_COLUMNS
    for place, first, last in merged:
        value = next((row[place] for n, row in rows[first - 1 : first] if place < len(row)), "")
        below = rows[first : min(last, len(rows))] if value else []
        room -= len(below)
        if room < 0:
            break
        for _n, row in below:
            row.extend([""] * (place + 1 - len(row)))
            row[place] = row[place] or value
    return rows


def _as_text(value) -> str:
    """As a person would have typed it: dates without an hour, whole numbers without a decimal."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(getattr(value, "text", value))  # a formula over several cells carries its text
    return re.sub(r"[\x00-\x08\x0e-\x1f\x7f]", "", text)


def too_wide(table: Table) -> None:
    if table.is_too_wide:
        raise ValidationError(_too_wide())
