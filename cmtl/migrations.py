"""How a new database is made quickly, and an old one without drawing every model again at each step."""

from typing import Any

from django.db.migrations import AlterField, Migration, SeparateDatabaseAndState
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


def related_as(model: str, field: str, name: str, to: str, kind: Any = ForeignKey, **options: Any) -> Any:
    """The other end of a relation has another name, of which the database knows nothing."""
    altered = AlterField(model, field, kind(on_delete=CASCADE, related_name=name, to=to, **options))
    return SeparateDatabaseAndState(state_operations=[altered])
