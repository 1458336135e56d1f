"""Lists of members as people really have them: read from a file, examined line by line, applied once.

Reading keeps the cells. What each line will do is worked out against the community as it is when asked: for the
preview, and again when the list is applied.
"""

import csv
import io
import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.models import User, normalised
from communities.models import Community, MemberImport, Membership, Organisation

MAX_BYTES = 2 * 1024 * 1024
MAX_LINES = 5000
SEPARATORS = ";,\t|"
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
COLUMN_OF = {heading: column for column, headings in HEADINGS.items() for heading in headings.split("|")}


# ------------------------------------------------------------------ reading


def read(content: bytes) -> list[dict]:
    """The lines of a file, by column; a ValidationError says to the person what is wrong with the file."""
    text = decoded(content)
    rows, columns = _with_headings(text)
    lines = [{"number": n, **_cells(row, columns)} for n, row in rows]
    while lines and _is_empty(lines[-1]):
        lines.pop()
    if not lines:
        raise ValidationError(_("The file has headings but not one person under them."))
    if len(lines) > MAX_LINES:
        raise ValidationError(_("The file has more than 5,000 lines. Split it into several files."))
    return lines


def decoded(content: bytes) -> str:
    """Text, whatever wrote the file: UTF-8 with or without a mark, UTF-16, or Windows in Western Europe (cp1252)."""
    if not content.strip():
        raise ValidationError(_("The file is empty."))
    if len(content) > MAX_BYTES:
        raise ValidationError(too_large())
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ValidationError(_("This is an Excel workbook. In Excel, choose « Save as », then « CSV »."))
    if content.startswith(b"%PDF"):
        raise ValidationError(_("This is a PDF document. A list of members is a CSV file."))
    text = _as_text(content)
    if text is None or re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text):
        raise ValidationError(_("This is not a text file. A list of members is a CSV file."))
    return text


def too_large() -> str:
    return _("The file is larger than 2 MB. Split it into several files.")


