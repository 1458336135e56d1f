"""A list of members read, written and undone: by chunks, by whoever claims it, each step once.

A chunk, its journal and how far it came are one transaction. A worker killed midway has written whole chunks or
nothing of them; the next one goes on from there. Short lists are done while the person waits, the others by the
worker, which the page follows.
"""

import datetime as dt
import logging
import secrets
from collections.abc import Callable
from dataclasses import asdict

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User
from cmtl import retention
from communities.domain.member_import import importing, spreadsheets
from communities.domain.member_import.import_apply.undoing import undo_chunk
from communities.domain.member_import.import_apply.writing import CHUNK, LONGEST, write_chunk
from communities.domain.member_import.importing import Line
from communities.models import Community, ImportedLine, MemberImport, Membership

logger = logging.getLogger(__name__)


class TakenOver(Exception):
    """Too slow: another worker holds the list now, and goes on from the last chunk."""


# ------------------------------------------------------------------ asking

WHO = ("first_name", "last_name", "email")  # by which a line is somebody's


def receive(
    community: Community, *, content: bytes, file_name: str, by: User, status: str = Membership.Status.ACTIVE
) -> MemberImport:
    """Keep a file. A small one is read at once, and a ValidationError then leaves nothing behind."""
    spreadsheets.refuse(content)
    kept = MemberImport(community=community, file_name=file_name[:200], source=content, read_by=by, status=status)
    if spreadsheets.is_small(content):
        _keep_reading(kept, *importing.interpret(content))
    kept.save()
    return kept


def read_again(member_import: MemberImport, wanted: importing.Reading) -> bool:
    """Read the file as somebody corrected it. False when its lines are being written, or the file is forgotten."""
    with transaction.atomic():
        mine = MemberImport.objects.select_for_update().get(pk=member_import.pk)
        if mine.state != MemberImport.State.READY or not mine.source:
            return False
        before = mine.reading
        _keep_reading(mine, *importing.interpret(bytes(mine.source), wanted))
        if mine.reading | {"is_told": before.get("is_told", False)} == before:  # read as before: what was ticked stands
            if importing.Reading(**before).unknown:  # the columns left are to be ignored: they are asked about no more
                mine.save(update_fields=["reading"])
            return True
        mine.choices, mine.revision = {}, mine.revision + 1
        mine.save()
    return True


def read_instead(member_import: MemberImport, content: bytes) -> bool:
    """Read this in the place of what was read; cells corrected stay so. False when its lines are being written."""
    spreadsheets.refuse(content)
    with transaction.atomic():
        mine = MemberImport.objects.select_for_update().get(pk=member_import.pk)
        if mine.state not in (MemberImport.State.READY, MemberImport.State.READING):
            return False
        mine.source, mine.revision, mine.choices = content, mine.revision + 1, {}
        _keep_reading(mine, *importing.interpret(content))
        mine.save()
    return True


def _keep_reading(kept: MemberImport, how: importing.Reading, lines: list[dict]) -> None:
    """Cells corrected since stay corrected, on the lines that read as they did and still name the same person: the
    number of a line alone may be another's now."""
    corrected = {line["number"]: line for line in kept.lines or [] if "said" in line}
    for line in lines:
        before = corrected.get(line["number"])
        if before and all(line.get(name) == _as_read(before, name) for name in WHO):
            still = [name for name, said in before["said"].items() if line[name] == said]
            line |= _with_cells(line, {name: before[name] for name in still})
    kept.reading, kept.lines = asdict(how), lines


def _as_read(line: dict, name: str) -> str | None:
    """What the cell said before somebody corrected it."""
    return line["said"].get(name, line.get(name))


def choose(
    member_import: MemberImport,
    revision: int,
    choices: dict[int, bool],
    *,
    cells: dict[int, dict[str, str]] | None = None,
    shown: dict[int, dict[str, str]] | None = None,
    status: str = "",
) -> dict[int, dict[str, str]] | None:
    """Keep what somebody ticked and unticked, the cells they corrected or chose, and what the list makes of people.

    A cell that no longer says what was `shown` to them keeps what somebody else wrote there, and is returned: line →
    what it says. None when they had another reading of the file before their eyes.
    """
    with transaction.atomic():
        mine = MemberImport.objects.select_for_update().defer("source").get(pk=member_import.pk)
        if mine.state != MemberImport.State.READY or mine.revision != revision:
            return None
        mine.choices |= {str(number): kept for number, kept in choices.items()}
        mine.status = status if status in Membership.LISTED else mine.status
        before, typed, shown = mine.lines or [], cells or {}, shown or {}
        theirs = {
            n: _written_meanwhile(line, typed[n], shown.get(n, {})) for line in before if (n := line["number"]) in typed
        }
        kept = {
            n: {name: text for name, text in cell.items() if name not in theirs.get(n, {})} for n, cell in typed.items()
        }
        mine.lines = [_with_cells(line, kept.get(line["number"], {})) for line in before]
        changed = ["lines"] if mine.lines != before else []  # five thousand lines are not written at each tick
        mine.save(update_fields=["choices", "status", *changed])
    return {number: cell for number, cell in theirs.items() if cell}


