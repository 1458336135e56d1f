"""What the application's role may not do, and asks of the maintenance, which owns the tables.

`docs/production/roles.sql` lets the application read and write the rows of all tables; each `migrate` then takes back
what follows. Where one role does everything (development, SQLite), it owns the tables, and asks nobody.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import connection, connections

# Tables of lines that are written once: the application adds to them and reads them.
ONLY_ADDED_TO = ["accounts_auditline", "accounts_auditlink"]
UNANSWERED = 60  # seconds: what nobody has begun by then is asked again
OWNED = "SELECT bool_and(pg_has_role(current_user, relowner, 'USAGE')) FROM pg_class WHERE oid = ANY(%s::regclass[])"
log = logging.getLogger(__name__)


def done_by_the_owner(tables: Sequence[str], do: Callable[[], Any], task: str) -> None:
    """Do it, or ask the worker of the maintenance for the task that does. It never fails whoever asks."""
    if owns(tables):
        do()
        return
    try:
        current_app.send_task(task, retry=False, ignore_result=True, expires=UNANSWERED)
    except Exception as error:  # whatever a broker may raise
        log.warning("The broker does not answer, %s is asked for later: %r", task, error)


def owns(tables: Sequence[str]) -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(OWNED, [list(tables)])
        (owned,) = cursor.fetchone()
    return owned


def take_back(using: str, **kwargs) -> None:
    """After the migrations, by the role that owns the tables, where the application has another."""
    if settings.ON_SQLITE or not settings.APPLICATION_ROLE:
        return
    owner = connections[using]
    quoted = owner.ops.quote_name
    with owner.cursor() as cursor:
        for table in ONLY_ADDED_TO:
            cursor.execute(f"REVOKE UPDATE, DELETE ON {quoted(table)} FROM {quoted(settings.APPLICATION_ROLE)}")
