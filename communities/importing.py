"""Lists of members as people really have them: columns recognised, and what each line will do.

Reading keeps the cells. What each line will do is worked out against the community as it is when asked: for the
preview, and again when the list is written (`communities.enlisting`).
"""

import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.models import User, normalised
from communities import spreadsheets
from communities.models import Community, Membership

LONGEST = {"first_name": 80, "last_name": 80, "organisation": 160, "title": 120, "region": 80}

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


# ------------------------------------------------------------------ reading


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


# ------------------------------------------------------------------ examining


class Fate:
    """What becomes of a line when it is kept."""

    NEW, KNOWN, RETURNS, MOVES = "new", "known", "returns", "moves"
    MEMBER, TWICE, NAMELESS, EMPTY = "member", "twice", "nameless", "empty"


class Flag:
    """What a person would want to look at. It never stops a line by itself."""

    NO_ADDRESS, MALFORMED, FORMULA, LOST_LETTER, NAMESAKE = "no_address", "malformed", "formula", "letter", "namesake"


LABELS = {
    Fate.NEW: gettext_lazy("new person"),
    Fate.KNOWN: gettext_lazy("known person"),
    Fate.RETURNS: gettext_lazy("listed, not active"),
    Fate.MOVES: gettext_lazy("other organisation"),
    Fate.MEMBER: gettext_lazy("already a member"),
    Fate.TWICE: gettext_lazy("twice in the file"),
    Fate.NAMELESS: gettext_lazy("without a name"),
    Fate.EMPTY: gettext_lazy("empty line"),
    Flag.NO_ADDRESS: gettext_lazy("without address"),
    Flag.MALFORMED: gettext_lazy("malformed address"),
    Flag.FORMULA: gettext_lazy("formula in a cell"),
    Flag.LOST_LETTER: gettext_lazy("lost letter"),
    Flag.NAMESAKE: gettext_lazy("same name"),
}
COUNTS = {
    Fate.NEW: ngettext_lazy("%(n)s new person", "%(n)s new people", "n"),
    Fate.KNOWN: ngettext_lazy("%(n)s known person", "%(n)s known people", "n"),
    Fate.RETURNS: ngettext_lazy("%(n)s listed, not active", "%(n)s listed, not active", "n"),
    Fate.MOVES: ngettext_lazy("%(n)s with another organisation", "%(n)s with another organisation", "n"),
    Fate.MEMBER: ngettext_lazy("%(n)s member already", "%(n)s members already", "n"),
    Fate.TWICE: ngettext_lazy("%(n)s duplicate", "%(n)s duplicates", "n"),
    Fate.NAMELESS: ngettext_lazy("%(n)s line without a name", "%(n)s lines without a name", "n"),
    Fate.EMPTY: ngettext_lazy("%(n)s empty line", "%(n)s empty lines", "n"),
    Flag.NO_ADDRESS: ngettext_lazy("%(n)s without address", "%(n)s without address", "n"),
    Flag.MALFORMED: ngettext_lazy("%(n)s malformed address", "%(n)s malformed addresses", "n"),
    Flag.FORMULA: ngettext_lazy("%(n)s formula in a cell", "%(n)s formulas in cells", "n"),
    Flag.LOST_LETTER: ngettext_lazy("%(n)s lost letter", "%(n)s lost letters", "n"),
    Flag.NAMESAKE: ngettext_lazy("%(n)s name seen twice", "%(n)s names seen twice", "n"),
}
WRITES = (Fate.NEW, Fate.KNOWN, Fate.RETURNS, Fate.MOVES)
TICKED = (Fate.NEW, Fate.KNOWN)


@dataclass
class Line:
    """One line of the file and what it will do."""

    number: int
    cells: dict
    outcome: str = Fate.NEW
    flags: list[str] = field(default_factory=list)
    first: int = 0  # the line that speaks of the same person
    membership: Membership | None = None
    person: User | None = None
    before: str = ""  # the organisation on that line
    choice: bool | None = None  # what somebody chose for this line; None: as proposed

    @property
    def email(self) -> str:
        """The address, if it can be one."""
        return "" if Flag.MALFORMED in self.flags else self.cells["email"].lower()

    @property
    def name(self) -> str:
        return f"{self.cells['first_name']} {self.cells['last_name']}".strip()

    @property
    def sort_key(self) -> str:
        return normalised(f"{self.cells['last_name']} {self.cells['first_name']}")

    @property
    def organisation_key(self) -> str:
        return normalised(self.cells["organisation"])[:160]

    @property
    def is_possible(self) -> bool:
        return self.outcome in WRITES

    @property
    def is_ticked(self) -> bool:
        """Proposed: only what is sure."""
        return self.outcome in TICKED and Flag.FORMULA not in self.flags

    @property
    def is_kept(self) -> bool:
        """Will be written."""
        return self.is_possible and (self.is_ticked if self.choice is None else self.choice)

    @property
    def organisation_before(self) -> str:
        """Whom the person represents, on the list or on the line above."""
        return self.membership.represents if self.membership else self.before

    @property
    def labels(self) -> list[tuple[str, str]]:
        return [(key, str(LABELS[key])) for key in (self.outcome, *self.flags)]

    @property
    def explanation(self) -> str:
        return " ".join(str(sentence) for sentence in [self._what(), *self._notes()] if sentence)

    def _what(self) -> str:
        return {
            Fate.NEW: _("Will be added, and become a member today."),
            Fate.KNOWN: _("%(person)s is known elsewhere by this address: will become a member here too.")
            % {"person": self.person},
            Fate.RETURNS: _("Is on the list (%(status)s); ticked, becomes an active member.")
            % {"status": self.membership and self.membership.get_status_display()},
            Fate.MOVES: _("The same person as on line %(line)s, with another organisation.") % {"line": self.first}
            if self.first
            else _("Is a member for « %(organisation)s ».") % {"organisation": self.organisation_before},
            Fate.MEMBER: _("Is a member already: nothing changes."),
            Fate.TWICE: _("The same person as on line %(line)s: left out.") % {"line": self.first},
            Fate.NAMELESS: _("Nobody can be listed without a name: left out."),
            Fate.EMPTY: _("Nothing is written on this line: left out."),
        }[self.outcome]

    def _notes(self):
        if self.outcome not in WRITES:
            return
        if Flag.MALFORMED in self.flags:
            yield _("The address cannot be right, and is left out: no invitation will reach this person.")
        if Flag.NO_ADDRESS in self.flags:
            yield _("Without an address, no invitation will reach this person.")
        if Flag.FORMULA in self.flags:
            yield _("A cell begins like a formula: correct it in the file, or tick the line to keep it as text.")
        if Flag.LOST_LETTER in self.flags:
            yield _("A letter was lost when the file was saved (« ? »): correct the name afterwards.")
        if Flag.NAMESAKE in self.flags:
            yield _("Somebody of the same name is on the list or in the file, with another address.")