def _written_meanwhile(line: dict, typed: dict[str, str], shown: dict[str, str]) -> dict[str, str]:
    """The cells that say neither what was shown nor what was typed."""
    says = {name: line.get(name, "") for name in typed if name in shown}
    return {name: text for name, text in says.items() if text not in (shown[name], typed[name])}


def _with_cells(line: dict, typed: dict[str, str]) -> dict:
    """The line with what somebody wrote in its cells; what was read there is kept beside."""
    changed = {name: text[: LONGEST.get(name, 254)] for name, text in typed.items() if text != line.get(name, "")}
    if not changed:
        return line
    said = {name: line.get(name, "") for name in changed} | line.get("said", {})
    is_named = {"first_name", "last_name"} & set(changed)
    return (
        {name: cell for name, cell in line.items() if not (is_named and name == "guessed")} | changed | {"said": said}
    )


def ask_to_write(member_import: MemberImport, revision: int) -> bool:
    """Freeze which lines are wanted, and forget the file. False when this was asked already: a second press."""
    with transaction.atomic():
        mine = MemberImport.objects.select_for_update().select_related("community").get(pk=member_import.pk)
        if mine.state != MemberImport.State.READY or mine.revision != revision:
            return False
        lines = importing.examine(mine.community, mine.lines or [], mine.choices, mine.status)
        mine.wanted = [line.number for line in lines if line.is_kept]
        mine.skipped = [[line.number, _why_skipped(line)] for line in lines if not line.is_kept]
        mine.result = {"added": 0, "returned": 0, "moved": 0, "left_out": len(mine.skipped)}
        mine.source, mine.asked_at = None, timezone.now()
        mine.done, mine.total = 0, len(mine.wanted)
        mine.save()
        audit.write(Action.LIST_APPLIED, about=mine, count=mine.total)
    return True


def _why_skipped(line: Line) -> str:
    return " ".join([_("Not ticked."), line.explanation]) if line.is_possible else line.explanation


def ask_to_undo(member_import: MemberImport) -> bool:
    with transaction.atomic():
        mine = MemberImport.objects.select_for_update().get(pk=member_import.pk)
        if not mine.is_undoable():
            return False
        mine.undo_asked_at = timezone.now()
        mine.done, mine.total = 0, mine.written.count()
        mine.save()
        audit.write(Action.LIST_UNDONE, about=mine, count=mine.total)
    return True


def is_short(member_import: MemberImport) -> bool:
    """One chunk: done while the person waits."""
    return member_import.lines is not None and len(member_import.lines) <= CHUNK


# ------------------------------------------------------------------ working


def work(pk: int, now: dt.datetime | None = None) -> bool:
    """Do what is left of a list. False when there is nothing, or when it is in other hands."""
    now, worker = now or timezone.now(), secrets.token_hex(16)
    if not MemberImport.objects.waiting(now).filter(pk=pk).update(worked_at=now, worker=worker):
        return False
    reader = User.objects.filter(pk__in=MemberImport.objects.filter(pk=pk).values("read_by")).first()
    try:
        with translation.override(reader.language if reader else settings.LANGUAGE_CODE):
            while _next_chunk(pk, worker):
                pass
    except TakenOver:
        logger.warning("the list %s was taken over by another worker", pk)
        return False
    return True


@transaction.atomic
def _next_chunk(pk: int, worker: str) -> bool:
    """One step, and whether another one follows. Holding the row, nobody else can take the list over meanwhile."""
    mine = MemberImport.objects.select_for_update(of=("self",)).select_related("community")
    held = mine.filter(pk=pk, worker=worker).first()
    if held is None:
        raise TakenOver
    steps: dict[str, Callable[[MemberImport], None]] = {
        MemberImport.State.READING: _read,
        MemberImport.State.APPLYING: write_chunk,
        MemberImport.State.UNDOING: undo_chunk,
    }
    step = steps.get(held.state)
    if step:
        step(held)
    held.worked_at = timezone.now() if held.is_at_work else None
    held.save()
    return held.is_at_work


def _read(mine: MemberImport) -> None:
    try:
        _keep_reading(mine, *importing.interpret(bytes(mine.source or b"")))
    except ValidationError as refused:
        mine.problem, mine.source = refused.messages[0][:300], None


def waiting(now: dt.datetime | None = None) -> list[int]:
    """Those whose message was lost, or whose worker died."""
    return list(MemberImport.objects.waiting(now or timezone.now()).values_list("pk", flat=True))


@retention.applies("lists_not_imported", "imported_lists")
def forget(now: dt.datetime | None = None) -> None:
    """Lists are personal data: a day when they are not imported, then as long as an import can be undone."""
    now = now or timezone.now()
    MemberImport.objects.filter(asked_at=None, applied_at=None, read_at__lt=now - MemberImport.UNAPPLIED).delete()
    over = MemberImport.objects.filter(applied_at__lt=now - MemberImport.UNDOABLE).exclude(lines=[])
    over = over.exclude(undo_asked_at__isnull=False, undone_at=None)
    ImportedLine.objects.filter(member_import__in=over.values("pk")).delete()
    over.update(lines=[], wanted=[], skipped=[], choices={}, reading={}, source=None)
