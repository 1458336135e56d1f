"""What each line of a list will do to a community as it is now, and what a person would want to look at first."""

import json
import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.models import User, normalised
from communities.domain.member_import.importing.cells import mended, spelt, usual_domains
from communities.domain.member_import.importing.reading import CELLS
from communities.models import Community, Membership


class RowOutcome:
    """What becomes of a line when it is kept."""

    NEW, KNOWN, RETURNS, MOVES = "new", "known", "returns", "moves"
    MEMBER, TWICE, NAMELESS, EMPTY = "member", "twice", "nameless", "empty"
    TOTAL, NOTE = "total", "remark"


class Flag:
    """What a person would want to look at. It never stops a line by itself."""

    NO_ADDRESS, MALFORMED, SEVERAL, FORMULA = "no_address", "malformed", "several", "formula"
    LOST_LETTER, NAMESAKE, ALONE = "letter", "namesake", "alone"
    DOUBTFUL, GUESSED = "doubtful", "guessed"


LABELS = {
    RowOutcome.NEW: gettext_lazy("new person"),
    RowOutcome.KNOWN: gettext_lazy("known person"),
    RowOutcome.RETURNS: gettext_lazy("listed, not active"),
    RowOutcome.MOVES: gettext_lazy("other organisation"),
    RowOutcome.MEMBER: gettext_lazy("already a member"),
    RowOutcome.TWICE: gettext_lazy("twice in the file"),
    RowOutcome.NAMELESS: gettext_lazy("without a name"),
    RowOutcome.EMPTY: gettext_lazy("empty line"),
    RowOutcome.TOTAL: gettext_lazy("total"),
    RowOutcome.NOTE: gettext_lazy("note, not a person"),
    Flag.NO_ADDRESS: gettext_lazy("without address"),
    Flag.MALFORMED: gettext_lazy("malformed address"),
    Flag.DOUBTFUL: gettext_lazy("doubtful address"),
    Flag.SEVERAL: gettext_lazy("several addresses"),
    Flag.FORMULA: gettext_lazy("formula in a cell"),
    Flag.LOST_LETTER: gettext_lazy("lost letter"),
    Flag.NAMESAKE: gettext_lazy("same name"),
    Flag.ALONE: gettext_lazy("a single word"),
    Flag.GUESSED: gettext_lazy("name taken from the address"),
}
COUNTS = {
    RowOutcome.NEW: ngettext_lazy("%(n)s new person", "%(n)s new people", "n"),
    RowOutcome.KNOWN: ngettext_lazy("%(n)s known person", "%(n)s known people", "n"),
    RowOutcome.RETURNS: ngettext_lazy("%(n)s listed, not active", "%(n)s listed, not active", "n"),
    RowOutcome.MOVES: ngettext_lazy("%(n)s with another organisation", "%(n)s with another organisation", "n"),
    RowOutcome.MEMBER: ngettext_lazy("%(n)s member already", "%(n)s members already", "n"),
    RowOutcome.TWICE: ngettext_lazy("%(n)s duplicate", "%(n)s duplicates", "n"),
    RowOutcome.NAMELESS: ngettext_lazy("%(n)s line without a name", "%(n)s lines without a name", "n"),
    RowOutcome.EMPTY: ngettext_lazy("%(n)s empty line", "%(n)s empty lines", "n"),
    RowOutcome.TOTAL: ngettext_lazy("%(n)s total", "%(n)s totals", "n"),
    RowOutcome.NOTE: ngettext_lazy("%(n)s note", "%(n)s notes", "n"),
    Flag.NO_ADDRESS: ngettext_lazy("%(n)s without address", "%(n)s without address", "n"),
    Flag.MALFORMED: ngettext_lazy("%(n)s malformed address", "%(n)s malformed addresses", "n"),
    Flag.DOUBTFUL: ngettext_lazy("%(n)s doubtful address", "%(n)s doubtful addresses", "n"),
    Flag.SEVERAL: ngettext_lazy("%(n)s with several addresses", "%(n)s with several addresses", "n"),
    Flag.FORMULA: ngettext_lazy("%(n)s formula in a cell", "%(n)s formulas in cells", "n"),
    Flag.LOST_LETTER: ngettext_lazy("%(n)s lost letter", "%(n)s lost letters", "n"),
    Flag.NAMESAKE: ngettext_lazy("%(n)s name seen twice", "%(n)s names seen twice", "n"),
    Flag.ALONE: ngettext_lazy("%(n)s single word", "%(n)s single words", "n"),
    Flag.GUESSED: ngettext_lazy("%(n)s name taken from an address", "%(n)s names taken from addresses", "n"),
}
TO_CORRECT = {RowOutcome.NAMELESS, Flag.MALFORMED, Flag.DOUBTFUL, Flag.SEVERAL, Flag.FORMULA, Flag.LOST_LETTER}
EDITABLE = ("first_name", "last_name", "email", "organisation")
CORRECT = "correct"  # as a label: the lines to correct
UNSURE = {Flag.FORMULA, Flag.ALONE}  # ticked by a person only
WRITES = (RowOutcome.NEW, RowOutcome.KNOWN, RowOutcome.RETURNS, RowOutcome.MOVES)
TICKED = (RowOutcome.NEW, RowOutcome.KNOWN)