def examine(community: Community, cells: list[dict], choices: dict[str, bool] | None = None) -> list[Line]:
    """What each line would do now. A fixed number of queries, whatever the number of lines."""
    choices = choices or {}
    lines = [Line(row["number"], row, choice=choices.get(str(row["number"]))) for row in cells]
    for line in lines:
        line.flags = list(_flags(line))
    people = User.objects.in_bulk({line.email for line in lines if line.email}, field_name="email")
    listed = Listed(community)
    earlier = Listed()
    for line in lines:
        line.person = people.get(line.email)
        _judge(line, listed, earlier)
    return lines


def _flags(line: Line):
    cells = line.cells
    written = [cells[name] for name in HEADINGS if name != "full_name" and cells[name]]
    if not written:
        return
    if not cells["email"]:
        yield Flag.NO_ADDRESS
    elif not _is_address(cells["email"]):
        yield Flag.MALFORMED
    if any(value.startswith(("=", "+", "@")) for value in written):
        yield Flag.FORMULA
    if re.search(r"\w\?\w|\ufffd|^\?\w", f"{line.name}\n{cells['organisation']}", re.MULTILINE):
        yield Flag.LOST_LETTER


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


class Listed:
    """Who is known already, by address and by name: in the community, or higher in the file."""

    def __init__(self, community: Community | None = None) -> None:
        self.by_email: dict[str, Membership | Line] = {}
        self.by_name: dict[str, Membership | Line] = {}
        if community:
            for membership in community.memberships.select_related("user", "organisation"):
                self.add(membership.user.email or "", membership.user.sort_key, membership)

    def add(self, email: str, sort_key: str, what) -> None:
        if email:
            self.by_email.setdefault(email, what)
        self.by_name.setdefault(sort_key, what)

    def find(self, line: Line):
        """The same person: the same address or, when the line has none, the same name."""
        return self.by_email.get(line.email) if line.email else self.by_name.get(line.sort_key)


def _judge(line: Line, listed: Listed, earlier: Listed) -> None:
    if not any(line.cells[name] for name in HEADINGS if name != "full_name"):
        line.outcome, line.flags = Fate.EMPTY, []
        return
    if not line.name:
        line.outcome = Fate.NAMELESS
        return
    first, line.membership = earlier.find(line), listed.find(line)
    if first:
        line.first, line.membership = first.number, first.membership
        line.before = first.cells["organisation"]
        same = line.organisation_key in ("", first.organisation_key)
        line.outcome = Fate.TWICE if same else Fate.MOVES
        return
    if line.membership:
        line.outcome = _of_listed(line, line.membership)
    elif line.person:
        line.outcome = Fate.KNOWN
    if not line.membership and (line.sort_key in listed.by_name or line.sort_key in earlier.by_name):
        line.flags.append(Flag.NAMESAKE)
    earlier.add(line.email, line.sort_key, line)


def _of_listed(line: Line, membership: Membership) -> str:
    if membership.status != Membership.Status.ACTIVE:
        return Fate.RETURNS
    has = membership.organisation.sort_key if membership.organisation else ""
    return Fate.MEMBER if line.organisation_key in ("", has) else Fate.MOVES


def showing(lines: list[Line], key: str) -> list[Line]:
    """The lines that carry a label, or all of them."""
    return [line for line in lines if key in (line.outcome, *line.flags)] if key in LABELS else lines


def counted(lines: list[Line]) -> list[dict]:
    """How many lines carry each label, in the order a person reads them."""
    counts = dict.fromkeys(LABELS, 0)
    for line in lines:
        for key in (line.outcome, *line.flags):
            counts[key] += 1
    return [{"key": key, "label": _label(key, n), "n": n} for key, n in counts.items() if n]


def _label(key: str, n: int) -> str:
    """The plural follows the number; the number is then written as the reader's language does."""
    return (COUNTS[key] % {"n": n}).replace(str(n), number_format(n, force_grouping=True), 1)
