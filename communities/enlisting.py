"""A list of members read, written and undone: by chunks, by whoever claims it, each step once.

A chunk, its journal and how far it came are one transaction. A worker killed midway has written whole chunks or
nothing of them; the next one goes on from there. Short lists are done while the person waits, the others by the
worker, which the page follows.
"""

import datetime as dt
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User, normalised
from communities import importing, spreadsheets
from communities.importing import LONGEST, Fate, Line
from communities.models import Community, ImportedLine, MemberImport, Membership, Organisation, Pause, Representation

logger = logging.getLogger(__name__)

CHUNK = 500
KEPT_FIELDS = [
    "status", "organisation_id", "represents_since", "title", "region", "joined_on", "left_on", "paused_on",
]  # fmt: skip
HISTORY = (ImportedLine, Pause, Representation)  # what hangs from a membership and is not a use of it


class TakenOver(Exception):
    """Too slow: another worker holds the list now, and goes on from the last chunk."""


# ------------------------------------------------------------------ asking


def receive(community: Community, *, content: bytes, file_name: str, by: User) -> MemberImport:
    """Keep a file. A small one is read at once, and a ValidationError then leaves nothing behind."""
    spreadsheets.refuse(content)
    kept = MemberImport(community=community, file_name=file_name[:200], source=content, read_by=by)
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
        _keep_reading(mine, *importing.interpret(bytes(mine.source), wanted))
        mine.choices, mine.revision = {}, mine.revision + 1
        mine.save()
    return True


def _keep_reading(kept: MemberImport, how: importing.Reading, lines: list[dict]) -> None:
    kept.reading, kept.lines = asdict(how), lines


def choose(member_import: MemberImport, revision: int, choices: dict[int, bool]) -> bool:
    """Keep what somebody ticked and unticked. False when they had another reading of the file before their eyes."""
    with transaction.atomic():
        mine = MemberImport.objects.select_for_update().defer("source").get(pk=member_import.pk)
        if mine.state != MemberImport.State.READY or mine.revision != revision:
            return False
        mine.choices |= {str(number): kept for number, kept in choices.items()}
        mine.save(update_fields=["choices"])
    return True


def ask_to_write(member_import: MemberImport, revision: int) -> bool:
    """Freeze which lines are wanted, and forget the file. False when this was asked already: a second press."""
    with transaction.atomic():
        mine = MemberImport.objects.select_for_update().select_related("community").get(pk=member_import.pk)
        if mine.state != MemberImport.State.READY or mine.revision != revision:
            return False
        lines = importing.examine(mine.community, mine.lines or [], mine.choices)
        mine.wanted = [line.number for line in lines if line.is_kept]
        mine.skipped = [[line.number, _why_skipped(line)] for line in lines if not line.is_kept]
        mine.result = {"added": 0, "returned": 0, "moved": 0, "left_out": len(mine.skipped)}
        mine.source, mine.asked_at = None, timezone.now()
        mine.done, mine.total = 0, len(mine.wanted)
        mine.save()
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
        MemberImport.State.APPLYING: _write_chunk,
        MemberImport.State.UNDOING: _undo_chunk,
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
    """Those whose poke was lost, or whose worker died."""
    return list(MemberImport.objects.waiting(now or timezone.now()).values_list("pk", flat=True))


def forget(now: dt.datetime | None = None) -> None:
    """Lists are personal data: a day when they are not imported, then as long as an import can be undone."""
    now = now or timezone.now()
    MemberImport.objects.filter(asked_at=None, applied_at=None, read_at__lt=now - MemberImport.UNAPPLIED).delete()
    over = MemberImport.objects.filter(applied_at__lt=now - MemberImport.UNDOABLE).exclude(lines=[])
    over = over.exclude(undo_asked_at__isnull=False, undone_at=None)
    ImportedLine.objects.filter(member_import__in=over.values("pk")).delete()
    over.update(lines=[], wanted=[], skipped=[], choices={}, reading={}, source=None)


# ------------------------------------------------------------------ writing


def _write_chunk(mine: MemberImport) -> None:
    """The community is locked, so that what is worked out here is still true when it is written."""
    numbers = set(mine.wanted[mine.done : mine.done + CHUNK])
    if numbers:
        community = Community.objects.select_for_update().get(pk=mine.community_id)
        lines = [x for x in importing.examine(community, mine.lines or []) if x.number in numbers]
        mine.skipped += [[x.number, x.explanation] for x in lines if not x.is_possible]
        _write(mine, community, [x for x in lines if x.is_possible])
    mine.done += len(numbers)
    if mine.done >= mine.total:
        mine.applied_at = timezone.now()


