"""A change that one press undoes: said on the next page, with its « Undo » beside it.

Where an address that does the contrary exists already, « Undo » posts to it (`say_done`). Elsewhere the rows that the
act changes are read before and after (`Watched`), and put back as they were (`put_back`), unless somebody changed them
again meanwhile.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib import messages
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models.deletion import Collector
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cmtl.parts import parts_of

VERSIONS = {
    "version",
    "edit_version",
    "revision",
    "sequence",
}  # they go on counting: a page opened before the undoing is an old one
UNHEEDED = {"revision"}  # counts what happens around a row too


def say_done(request: HttpRequest, sentence: str, address: str, **fields: str) -> None:
    """`fields` are posted to `address` by whoever presses « Undo »."""
    messages.success(request, sentence, extra_tags=json.dumps({"address": address, "fields": fields}))


def undo_of(message) -> dict | None:
    """What its button posts; None for a message that is only said."""
    return json.loads(message.extra_tags) if (message.extra_tags or "").startswith("{") else None


# ------------------------------------------------------------ rows, as they were


class Change(NamedTuple):
    """One row: the fields that an act changed, before and after; None where it did not exist."""

    model: str
    pk: Any
    before: dict | None
    after: dict | None

    @property
    def rows(self) -> models.QuerySet:
        return apps.get_model(self.model)._base_manager.filter(pk=self.pk)


class Watched:
    """Rows read before an act, and again after it. A thing stands for its row and those of its parts."""

    def __init__(self, *things: models.Model | models.QuerySet) -> None:
        self._queries = [query for thing in things for query in _queries_of(thing)]
        self._before = _read(self._queries)
        self._held: list[tuple[models.Model, tuple[str, ...]]] = []

    def while_unchanged(self, row: models.Model, *names: str) -> "Watched":
        """Undone only while these fields of a row stay as the act leaves them: not once a meeting is closed."""
        self._held.append((row, names))
        return self

    def changes(self) -> list[Change]:
        after = _read(self._queries)
        keys = [*self._before, *(key for key in after if key not in self._before)]
        pairs = [(key, self._before.get(key), after.get(key)) for key in keys]
        changed = [Change(*key, *_what_differs(old, new)) for key, old, new in pairs if old != new]
        return [*changed, *(_hold(row, names) for row, names in self._held)] if changed else []


def _hold(row: models.Model, names: tuple[str, ...]) -> Change:
    """Compared like the others, and nothing to write back."""
    ((key, fields),) = _read([type(row)._base_manager.filter(pk=row.pk)]).items()
    return Change(*key, {}, {name: fields[name] for name in names})


def _queries_of(thing: models.Model | models.QuerySet) -> list[models.QuerySet]:
    if isinstance(thing, models.QuerySet):
        return [thing]
    return [model._base_manager.filter(pk=thing.pk) for model in (type(thing), *parts_of(type(thing)))]


def hanging_from(thing: models.Model) -> list[models.Model]:
    """The thing, and the rows that go, or let go of it, when it is deleted."""
    return [thing, *_others_hanging_from(thing)]


def _others_hanging_from(thing: models.Model) -> Iterator[models.Model]:
    collector = Collector(using="default")
    collector.collect([thing])
    deleted = [list(rows) for rows in collector.data.values()] + [list(rows) for rows in collector.fast_deletes]
    updates: dict[Any, Any] = collector.field_updates
    let_go = [list(rows) for groups in updates.values() for rows in groups]
    yield from (row for rows in deleted + let_go for row in rows if not row._meta.auto_created and row != thing)


def _read(queries: Iterable[models.QuerySet]) -> dict[tuple[str, Any], dict]:
    """Each row as plain values, those of several things in order."""
    found = {}
    for query in queries:
        several = {field.name for field in query.model._meta.many_to_many}
        for row in serializers.serialize("python", query.all()):
            fields = {name: sorted(v) if name in several else v for name, v in row["fields"].items()}
            found[row["model"], row["pk"]] = fields
    return found


def _what_differs(old: dict | None, new: dict | None) -> tuple[dict | None, dict | None]:
    if old is None or new is None:
        return old, new
    changed = [name for name in old if old[name] != new[name]]
    return {name: old[name] for name in changed}, {name: new[name] for name in changed}


@transaction.atomic
def put_back(changes: list[Change]) -> None:
    """The rows as they were. Refused, and nothing is written, when one of them is no longer as the act left it."""
    made = {(change.model, change.pk) for change in changes if change.before is None}
    for change in changes:
        _refuse_if_changed(change, made)
    for change in changes:
        if change.before is not None:
            _write(change)
    for change in reversed(changes):
        if change.before is None:
            change.rows.delete()
    connection.check_constraints(table_names=[change.rows.model._meta.db_table for change in changes])


def _refuse_if_changed(change: Change, made: set[tuple[str, Any]]) -> None:
    """A row that the act made is used when something hangs from it that the act did not make too (`made`)."""
    held = change.rows.select_for_update().first()
    now = _read([change.rows]).get((change.model, change.pk)) if held else None
    left = {name: value for name, value in (change.after or {}).items() if name not in UNHEEDED}
    is_gone = (now is None) != (change.after is None)
    others = _others_hanging_from(held) if change.before is None and held else iter(())
    is_used = any((row._meta.label_lower, row.pk) not in made for row in others)
    if is_gone or is_used or any(now[name] != value for name, value in left.items()):  # type: ignore[index]
        raise ValidationError(_("Someone changed this meanwhile: nothing is undone."))


def _write(change: Change) -> None:
    values = dict(change.before or {})
    if change.after is not None:
        counted = change.rows.values(*(VERSIONS & values.keys())).first() or {}
        values |= {name: n + 1 for name, n in counted.items() if name in VERSIONS}
    (row,) = serializers.deserialize("python", [{"model": change.model, "pk": change.pk, "fields": values}])
    several = row.m2m_data or {}
    if change.after is None:
        row.save()
    elif own := [name for name in values if name not in several]:
        models.Model.save_base(row.object, raw=True, force_update=True, update_fields=own)
    for name, things in several.items():
        getattr(row.object, name).set(things)