def _as_text(content: bytes) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content[1:200:2].count(0) > len(content[1:200:2]) // 2:
        encodings = ["utf-16-le"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _with_headings(text: str) -> tuple[list[tuple[int, list[str]]], dict[str, int]]:
    """Numbered rows under the headings, and the columns: by the separator that recognises the most of them."""
    best: tuple[list, dict] = ([], {})
    for separator in SEPARATORS:
        rows = _rows(text, separator)
        for n, row in rows[:5]:  # a title may stand above the headings
            columns = _columns(row)
            if len(columns) > len(best[1]):
                best = ([(m, r) for m, r in rows if m > n], columns)
    if not {"first_name", "last_name", "full_name"} & set(best[1]):
        raise ValidationError(
            _("No column of names was recognised. The first line must hold headings: %(headings)s.")
            % {"headings": _("first name, last name, e-mail, organisation, function, region, language")}
        )
    return best


def _rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Each record with the number of its line in the file, as a text editor or a spreadsheet counts them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows, began = [], 1
    try:
        for row in reader:
            rows.append((began, row))
            began = reader.line_num + 1
            if len(rows) > MAX_LINES + 50:
                break
    except csv.Error as error:
        raise ValidationError(_("A cell of this file never ends: check its quotation marks.")) from error
    return rows


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


class Outcome:
    """What a line does when it is kept."""

    NEW, KNOWN, RETURNS, MOVES = "new", "known", "returns", "moves"
    MEMBER, TWICE, NAMELESS, EMPTY = "member", "twice", "nameless", "empty"


class Flag:
    """What a person would want to look at. It never stops a line by itself."""

    NO_ADDRESS, MALFORMED, FORMULA, LOST_LETTER, NAMESAKE = "no_address", "malformed", "formula", "letter", "namesake"


LABELS = {
    Outcome.NEW: gettext_lazy("new person"),
    Outcome.KNOWN: gettext_lazy("known person"),
    Outcome.RETURNS: gettext_lazy("listed, not active"),
    Outcome.MOVES: gettext_lazy("other organisation"),
    Outcome.MEMBER: gettext_lazy("already a member"),
    Outcome.TWICE: gettext_lazy("twice in the file"),
    Outcome.NAMELESS: gettext_lazy("without a name"),
    Outcome.EMPTY: gettext_lazy("empty line"),
    Flag.NO_ADDRESS: gettext_lazy("without address"),
    Flag.MALFORMED: gettext_lazy("malformed address"),
    Flag.FORMULA: gettext_lazy("formula in a cell"),
    Flag.LOST_LETTER: gettext_lazy("lost letter"),
    Flag.NAMESAKE: gettext_lazy("same name"),
}
COUNTS = {
    Outcome.NEW: ngettext_lazy("%(n)s new person", "%(n)s new people", "n"),
    Outcome.KNOWN: ngettext_lazy("%(n)s known person", "%(n)s known people", "n"),
    Outcome.RETURNS: ngettext_lazy("%(n)s listed, not active", "%(n)s listed, not active", "n"),
    Outcome.MOVES: ngettext_lazy("%(n)s with another organisation", "%(n)s with another organisation", "n"),
    Outcome.MEMBER: ngettext_lazy("%(n)s member already", "%(n)s members already", "n"),
    Outcome.TWICE: ngettext_lazy("%(n)s duplicate", "%(n)s duplicates", "n"),
    Outcome.NAMELESS: ngettext_lazy("%(n)s line without a name", "%(n)s lines without a name", "n"),
    Outcome.EMPTY: ngettext_lazy("%(n)s empty line", "%(n)s empty lines", "n"),
    Flag.NO_ADDRESS: ngettext_lazy("%(n)s without address", "%(n)s without address", "n"),
    Flag.MALFORMED: ngettext_lazy("%(n)s malformed address", "%(n)s malformed addresses", "n"),
    Flag.FORMULA: ngettext_lazy("%(n)s formula in a cell", "%(n)s formulas in cells", "n"),
    Flag.LOST_LETTER: ngettext_lazy("%(n)s lost letter", "%(n)s lost letters", "n"),
    Flag.NAMESAKE: ngettext_lazy("%(n)s name seen twice", "%(n)s names seen twice", "n"),
}
WRITES = (Outcome.NEW, Outcome.KNOWN, Outcome.RETURNS, Outcome.MOVES)
TICKED = (Outcome.NEW, Outcome.KNOWN)


@dataclass
class Line:
    """One line of the file and what it will do."""

    number: int
    cells: dict
    outcome: str = Outcome.NEW
    flags: list[str] = field(default_factory=list)
    first: int = 0  # the line that speaks of the same person
    membership: Membership | None = None
    person: User | None = None

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
        return self.outcome in TICKED and Flag.FORMULA not in self.flags

    @property
    def labels(self) -> list[tuple[str, str]]:
        return [(key, str(LABELS[key])) for key in (self.outcome, *self.flags)]

    @property
    def explanation(self) -> str:
        return " ".join(str(sentence) for sentence in [self._what(), *self._notes()] if sentence)

    def _what(self) -> str:
        before = self.membership and self.membership.represents
        return {
            Outcome.NEW: _("Will be added, and become a member today."),
            Outcome.KNOWN: _("%(person)s is known elsewhere by this address: will become a member here too.")
            % {"person": self.person},
            Outcome.RETURNS: _("Is on the list (%(status)s); ticked, becomes an active member.")
            % {"status": self.membership and self.membership.get_status_display()},
            Outcome.MOVES: _("The same person as on line %(line)s, with another organisation; ticked, it replaces it.")
            % {"line": self.first}
            if self.first
            else _("Is a member for « %(organisation)s »; ticked, the organisation is replaced.")
            % {"organisation": before},
            Outcome.MEMBER: _("Is a member already: nothing changes."),
            Outcome.TWICE: _("The same person as on line %(line)s: left out.") % {"line": self.first},
            Outcome.NAMELESS: _("Nobody can be listed without a name: left out."),
            Outcome.EMPTY: _("Nothing is written on this line: left out."),
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


def examine(community: Community, cells: list[dict]) -> list[Line]:
    """What each line would do now. A fixed number of queries, whatever the number of lines."""
    lines = [Line(row["number"], row) for row in cells]
    for line in lines:
        line.flags = list(_flags(line))
    people = User.objects.in_bulk({line.email for line in lines if line.email}, field_name="email")
    listed = _Listed(community)
    earlier = _Listed()
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


class _Listed:
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


def _judge(line: Line, listed: _Listed, earlier: _Listed) -> None:
    if not any(line.cells[name] for name in HEADINGS if name != "full_name"):
        line.outcome, line.flags = Outcome.EMPTY, []
        return
    if not line.name:
        line.outcome = Outcome.NAMELESS
        return
    first, line.membership = earlier.find(line), listed.find(line)
    if first:
        line.first, line.membership = first.number, first.membership
        same = line.organisation_key in ("", first.organisation_key)
        line.outcome = Outcome.TWICE if same else Outcome.MOVES
        return
    if line.membership:
        line.outcome = _of_listed(line, line.membership)
    elif line.person:
        line.outcome = Outcome.KNOWN
    if not line.membership and (line.sort_key in listed.by_name or line.sort_key in earlier.by_name):
        line.flags.append(Flag.NAMESAKE)
    earlier.add(line.email, line.sort_key, line)


def _of_listed(line: Line, membership: Membership) -> str:
    if membership.status != Membership.Status.ACTIVE:
        return Outcome.RETURNS
    has = membership.organisation.sort_key if membership.organisation else ""
    return Outcome.MEMBER if line.organisation_key in ("", has) else Outcome.MOVES


def counted(lines: list[Line]) -> list[dict]:
    """How many lines carry each label, in the order a person reads them."""
    counts = dict.fromkeys(LABELS, 0)
    for line in lines:
        for key in (line.outcome, *line.flags):
            counts[key] += 1
    return [{"key": key, "label": COUNTS[key] % {"n": n}, "n": n} for key, n in counts.items() if n]


# ------------------------------------------------------------------ applying


@transaction.atomic
def apply(member_import: MemberImport, wanted: set[int]) -> dict | None:
    """Write the wanted lines, all or none; None when the list was applied already: a second press, a second person.

    The claim is one conditional update: the second waits for the first, then finds nothing left to claim.
    """
    claim = MemberImport.objects.filter(pk=member_import.pk, applied_at=None)
    if not claim.update(applied_at=timezone.now()):
        return None
    community = Community.objects.select_for_update().get(pk=member_import.community_id)
    lines = [x for x in examine(community, member_import.lines) if x.number in wanted and x.is_possible]
    organisations = _organisations(lines)
    result = {
        "added": _add([x for x in lines if x.outcome in TICKED], community, organisations),
        "returned": _bring_back([x for x in lines if x.outcome == Outcome.RETURNS]),
        "moved": _move([x for x in lines if x.outcome == Outcome.MOVES], community, organisations),
    }
    result["left_out"] = len(member_import.lines) - sum(result.values())
    MemberImport.objects.filter(pk=member_import.pk).update(result=result)
    return result


def _organisations(lines: list[Line]) -> dict[str, Organisation]:
    longest = LONGEST["organisation"]
    named = {x.organisation_key: x.cells["organisation"][:longest] for x in lines if x.organisation_key}
    Organisation.objects.bulk_create(
        (Organisation(name=name, sort_key=key) for key, name in named.items()), ignore_conflicts=True
    )
    return Organisation.objects.in_bulk(named, field_name="sort_key")


def _add(lines: list[Line], community: Community, organisations: dict[str, Organisation]) -> int:
    people = {x.number: _new_person(x) for x in lines if x.outcome == Outcome.NEW}
    User.objects.bulk_create(u for u in people.values() if not u.email)
    # Another list may be adding the same address elsewhere at this moment: whoever came first is the person.
    User.objects.bulk_create((u for u in people.values() if u.email), ignore_conflicts=True)
    by_email = User.objects.in_bulk({x.email for x in lines if x.email}, field_name="email")
    Membership.objects.bulk_create(
        Membership(
            community=community,
            user=by_email[x.email] if x.email else people[x.number],
            organisation=organisations.get(x.organisation_key),
            title=x.cells["title"][: LONGEST["title"]],
            region=x.cells["region"][: LONGEST["region"]],
            joined_on=timezone.localdate(),
        )
        for x in lines
    )
    return len(lines)


def _new_person(line: Line) -> User:
    """As `save()` would prepare it, which writing in bulk leaves out."""
    first, last = line.cells["first_name"], line.cells["last_name"]
    person = User(
        email=line.email or None,
        first_name=(first or last)[: LONGEST["first_name"]],
        last_name=last[: LONGEST["last_name"]] if first else "",
        language=User.Language.ENGLISH if normalised(line.cells["language"]).startswith("en") else User.Language.FRENCH,
    )
    person.sort_key = normalised(f"{person.last_name} {person.first_name}")
    person.set_unusable_password()
    return person


def _bring_back(lines: list[Line]) -> int:
    for line in lines:
        if line.membership:
            line.membership.become(Membership.Status.ACTIVE)
    return len(lines)


def _move(lines: list[Line], community: Community, organisations: dict[str, Organisation]) -> int:
    """The person is on the list by now, from before or from a line above."""
    members = _Listed(community)
    moved = 0
    for line in lines:
        membership = members.find(line)
        if membership:
            Membership.objects.filter(pk=membership.pk).update(organisation=organisations.get(line.organisation_key))
            moved += 1
    return moved
