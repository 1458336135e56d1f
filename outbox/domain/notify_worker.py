"""Telling a worker that mail waits. A notice carries nothing: losing one costs the ten seconds to the next tick."""

import contextlib
import logging
import time

from celery import current_app
from django.core.cache import cache
from django.db import transaction

logger = logging.getLogger(__name__)
NOTIFIED = "outbox:notified"
AT_MOST_EVERY = 2  # seconds, while no worker has answered the last one
QUIET_AFTER_FAILURE = 30  # seconds during which a dead broker is left alone, so that pages stay fast
_quiet_until = 0.0


def notify_on_commit() -> None:
    """Once per transaction, however many mails it wrote."""
    connection = transaction.get_connection()
    if not any(function is notify_worker for _, function, *_ in connection.run_on_commit):
        transaction.on_commit(notify_worker, robust=True)


def notify_worker() -> None:
    """Never fails and hardly waits: a page must not depend on the broker."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        if cache.add(NOTIFIED, True, timeout=AT_MOST_EVERY):
            current_app.send_task("outbox.tasks.deliver", retry=False, ignore_result=True)
    except Exception as error:  # whatever a broker may raise
        _quiet_until = time.monotonic() + QUIET_AFTER_FAILURE
        logger.warning("The broker does not answer, mail will leave at the next tick: %r", error)


def worker_started() -> None:
    """Mail written from now on needs a new notice."""
    with contextlib.suppress(Exception):
        cache.delete(NOTIFIED)
