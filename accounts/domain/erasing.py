"""Erasing a person: nothing is left by which they could be known, and what is counted stays counted.

Everything that points at the person, and at what belongs to them, is found through Django's own description of the
relations, and each model says what becomes of its rows (`accounts.models.erased`). Their row stays, without a name, so
that presences are still those of one person and the same figures come out. What names them without pointing at them (a
list in a file, a mail to somebody else) is swept by the functions that apps register with `also`.

The database changes in one transaction. Files go after it, from a list written in it. The ledger is written before
it ends: a restored backup must not bring anybody back.
"""

import json
import logging
from collections import Counter
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from accounts.domain import audit, erasure_ledger
from accounts.domain.naming import Naming
from accounts.models import Action, FileToDestroy, User
from accounts.models.erased import name_of, pointing_at, said_of

logger = logging.getLogger(__name__)


class Unsaid(LookupError):
    """A model points at people and does not say what erasing does to its rows."""


class Erasure:
    """One person being erased, inside the transaction; and how many rows of each kind it touched."""

    def __init__(self, person: User) -> None:
        self.person = person
        self.naming = Naming.of(person)
        self.counts: Counter[str] = Counter()

    def delete(self, rows: models.QuerySet) -> None:
        self.counts.update(rows.delete()[1])

    def update(self, rows: models.QuerySet, **values: Any) -> None:
        self.counts[rows.model._meta.label] += rows.update(**values)

    def destroy(self, file: Any) -> None:
        """After the commit: a file is not brought back by a transaction that fails."""
        if file:
            FileToDestroy.objects.get_or_create(name=file.name)
            self.counts[FileToDestroy._meta.label] += 1

    def let_go_of(self, row: models.Model) -> None:
        """Of all that points at a row, what its model says."""
        for relation in pointing_at(type(row)):
            self._let_go(relation, getattr(row, relation.field.target_field.attname))

    def _let_go(self, relation: Any, value: Any) -> None:
        model, name, said = relation.related_model, name_of(relation), said_of(relation.related_model)
        rows = model._base_manager.filter(**{relation.field.attname: value})
        if name in said.deleted_with or (name in said.cut and model._meta.auto_created):
            self.delete(rows)
        elif name in said.cut:
            self.update(rows, **{relation.field.attname: None}, **emptied(model, said.cut[name]))
        elif name in said.kept:
            kept = list(rows) if pointing_at(model) else []
            if empty := emptied(model, said.kept[name]):
                self.update(rows, **empty)
            for row in kept:
                self.let_go_of(row)
        elif name not in said.left:
            raise Unsaid(f"{model._meta.label}.{name}")


Also = Callable[[Erasure], None]
_also: list[Also] = []


def also(function: Also) -> None:
    """Register what else is done, in the transaction and while the name is still known."""
    _also.append(function)


def erase(person: User) -> Counter[str] | None:
    """What was touched; None when they are erased already."""
    with transaction.atomic():
        held = User.objects.select_for_update().filter(pk=person.pk, erased_at=None).first()
        if held is None:
            return None
        erasure = Erasure(held)
        end_sessions(erasure)
        audit.write(Action.ERASED, about=held)
        for function in reversed(_also):  # upper apps first: they read what the others empty
            function(erasure)
        erasure.let_go_of(held)
        itself = {name: value() if callable(value) else value for name, value in User.erased.itself.items()}
        erasure.update(User.objects.filter(pk=held.pk), **itself, erased_at=timezone.now())
        erasure_ledger.note_erasure(held)
        transaction.on_commit(partial(destroy_files), robust=True)
    return erasure.counts


def end_sessions(erasure: Erasure) -> None:
    """Each of theirs, in the database and wherever it is remembered; those too in which their address was typed to
    sign in, and no code yet."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in Session.objects.iterator():
        held = session.get_decoded()
        words = json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False).lower()
        is_theirs = held.get("_auth_user_id") == str(erasure.person.pk)
        if is_theirs or any(f'"{address}"' in words for address in erasure.naming.addresses):
            store(session.session_key).delete()
            erasure.counts[Session._meta.label] += 1


def emptied(model: type[models.Model], names: Any) -> dict[str, Any]:
    """These fields of a row, without what they held."""
    return {name: _empty(model._meta.get_field(name)) for name in names}


def _empty(field: Any) -> Any:
    if field.null:
        return None
    if isinstance(field, models.BooleanField):
        return False
    return field.get_default() if isinstance(field, models.JSONField) else ""


def destroy_files() -> int:
    """Those that erasures left to destroy; one that cannot be now waits for the next time."""
    gone = 0
    for waiting in FileToDestroy.objects.order_by("pk"):
        try:
            default_storage.delete(waiting.name)
        except OSError as error:
            logger.error("A file to destroy stays for now: %s", type(error).__name__)
            continue
        waiting.delete()
        gone += 1
    return gone


def replay() -> int:
    """Erase again those whom a restored backup brought back; how many."""
    erased = erasure_ledger.read_ledger()
    living = User.objects.filter(erased_at=None).only("pk", "joined_at").order_by("pk")
    back = [person.pk for person in living.iterator() if erased and erasure_ledger.print_of(person) in erased]
    for pk in back:
        erase(User.objects.get(pk=pk))
    return len(back)
