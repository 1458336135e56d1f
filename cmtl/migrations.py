"""How a new database is made quickly."""

from typing import Any

from django.db.migrations import Migration


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
