"""How a new database is made quickly, and an old one without drawing every model again at each step."""

from collections.abc import Iterable
from typing import Any

from django.db.migrations import AlterField, Migration, RunSQL, SeparateDatabaseAndState
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


def same_names(columns: Iterable[str]) -> dict[str, str]:
    return {name: name for name in columns}