def _write(mine: MemberImport, community: Community, lines: list[Line]) -> None:
    organisations = _organisations(mine, lines)
    journal = [
        *_add([x for x in lines if x.outcome in importing.TICKED], community, organisations),
        *_bring_back([x for x in lines if x.outcome == Fate.RETURNS]),
    ]
    added, returned = sum(row.membership_is_new for row in journal), sum(not row.membership_is_new for row in journal)
    moved = _move([x for x in lines if x.outcome == Fate.MOVES], community, organisations)
    for row in [*journal, *moved]:
        row.member_import = mine
    ImportedLine.objects.bulk_create([*journal, *moved])
    for name, n in {"added": added, "returned": returned, "moved": len(moved)}.items():
        mine.result[name] = mine.result.get(name, 0) + n
    mine.result["left_out"] = len(mine.lines or []) - sum(mine.result[name] for name in ("added", "returned", "moved"))


def _organisations(mine: MemberImport, lines: list[Line]) -> dict[str, Organisation]:
    named = {
        x.organisation_key: x.cells["organisation"][: LONGEST["organisation"]] for x in lines if x.organisation_key
    }
    known = set(Organisation.objects.filter(sort_key__in=named).values_list("sort_key", flat=True))
    mine.organisations += sorted(set(named) - known)
    Organisation.objects.bulk_create(
        (Organisation(name=name, sort_key=key) for key, name in named.items()), ignore_conflicts=True
    )
    return Organisation.objects.in_bulk(named, field_name="sort_key")


