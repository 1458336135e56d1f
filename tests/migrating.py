"""To a former version of the tables and back. What a migration moves never changes once it has run somewhere, and each
trip takes twenty seconds: the tests that make one are `long`."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def at(*targets: tuple[str, str]):
    """Migrate these apps to these steps, or everything to the newest; the models as they are there.

    An app that is not named keeps the step it has come to.
    """
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())
    loader = MigrationExecutor(connection).loader
    others = [node for node in loader.applied_migrations if node[0] not in dict(targets) and node in loader.graph.nodes]
    return loader.project_state([*targets, *_last_of_each(others, loader.graph)]).apps


def _last_of_each(applied: list[tuple[str, str]], graph) -> list[tuple[str, str]]:
    """Of those applied, the ones that no other of their app follows."""
    followed = {parent.key for node in applied for parent in graph.node_map[node].parents if parent.key[0] == node[0]}
    return [node for node in applied if node not in followed]
