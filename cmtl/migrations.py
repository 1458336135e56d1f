"""How a new database is made quickly, and an old one without drawing every model again at each step."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.migrations import AlterField, Migration, RemoveField, RunPython, RunSQL, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.models import CASCADE, ForeignKey


class AtOnce(Migration):
    """A migration that creates tables, then writes rows: its models are drawn once, when all are known.

    Django draws every related model again after each operation: a hundred tables that all know one another cost a
    quarter of a minute on a first start. Operations that compare a before and an after (`AddField`, `AlterField`…)
    have no place here.
    """

    def apply(self, project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
        project_state.__dict__.pop("apps", None)
        self.mutate_state(project_state, preserve=False)
        for operation in self.operations:
            operation.database_forwards(self.app_label, schema_editor, project_state, project_state)
        return project_state


class Renames(Migration):
    """A migration that renames models: they are drawn once before and once after, instead of again after each.

    No model renamed here may point at another one that is, nor have a field renamed beside it: each operation looks
    for its own model only, under its old name before and its new name after.
    """

    def apply(self, project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
        before = project_state.clone()
        project_state.__dict__.pop("apps", None)
        self.mutate_state(project_state, preserve=False)
        for operation in self.operations:
            operation.database_forwards(self.app_label, schema_editor, before, project_state)
        return project_state


class Moves(Renames):
    """A migration that makes parts of wide models (`cmtl.parts`), moves columns there and removes them (`moved`), with
    the same two drawings. A foreign key is removed first: for it SQLite makes the table again, with every column drawn
    before."""


def related_as(model: str, field: str, name: str, to: str, kind: Any = ForeignKey, **options: Any) -> Any:
    """The other end of a relation has another name, of which the database knows nothing."""
    altered = AlterField(model, field, kind(on_delete=CASCADE, related_name=name, to=to, **options))
    return SeparateDatabaseAndState(state_operations=[altered])


def moved(table: str, part: str, columns: dict[str, str], *, key: str, said: str) -> RunSQL:
    """Columns of a table go to those of one of its parts (`cmtl.parts`), in one statement: a row for each of which
    something was `said`. And back."""
    old, new = ", ".join(columns), ", ".join(columns.values())
    return RunSQL(
        f"INSERT INTO {part} ({key}, {new}) SELECT id, {old} FROM {table} WHERE {said}",
        f"UPDATE {table} SET ({old}) = (SELECT {new} FROM {part} WHERE {key} = {table}.id)"
        f" WHERE id IN (SELECT {key} FROM {part})",
    )


class RemoveFields(Operation):
    """Removes several fields of a model, which is drawn once and not again after each. No relation may be among them:
    for one, SQLite makes the table again from the model as drawn, which then must not have the fields already gone."""

    def __init__(self, model_name: str, names: list[str]) -> None:
        self.model_name, self.names = model_name, names

    @property
    def _each(self) -> list[RemoveField]:
        return [RemoveField(self.model_name, name) for name in self.names]

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.__dict__.pop("apps", None)
        for removal in self._each:
            removal.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for removal in self._each:
            removal.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """One after the other, each from a model that has those put back before it."""
        state, steps = to_state.clone(), []
        for removal in self._each:
            before = state.clone()
            removal.state_forwards(app_label, state)
            steps.append((removal, state.clone(), before))
        for removal, after, before in reversed(steps):
            removal.database_backwards(app_label, schema_editor, after, before)

    def describe(self) -> str:
        return f"Remove {', '.join(self.names)} from {self.model_name}"


BATCH = 500  # rows written at once


def to_part(app: str, whole: str, part: str, names: list[str]) -> RunPython:
    """What a wide table kept goes into the rows of a part (`cmtl.parts`): for those alone that say something."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        copy(apps.get_model(app, whole), apps.get_model(app, part), names)

    def backwards(apps: Any, schema_editor: Any) -> None:
        copy_back(apps.get_model(app, part), apps.get_model(app, whole), names)

    return RunPython(forwards, backwards)


def copy(whole: Any, part: Any, names: list[str]) -> None:
    usual = _usual(part, names)
    rows = whole._base_manager.values("pk", *usual).iterator()
    said = (part(**row) for row in rows if {name: row[name] for name in usual} != usual)
    for some in _batches(said):
        part._base_manager.bulk_create(some)


def copy_back(part: Any, whole: Any, names: list[str]) -> None:
    usual = _usual(part, names)
    whole._base_manager.update(**usual)
    rows = (whole(**row) for row in part._base_manager.values("pk", *usual).iterator())
    for some in _batches(rows):
        whole._base_manager.bulk_update(some, names)


def _usual(part: Any, names: list[str]) -> dict[str, Any]:
    """What holds while nothing was said."""
    fields = [part._meta.get_field(name) for name in names]
    return {field.attname: field.get_default() for field in fields}


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while some := list(islice(rows, BATCH)):
        yield some
