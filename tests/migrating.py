"""To a former version of the tables and back. What a migration moves never changes once it has run somewhere, and each
trip takes twenty seconds: the tests that make one are `long`."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def at(*targets: tuple[str, str]):
    """Migrate these apps to these steps, or everything to the newest; the models as they are there.

    An app that is not named keeps the step it has come to.
    """
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    executor.migrate(list(targets) or newest)
    stays = [node for node in MigrationExecutor(connection).loader.applied_migrations if node[0] not in dict(targets)]
    steps = [*targets, *(node for node in newest if node in stays)]
    return executor.loader.project_state(steps).apps
