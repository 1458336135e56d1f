"""Reading a file of members: its columns recognised, or as somebody corrected them, and the cells of its lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.domain.member_import import mail_list, spreadsheets
from communities.domain.member_import.importing import cells, guessing, headings

COLUMN_NAMES = {
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "full_name": gettext_lazy("Full name"),
    "email": gettext_lazy("E-mail"),
    "organisation": gettext_lazy("Organisation"),
    "title": gettext_lazy("Function"),
    "region": gettext_lazy("Region"),
    "language": gettext_lazy("Language"),
    "phone": gettext_lazy("Telephone"),
}
NAMES = {"first_name", "last_name", "full_name"}
CELLS = tuple(name for name in COLUMN_NAMES if name != "full_name")  # of a line: whole names are split
HEADING_WITHIN = 30  # lines: a title, an address, a date may stand above the headings
SAMPLES = 3  # values shown of a column, for a person to say what it is
AS_IN_A_MAIL = (1, spreadsheets.MAX_COLUMNS)  # the rank of that way of reading: under two recognised headings


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
    samples: list[list[str]] = field(default_factory=list)  # of each column, its first values
    is_told: bool = False  # somebody said which column is which

    @property
    def unknown(self) -> list[int]:
        """The columns that hold something and were not recognised, until somebody says what they are."""
        taken = {} if self.columns is None else self.columns
        held = (place for place, values in enumerate(self.samples) if values)
        return [] if self.is_told else [place for place in held if place not in taken.values()]


def read_member_file(content: bytes) -> list[dict]:
    """The lines of a file, by column; a ValidationError says to the person what is wrong with the file."""
    return interpret(content)[1]


def interpret(content: bytes, wanted: Reading | None = None) -> tuple[Reading, list[dict]]:
    """How the file is read, and its lines; without any when no column of names is known yet."""
    wanted = wanted or Reading()
    table, heading_line = _best_table(content, wanted)
    spreadsheets.too_wide(table)
    heads = next((row for n, row in table.rows if n == heading_line), [])
    below = [row for n, row in table.rows if n > heading_line]
    columns = _columns(heads, below) if wanted.columns is None else wanted.columns
    if not columns and wanted.heading_line is None and guessing.are_names([row for _n, row in table.rows]):
        heading_line, columns, heads, below = 0, {"full_name": 0}, [], [row for _n, row in table.rows]
    widest = min(max((len(row) for _n, row in table.rows), default=0), spreadsheets.MAX_COLUMNS)
    how = Reading(
        encoding=table.encoding,
        separator=table.separator,
        sheet=table.sheet,
        sheets=table.sheets,
        heading_line=heading_line,
        columns={name: place for name, place in columns.items() if 0 <= place < widest},
        headings=[heads[i] if i < len(heads) else "" for i in range(widest)],
        samples=_samples(below, widest),
        is_told=wanted.columns is not None,
    )
    if not NAMES & set(how.columns or {}):
        if wanted.columns is None and widest < 2:
            raise ValidationError(
                _("No column of names was recognised. The first line must hold headings: %(headings)s.")
                % {"headings": _("first name, last name, e-mail, organisation, function, region, language")}
            )
        return how, []
    return how, _lines(table, how)


def _columns(heads: list[str], below: list[list[str]]) -> dict[str, int]:
    columns = headings.columns_of(heads, below)
    return columns if heads else guessing.columns_of(below, columns)


def _samples(rows: list[list[str]], widest: int) -> list[list[str]]:
    found: list[dict[str, None]] = [{} for _place in range(widest)]
    for row in rows:
        for place, cell in enumerate(row[:widest]):
            if len(found[place]) < SAMPLES and (text := cells.cleaned(cell)[:60]):
                found[place][text] = None
    return [list(values) for values in found]


def _best_table(content: bytes, wanted: Reading) -> tuple[spreadsheets.Table, int]:
    """The way of reading that recognises the most columns, or else shows the most; and the line of its headings."""
    best: tuple[tuple, spreadsheets.Table, int] | None = None
    asked = {"encoding": wanted.encoding, "separator": wanted.separator, "sheet": wanted.sheet}
    for table in spreadsheets.tables(content, **asked):
        for n, row in table.rows[:HEADING_WITHIN]:
            alike = sum(len(other) == len(row) for _n, other in table.rows[:HEADING_WITHIN])
            rank = AS_IN_A_MAIL if table.separator == mail_list.WAY else (*_rank(row), alike)
            if best is None or rank > best[0]:
                best = (rank, table, 0 if headings.holds_an_address(row) else n)
    if best is None:
        raise ValidationError(_("The file is empty."))
    return best[1], best[2] if wanted.heading_line is None else wanted.heading_line


def _rank(row: list[str]) -> tuple[int, int, int]:
    """How much a line looks like the headings of a list. One that holds an address is a person’s."""
    row = row[: spreadsheets.MAX_COLUMNS]
    places = [] if headings.holds_an_address(row) else headings.columns_of(row).values()
    exact = sum(headings.is_exact(row[place]) for place in places)
    return len(places), exact, len([cell for cell in row if cell.strip()])


def _lines(table: spreadsheets.Table, how: Reading) -> list[dict]:
    rows = [(n, row) for n, row in table.rows if n > (how.heading_line or 0)]
    last_first = _is_last_first(rows, how)
    lines = [{"number": n, **_line(row, how, last_first=last_first)} for n, row in rows]
    while lines and _is_empty(lines[-1]):
        lines.pop()
    if not lines:
        raise ValidationError(_("The file has headings but not one person under them."))
    if len(lines) > spreadsheets.MAX_LINES:
        raise ValidationError(_("The file has more than 5,000 lines. Split it into several files."))
    return lines


def _is_last_first(rows: list[tuple[int, list[str]]], how: Reading) -> bool:
    """As the heading says, « Nom et prénom », unless the addresses show that nobody followed it."""
    columns = how.columns or {}
    place = columns.get("full_name")
    if place is None or not headings.is_last_first(how.headings[place]):
        return False
    if "email" not in columns:
        return True
    email = columns["email"]
    return not cells.is_written_first_last(
        [(row[place], row[email]) for _n, row in rows if len(row) > max(place, email)]
    )


def _line(row: Sequence[str], how: Reading, *, last_first: bool) -> dict:
    columns = how.columns or {}
    told = {
        name: cells.cleaned(row[columns[name]]) if name in columns and columns[name] < len(row) else ""
        for name in COLUMN_NAMES
    }
    full = told.pop("full_name")
    names = " ".join(filter(None, [full, told["first_name"], told["last_name"]]))
    kind = cells.kind_of(row, how.headings, names)
    first, last, rest = cells.named(told["first_name"], told["last_name"], full, last_first=last_first and not kind)
    addresses = cells.addresses_in(told["email"])
    guessed = guessing.name_in(addresses[0]) if addresses and not (first or last or kind) else ("", "")
    line = {
        **told,
        "first_name": guessing.quieter(first) or guessed[0],
        "last_name": guessing.quieter(last) or guessed[1],
        "title": told["title"] or rest,
        "email": addresses[0] if addresses else "",
    }
    said = {"kind": kind, "emails": addresses if len(addresses) > 1 else [], "guessed": any(guessed)}
    return line | {name: value for name, value in said.items() if value}


def _is_empty(line: dict) -> bool:
    return not any(line[name] for name in CELLS)
