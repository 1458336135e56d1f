"""Reading a file of members: its columns recognised, or as somebody corrected them, and the cells of its lines."""

import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import normalised
from communities import spreadsheets

# Columns by their headings, without case, accents or punctuation.
HEADINGS = {
    "first_name": "prenom|prenoms|prenom s|first name|firstname|given name|first",
    "last_name": "nom|nom de famille|last name|lastname|surname|family name|last",
    "full_name": "nom complet|prenom et nom|nom et prenom|full name|name|personne|membre|member",
    "email": "courriel|adresse courriel|adresse de courriel|courrier electronique|adresse electronique|adresse"
    "|email|e mail|email address|e mail address|mail",
    "organisation": "organisation|organisme|organization|structure|employeur|employer|company|association",
    "title": "fonction|titre|poste|function|title|job title|position|role",
    "region": "region|territoire|territory|region administrative|ville|city|borough|arrondissement",
    "language": "langue|language|langue de correspondance|preferred language",
}
COLUMN_NAMES = {
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "full_name": gettext_lazy("Full name"),
    "email": gettext_lazy("E-mail"),
    "organisation": gettext_lazy("Organisation"),
    "title": gettext_lazy("Function"),
    "region": gettext_lazy("Region"),
    "language": gettext_lazy("Language"),
}
NAMES = {"first_name", "last_name", "full_name"}
COLUMN_OF = {heading: column for column, headings in HEADINGS.items() for heading in headings.split("|")}


@dataclass
class Reading:
    """How a file was read: as recognised, or as somebody corrected it. Places count from 0, lines from 1."""

    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    heading_line: int | None = None  # 0: the file has no headings; None: to be recognised
    columns: dict[str, int] | None = None  # None: to be recognised
    headings: list[str] = field(default_factory=list)


def read(content: bytes) -> list[dict]:
    """The lines of a file, by column; a ValidationError says to the person what is wrong with the file."""
    return interpret(content)[1]


def interpret(content: bytes, wanted: Reading | None = None) -> tuple[Reading, list[dict]]:
    """How the file is read, and its lines; without any when no column of names is known yet."""
    wanted = wanted or Reading()
    table, heading_line = _best_table(content, wanted)
    spreadsheets.too_wide(table)
    headings = next((row for n, row in table.rows if n == heading_line), [])
    columns = _columns(headings) if wanted.columns is None else wanted.columns
    widest = max((len(row) for _n, row in table.rows), default=0)
    how = Reading(
        encoding=table.encoding,
        separator=table.separator,
        sheet=table.sheet,
        sheets=table.sheets,
        heading_line=heading_line,
        columns={name: place for name, place in columns.items() if 0 <= place < widest},
        headings=[headings[i] if i < len(headings) else "" for i in range(min(widest, spreadsheets.MAX_COLUMNS))],
    )
    if not NAMES & set(how.columns or {}):
        if wanted.columns is None and widest < 2:
            raise ValidationError(
                _("No column of names was recognised. The first line must hold headings: %(headings)s.")
                % {"headings": _("first name, last name, e-mail, organisation, function, region, language")}
            )
        return how, []
    return how, _lines(table, how)


def _best_table(content: bytes, wanted: Reading) -> tuple[spreadsheets.Table, int]:
    """The way of reading that recognises the most columns, or else shows the most; and the line of its headings."""
    best: tuple[tuple, spreadsheets.Table, int] | None = None
    asked = {"encoding": wanted.encoding, "separator": wanted.separator, "sheet": wanted.sheet}
    for table in spreadsheets.tables(content, **asked):
        for n, row in table.rows[:10]:  # a title may stand above the headings
            rank = (len(_columns(row[: spreadsheets.MAX_COLUMNS])), len([cell for cell in row if cell.strip()]))
            if best is None or rank > best[0]:
                best = (rank, table, n)
    if best is None:
        raise ValidationError(_("The file is empty."))
    return best[1], best[2] if wanted.heading_line is None else wanted.heading_line


def _columns(row: list[str]) -> dict[str, int]:
    """Column name → place. « Nom » alone, without a first name, holds whole names."""
    columns: dict[str, int] = {}
    for place, heading in enumerate(row):
        plain = " ".join(re.sub(r"[^a-z0-9]+", " ", normalised(heading)).split())
        if column := COLUMN_OF.get(plain):
            columns.setdefault(column, place)
    if "last_name" in columns and "first_name" not in columns and "full_name" not in columns:
        columns["full_name"] = columns.pop("last_name")
    return columns


def _lines(table: spreadsheets.Table, how: Reading) -> list[dict]:
    columns = how.columns or {}
    lines = [{"number": n, **_cells(row, columns)} for n, row in table.rows if n > (how.heading_line or 0)]
    while lines and _is_empty(lines[-1]):
        lines.pop()
    if not lines:
        raise ValidationError(_("The file has headings but not one person under them."))
    if len(lines) > spreadsheets.MAX_LINES:
        raise ValidationError(_("The file has more than 5,000 lines. Split it into several files."))
    return lines


def _cells(row: list[str], columns: dict[str, int]) -> dict:
    cell = {
        name: " ".join(row[columns[name]].replace("\x0b", " ").split())
        if name in columns and columns[name] < len(row)
        else ""
        for name in HEADINGS
    }
    full = cell.pop("full_name")
    if full and not (cell["first_name"] or cell["last_name"]):
        cell["first_name"], _space, cell["last_name"] = full.partition(" ")
    return cell


def _is_empty(line: dict) -> bool:
    return not any(line[name] for name in HEADINGS if name != "full_name")