def _add(lines: list[Line], community: Community, organisations: dict[str, Organisation]) -> list[ImportedLine]:
    people = {x.number: _new_person(x) for x in lines if x.outcome == Fate.NEW}
    User.objects.bulk_create(u for u in people.values() if not u.email)
    # Another list may be adding the same address elsewhere at this moment: whoever came first is the person.
    User.objects.bulk_create((u for u in people.values() if u.email), ignore_conflicts=True)
    by_email = User.objects.in_bulk({x.email for x in lines if x.email}, field_name="email")
    memberships = Membership.objects.bulk_create(
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
    return [
        ImportedLine(
            number=x.number,
            membership=membership,
            membership_is_new=True,
            person_is_new=x.number in people,
            after=_as_is(membership, with_person=x.number in people),
        )
        for x, membership in zip(lines, memberships, strict=True)
    ]


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


def _as_is(membership: Membership, *, with_person: bool = False) -> dict:
    """What undoing compares, and restores."""
    values = {name: getattr(membership, name) for name in KEPT_FIELDS}
    if with_person:
        values |= {"person": [membership.user.email, membership.user.first_name, membership.user.last_name]}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


def _bring_back(lines: list[Line]) -> list[ImportedLine]:
    """As `Membership.become` would, in a fixed number of queries."""
    if not lines:
        return []
    today, memberships = timezone.localdate(), [x.membership for x in lines if x.membership]
    pks = [m.pk for m in memberships]
    closed = dict(Pause.objects.filter(membership__in=pks, ends_on=None).values_list("membership", "pk"))
    made = _times_away([m for m in memberships if m.status in Membership.AWAY and m.pk not in closed], today)
    Pause.objects.filter(pk__in=closed.values()).update(ends_on=Greatest(F("starts_on"), today))
    before = {m.pk: _as_is(m) | {"pause_closed": closed.get(m.pk), "pause_made": made.get(m.pk)} for m in memberships}
    Membership.objects.filter(pk__in=pks).update(
        status=Membership.Status.ACTIVE, joined_on=Coalesce("joined_on", today), left_on=None, paused_on=None
    )
    return _journal({x.number: x.membership.pk for x in lines if x.membership}, before)


def _times_away(memberships: list[Membership], today: dt.date) -> dict[int, int]:
    """People listed as away before periods were kept: membership → the period that ends."""
    made = Pause.objects.bulk_create(
        Pause(membership=m, starts_on=min(m.paused_on or today, m.left_on or today, today), ends_on=today)
        for m in memberships
    )
    return {pause.membership_id: pause.pk for pause in made}


def _move(lines: list[Line], community: Community, organisations: dict[str, Organisation]) -> list[ImportedLine]:
    """From today each represents another organisation; the one before keeps its history. The person is on the list by
    now, from before or from a line above."""
    if not lines:
        return []
    members, moving = importing.Listed(community), {}
    for line in lines:
        if membership := members.find(line):
            moving[line.number] = (membership, organisations.get(line.organisation_key))
    before = {m.pk: _as_is(m) for m, _organisation in moving.values()}
    today = timezone.localdate()
    ended = Representation.objects.bulk_create(
        Representation(
            membership=m, organisation=m.organisation, seat=m.seat, starts_on=m.represents_since, ends_on=today
        )
        for m in {m.pk: m for m, _organisation in moving.values()}.values()
        if m.organisation and m.joined_on != today
    )
    for representation in ended:
        before[representation.membership_id]["representation"] = representation.pk
    for membership, organisation in moving.values():
        membership.organisation, membership.represents_since = organisation, today
    Membership.objects.bulk_update(
        {m.pk: m for m, _organisation in moving.values()}.values(), ["organisation", "represents_since"]
    )
    return _journal({number: m.pk for number, (m, _organisation) in moving.items()}, before)


def _journal(members: dict[int, int], before: dict[int, dict]) -> list[ImportedLine]:
    """The journal of lines that changed memberships there were; `members` is line → membership."""
    now = Membership.objects.in_bulk(members.values())
    uses = in_use(Membership, now, *HISTORY)
    return [
        ImportedLine(number=number, membership_id=pk, before=before[pk], after=_as_is(now[pk]), uses=uses[pk])
        for number, pk in members.items()
    ]


def in_use(model: type[models.Model], pks: Iterable[int], *ignored: type[models.Model]) -> Counter:
    """How many rows of any table point at each of these. One query a table: it asks Django what points at a model,
    since what people do with a membership is the business of apps above this one."""
    counts: Counter = Counter()
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.related_model in ignored:
            continue
        rows = relation.field.model._base_manager.filter(**{f"{relation.field.name}__in": list(pks)})
        counts.update(rows.values_list(relation.field.attname, flat=True))
    return counts


# ------------------------------------------------------------------ undoing


def _undo_chunk(mine: MemberImport) -> None:
    """From the last line to the first: a line may have changed what a line above wrote."""
    rows = list(mine.written.order_by("-number")[mine.done : mine.done + CHUNK])
    people = User.objects.filter(memberships__in=[row.membership_id for row in rows]).order_by()
    list(User.objects.select_for_update().filter(pk__in=people.values("pk")).values_list("pk", flat=True))
    held = Membership.objects.select_for_update(of=("self",)).select_related("user", "organisation")
    undoing = _Undoing(held.in_bulk([row.membership_id for row in rows if row.membership_id]))
    for row in rows:
        row.kept = undoing.take_back(row)
    undoing.save()
    ImportedLine.objects.bulk_update(rows, ["kept"])
    mine.done += len(rows)
    if mine.done >= mine.total:
        mine.undone_at = timezone.now()
        _remove_organisations(mine)


class _Undoing:
    """What a chunk takes away and restores. Nothing that someone used or changed since."""

    def __init__(self, memberships: dict[int, Membership]) -> None:
        self.memberships = memberships
        self.uses = in_use(Membership, memberships, *HISTORY)
        people = {m.user_id for m in memberships.values()}
        self.uses_of_people = in_use(User, people, Membership)
        elsewhere = Membership.objects.filter(user__in=people).exclude(pk__in=memberships)
        self.elsewhere = set(elsewhere.values_list("user_id", flat=True))
        self.removed: dict[int, bool] = {}  # membership → the person too
        self.restored: dict[int, dict] = {}

    def take_back(self, row: ImportedLine) -> str:
        """Empty when it is done, or why it is not."""
        membership = self.memberships.get(row.membership_id or 0)
        if membership is None:
            return ImportedLine.Kept.GONE
        if why := self._why_kept(row, membership):
            return why
        if row.membership_is_new:
            alone = row.person_is_new and membership.user_id not in self.elsewhere
            self.removed[membership.pk] = alone
        else:
            self._restore(membership, row.before)
        return ""

    def _why_kept(self, row: ImportedLine, membership: Membership) -> str:
        signed_in = row.person_is_new and (self.uses_of_people[membership.user_id] or membership.user.last_login)
        if self.uses[membership.pk] != row.uses or (row.membership_is_new and signed_in):
            return ImportedLine.Kept.USED
        if _as_is(membership, with_person="person" in row.after) != row.after:
            return ImportedLine.Kept.CHANGED
        return ""

    def _restore(self, membership: Membership, before: dict) -> None:
        for name in KEPT_FIELDS:
            value = before[name]
            is_date = value and isinstance(Membership._meta.get_field(name), models.DateField)
            setattr(membership, name, dt.date.fromisoformat(value) if is_date else value)
        self.restored[membership.pk] = before

    def save(self) -> None:
        changed = [self.memberships[pk] for pk in self.restored if pk not in self.removed]
        Membership.objects.bulk_update(changed, [name.removesuffix("_id") for name in KEPT_FIELDS])
        told = {
            name: [before[name] for before in self.restored.values() if before.get(name)]
            for name in ("pause_closed", "pause_made", "representation")
        }
        Pause.objects.filter(pk__in=told["pause_made"]).delete()
        Pause.objects.filter(pk__in=told["pause_closed"]).update(ends_on=None)
        Representation.objects.filter(pk__in=told["representation"]).delete()
        people = {self.memberships[pk].user_id for pk, alone in self.removed.items() if alone}
        Membership.objects.filter(pk__in=self.removed).delete()
        User.objects.filter(pk__in=people).delete()


def _remove_organisations(mine: MemberImport) -> None:
    """Those the list made, when nothing points at them."""
    made = set(Organisation.objects.filter(sort_key__in=mine.organisations).values_list("pk", flat=True))
    Organisation.objects.filter(pk__in=made - in_use(Organisation, made).keys()).delete()