@dataclass
class Line:
    """One line of the file and what it will do."""

    number: int
    cells: dict
    outcome: str = RowOutcome.NEW
    flags: list[str] = field(default_factory=list)
    first: int = 0  # the line that speaks of the same person
    membership: Membership | None = None
    person: User | None = None
    before: str = ""  # the organisation on that line
    choice: bool | None = None  # what somebody chose for this line; None: as proposed
    status: str = Membership.Status.ACTIVE  # what the list makes of people
    address_meant: str = ""  # what an address that cannot be right, or is misspelt, was perhaps to be

    @property
    def email(self) -> str:
        """The address, if it can be one."""
        return "" if self.address_is_bad else self.cells["email"].lower()

    @property
    def name(self) -> str:
        return f"{self.cells['first_name']} {self.cells['last_name']}".strip()

    @property
    def sort_key(self) -> str:
        return normalised(f"{self.cells['last_name']} {self.cells['first_name']}")

    @property
    def addresses(self) -> list[str]:
        """Those written in one cell, of which one is chosen."""
        return self.cells.get("emails", [])

    @property
    def is_person(self) -> bool:
        """Its cells can be corrected: the line speaks of somebody."""
        return self.outcome not in (RowOutcome.EMPTY, RowOutcome.TOTAL, RowOutcome.NOTE)

    @property
    def address_is_bad(self) -> bool:
        return Flag.MALFORMED in self.flags

    @property
    def is_to_correct(self) -> bool:
        return self.is_person and bool(TO_CORRECT & {self.outcome, *self.flags})

    @property
    def told(self) -> str:
        """What is said of it in the list: nothing of a new person, unless something is to be looked at."""
        return " ".join(map(str, self._notes())) if self.outcome == RowOutcome.NEW else self.explanation

    @property
    def organisation_key(self) -> str:
        return normalised(self.cells["organisation"])[:160]

    @property
    def is_possible(self) -> bool:
        return self.outcome in WRITES

    @property
    def is_ticked(self) -> bool:
        """Proposed: only what is sure."""
        return self.outcome in TICKED and not UNSURE & set(self.flags)

    @property
    def is_kept(self) -> bool:
        """Will be written."""
        return self.is_possible and (self.is_ticked if self.choice is None else self.choice)

    @property
    def as_shown(self) -> str:
        return as_shown(self, self.cells)

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
            RowOutcome.NEW: _("Will be added (%(status)s).") % {"status": self.status_label},
            RowOutcome.KNOWN: _("%(person)s is known elsewhere by this address: will be added here too (%(status)s).")
            % {"person": self.person, "status": self.status_label},
            RowOutcome.RETURNS: _("Is on the list (%(status)s); ticked, becomes: %(new)s.")
            % {"status": self._status_now, "new": self.status_label},
            RowOutcome.MOVES: _("The same person as on line %(line)s, with another organisation.")
            % {"line": self.first}
            if self.first
            else _("Is a member for « %(organisation)s ».") % {"organisation": self.organisation_before},
            RowOutcome.MEMBER: _("Is on the list already (%(status)s): nothing changes.")
            % {"status": self._status_now},
            RowOutcome.TWICE: _("The same person as on line %(line)s: left out.") % {"line": self.first},
            RowOutcome.NAMELESS: _("Nobody can be listed without a name: left out."),
            RowOutcome.EMPTY: _("Nothing is written on this line: left out."),
            RowOutcome.TOTAL: _("This line counts people: left out."),
            RowOutcome.NOTE: _("This line speaks of the list, not of a person: left out."),
        }[self.outcome]

    @property
    def status_label(self) -> str:
        return str(Membership.Status(self.status).label).lower()

    @property
    def _status_now(self) -> str:
        return self.membership.get_status_display().lower() if self.membership else ""

    def _notes(self):
        if self.outcome not in WRITES:
            return
        if Flag.MALFORMED in self.flags:
            yield _("The address cannot be right: correct it, or no invitation will reach this person.")
        if Flag.SEVERAL in self.flags:
            yield _("Several addresses in one cell: choose the one to write to.")
        if Flag.DOUBTFUL in self.flags:
            yield _("Is this address well written?")
        if Flag.GUESSED in self.flags:
            yield _("No name was given: check the one taken from the address.")
        if Flag.ALONE in self.flags:
            yield _("A single word and nothing else: tick the line if this is a person.")
        if Flag.NO_ADDRESS in self.flags:
            yield _("Without an address, no invitation will reach this person.")
        if Flag.FORMULA in self.flags:
            yield _("A cell begins like a formula: correct it in the file, or tick the line to keep it as text.")
        if Flag.LOST_LETTER in self.flags:
            yield _("A letter was lost when the file was saved (« ? »): correct the name afterwards.")
        if Flag.NAMESAKE in self.flags:
            yield _("Somebody of the same name is on the list or in the file, with another address.")


