"""Several at once, on a real server."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

# Of tests whose threads write at once: SQLite lets one writer in at a time.
needs_row_locks = pytest.mark.skipif(connection.vendor != "postgresql", reason="threads need rows that lock")


def at_once(*deeds: Callable[[], Any]) -> list:
    """Run each in a thread and a connection of its own, all released together. Their results, in the order given;
    what one raises is raised here, once all have ended."""
    gate = threading.Barrier(len(deeds))

    def run(deed):
        try:
            gate.wait(30)
            return deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as threads:
        running = [threads.submit(run, deed) for deed in deeds]
    return [one.result() for one in running]
