"""Transactions left open on the database of the tests. One keeps alive every row that is changed after it began, in
this test and in those that follow; what a test opens, it closes."""

import time

from django.db import connection
from psycopg.pq import TransactionStatus

GRACE = 5  # seconds, for a session whose client has just gone

OF_OTHERS = """
    SELECT pid, state, now() - xact_start, left(query, 200) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    AND (state LIKE 'idle in transaction%' OR state = 'active' AND coalesce(backend_xmin, backend_xid) IS NOT NULL)
"""


def left_open(grace: float = GRACE) -> list[str]:
    """Each in words, once `grace` has passed; nothing as soon as all have ended."""
    if connection.vendor != "postgresql":
        return []
    deadline = time.monotonic() + grace
    while (found := _own() + _of_others()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def _own() -> list[str]:
    connection.ensure_connection()
    status = connection.connection.info.transaction_status
    return [] if status == TransactionStatus.IDLE else [f"this test's own connection: {status.name}"]


def _of_others() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(OF_OTHERS)
        return [f"session {pid}, {state} for {age}: {query}" for pid, state, age, query in cursor.fetchall()]