def as_shown(line: Line, cells: dict) -> str:
    """What a page shows of the cells of a line, and of its tick (null: it has none). The page sends it back with what
    is typed: only what was changed there is written, over nothing that somebody else wrote meanwhile."""
    return json.dumps([*(cells[name] for name in EDITABLE), line.is_kept if line.is_possible else None])


def examine(
    community: Community,
    cells: list[dict],
    choices: dict[str, bool] | None = None,
    status: str = Membership.Status.ACTIVE,
) -> list[Line]:
    """What each line would do now. A fixed number of queries, whatever the number of lines."""
    choices = choices or {}
    blank = dict.fromkeys(CELLS, "")  # a list kept from before a field was read
    alone = {"organisation": ""} if community.is_of_individuals else {}
    lines = [
        Line(row["number"], {**blank, **row, **alone}, choice=choices.get(str(row["number"])), status=status)
        for row in cells
    ]
    usual = usual_domains(line.cells["email"] for line in lines)
    for line in lines:
        line.flags = list(_flags(line))
        is_bad = Flag.MALFORMED in line.flags
        line.address_meant = mended(line.cells["email"]) if is_bad else spelt(line.cells["email"], usual)
        line.flags += [Flag.DOUBTFUL] if line.address_meant and not is_bad else []
    people = User.objects.in_bulk({line.email for line in lines if line.email}, field_name="email")
    listed = Listed(community)
    earlier = Listed()
    for line in lines:
        line.person = people.get(line.email)
        _judge(line, listed, earlier)
    return lines


def _flags(line: Line):
    cells = line.cells
    written = [cells[name] for name in CELLS if cells[name]]
    if not written or "kind" in cells:
        return
    if not cells["email"]:
        yield Flag.NO_ADDRESS
    elif not is_address(cells["email"]):
        yield Flag.MALFORMED
    if "emails" in cells:
        yield Flag.SEVERAL
    if "guessed" in cells:
        yield Flag.GUESSED
    if len(written) == 1 and line.name and " " not in line.name:
        yield Flag.ALONE
    if any(cells[name].startswith(("=", "+", "@")) for name in CELLS if name != "phone"):
        yield Flag.FORMULA
    if re.search(r"\w\?\w|\ufffd|^\?\w", f"{line.name}\n{cells['organisation']}", re.MULTILINE):
        yield Flag.LOST_LETTER


def is_address(text: str) -> bool:
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
    if not any(line.cells[name] for name in CELLS):
        line.outcome, line.flags = RowOutcome.EMPTY, []
        return
    if kind := line.cells.get("kind"):
        line.outcome = kind
        return
    if not line.name:
        line.outcome = RowOutcome.NAMELESS
        return
    first, line.membership = earlier.find(line), listed.find(line)
    if first:
        line.first, line.membership = first.number, first.membership
        line.before = first.cells["organisation"]
        same = line.organisation_key in ("", first.organisation_key)
        line.outcome = RowOutcome.TWICE if same else RowOutcome.MOVES
        return
    if line.membership:
        line.outcome = _of_listed(line, line.membership)
    elif line.person:
        line.outcome = RowOutcome.KNOWN
    if not line.membership and (line.sort_key in listed.by_name or line.sort_key in earlier.by_name):
        line.flags.append(Flag.NAMESAKE)
    earlier.add(line.email, line.sort_key, line)


# What a list may make of somebody who is listed: never less than they are.
RAISES = {
    Membership.Status.ELIGIBLE: (Membership.Status.ALUMNI,),
    Membership.Status.INVITED: (Membership.Status.ALUMNI, Membership.Status.ELIGIBLE),
    Membership.Status.ACTIVE: (*Membership.AWAY, Membership.Status.ELIGIBLE, Membership.Status.INVITED),
}


def _of_listed(line: Line, membership: Membership) -> str:
    if membership.status in RAISES[Membership.Status(line.status)]:
        return RowOutcome.RETURNS
    has = membership.organisation.sort_key if membership.organisation else ""
    return RowOutcome.MEMBER if line.organisation_key in ("", has) else RowOutcome.MOVES


def showing(lines: list[Line], key: str) -> list[Line]:
    """The lines that carry a label, those to correct, or all of them."""
    if key == CORRECT:
        return [line for line in lines if line.is_to_correct]
    return [line for line in lines if key in (line.outcome, *line.flags)] if key in LABELS else lines


def counted(lines: list[Line]) -> list[dict]:
    """How many lines carry each label, in the order a person reads them; of those that may be written, how many are
    ticked."""
    counts = {key: [0, 0, 0] for key in LABELS}
    for line in lines:
        for key in (line.outcome, *line.flags):
            for place, counts_too in enumerate((True, line.is_possible, line.is_kept)):
                counts[key][place] += counts_too
    return [
        {"key": key, "label": _label(key, n), "n": n, "kept": kept if kept != possible else None}
        for key, (n, possible, kept) in counts.items()
        if n
    ]


def _label(key: str, n: int) -> str:
    """The plural follows the number; the number is then written as the reader's language does."""
    return (COUNTS[key] % {"n": n}).replace(str(n), number_format(n, force_grouping=True), 1)
