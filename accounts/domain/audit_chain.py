"""The chain of the audit log: linked shortly after, verified at any time, shortened when its oldest lines are due.

Lines are written without a place in the chain. A task gives them one within a minute, in the order in which they were
numbered, so that nobody who writes waits for anybody. Each hash is the SHA-256 of the one before and of the line.

What is altered, deleted, inserted or swapped then breaks the chain at a known line. Whoever may rewrite the whole
chain, or cut off its end, is found by comparing with a head that was noted elsewhere: the log of the worker says one
every day, and `audit verify --head` compares with it.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models.audit import Action, AuditAnchor, AuditLine, AuditLink
from cmtl import retention

LONGEST = dt.timedelta(hours=1)  # more than any transaction lasts: how late a line may come after a later one
AT_ONCE = 5_000
TABLES = [AuditLine._meta.db_table, AuditLink._meta.db_table]
SAID = ("at", "action", "actor", "role", "subject", "kind", "number", "community")
Said = tuple[Any, ...]  # what a line says: these, then its details as the database writes them


@dataclass(frozen=True)
class Fault:
    """The first line that does not say what was written: its number, its place in the chain, and what is wrong."""

    line: int | None
    position: int | None
    what: str  # altered, deleted, inserted, or another head


@dataclass(frozen=True)
class Verified:
    """How many lines follow one another as written, the head of the chain, and the first fault, if any."""

    count: int
    position: int
    hash: str
    fault: Fault | None = None


@transaction.atomic
def link(most: int = AT_ONCE) -> int:
    """Give their place to lines that wait for one; how many were given one. Two tasks at once wait for each other."""
    position, before = _head(_hold_anchor())
    links = []
    for number, *said in _waiting(most):
        position += 1
        before = digest(before, position, number, said)
        links.append(AuditLink(position=position, line_id=number, hash=before))
    AuditLink.objects.bulk_create(links, batch_size=1_000)
    return len(links)


def link_all() -> None:
    while link() == AT_ONCE:
        pass


def digest(before: str, position: int, number: int, said: Sequence[Any]) -> str:
    """Of what a line says, and of all that was said before."""
    at, *others = said
    written = f"{before}{(position, number, at.astimezone(dt.UTC).isoformat(timespec='microseconds'), *others)!r}"
    return hashlib.sha256(written.encode()).hexdigest()


def verify(known: tuple[int, str] | None = None) -> Verified:
    """Read the whole chain. `known` is a head noted before: its place, and its hash."""
    anchor = AuditAnchor.objects.first() or AuditAnchor()
    position, before, count, newest = anchor.position, anchor.hash, 0, None
    if known and known[0] == position and known[1] != before:
        return Verified(0, position, before, Fault(None, position, "another head"))
    for place, kept, number, *said in _links():
        at = said[0]
        fault = None
        if place != position + 1:
            fault = Fault(None, position + 1, "deleted")
        elif at is None:
            fault = Fault(number, place, "deleted")
        elif digest(before, place, number, said) != kept:
            fault = Fault(number, place, "altered")
        elif newest and at < newest - LONGEST:
            fault = Fault(number, place, "inserted")
        elif known and known[0] == place and known[1] != kept:
            fault = Fault(number, place, "another head")
        if fault:
            return Verified(count, position, before, fault)
        position, before, count = place, kept, count + 1
        newest = max(newest or at, at)
    fault = _never_linked(newest)
    if known and known[0] > position:
        fault = Fault(None, position + 1, "deleted")
    return Verified(count, position, before, fault)


def head() -> tuple[int, str]:
    return _head(AuditAnchor.objects.first() or AuditAnchor())


@retention.applies("audit_lines")
def forget_old_lines(now: dt.datetime | None = None) -> int:
    return purge(retention.period("audit_lines").start(now or timezone.now()))


@transaction.atomic
def purge(before: dt.datetime) -> int:
    """Remove the oldest lines, those written before that moment: a whole stretch, whose last hash the anchor keeps, so
    that the rest is verified as before. Lines that are not linked yet stay. How many were removed."""
    anchor = _hold_anchor()
    kept = AuditLink.objects.filter(line__at__gte=before).order_by("position").first()
    last = AuditLink.objects.filter(position__lt=kept.position) if kept else AuditLink.objects.all()
    end = last.order_by("-position").first()
    if end is None:
        return 0
    AuditAnchor.objects.filter(pk=anchor.pk).update(position=end.position, hash=end.hash, moved_at=timezone.now())
    due = AuditLink.objects.filter(position__lte=end.position)
    lines = AuditLine.objects.filter(pk__in=due.values("line"))
    removed = lines._raw_delete(lines.db)  # the links go next: nothing else points at a line
    due._raw_delete(due.db)
    AuditLine.objects.create(action=Action.LOG_PURGED, role="system", details={"count": removed})
    return removed


def _hold_anchor() -> AuditAnchor:
    anchor, _is_new = AuditAnchor.objects.get_or_create(pk=1)
    return AuditAnchor.objects.select_for_update().get(pk=anchor.pk)


def _head(anchor: AuditAnchor) -> tuple[int, str]:
    last = AuditLink.objects.order_by("-position").first()
    return (last.position, last.hash) if last else (anchor.position, anchor.hash)


def _waiting(most: int) -> list[Said]:
    """Lines without a place: those of transactions that ended late, of the last hour of the chain, then what follows.
    A line among the old ones that says to be older was not written by us."""
    lines = AuditLine.objects.order_by("pk").values_list("pk", *SAID, Cast("details", TextField()))
    highest = AuditLink.objects.aggregate(highest=Max("line_id"))["highest"]
    if highest is None:
        return list(lines[:most])
    last = AuditLink.objects.order_by("-position").values_list("line__at", flat=True).first()
    since = last - LONGEST if last else timezone.now() - LONGEST
    late = sorted(lines.filter(pk__lt=highest, at__gte=since, link=None).order_by("at", "pk")[:most])
    return late + list(lines.filter(pk__gt=highest, at__gte=since)[: most - len(late)])


def _never_linked(newest: dt.datetime | None) -> Fault | None:
    if newest is None:
        return None
    late = AuditLine.objects.filter(link=None, at__lt=newest - LONGEST).order_by("pk").first()
    return Fault(late.pk, None, "inserted") if late else None


def _links() -> Iterator[Said]:
    """Each place of the chain with its hash, and the number of the line that stands there with what it says: nothing
    where it is gone."""
    said = [f"line__{name}" for name in SAID]
    rows = AuditLink.objects.order_by("position")
    return rows.values_list("position", "hash", "line_id", *said, Cast("line__details", TextField())).iterator(10_000)
