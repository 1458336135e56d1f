"""Is this process fit to serve: database, broker, and a worker that was alive a moment ago. Beside it, what an operator
should look into, and which takes no process out of service."""

import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import JsonResponse

# Kept in the cache: Redis where the worker is another process; in memory where all is one process.
HEARTBEAT = "worker-heartbeat"
HEARTBEAT_MAX_AGE = 150  # seconds: five ticks of the timetable

_watched: dict[str, Callable[[], bool]] = {}


def watch(name: str, is_well: Callable[[], bool]) -> None:
    """An app above says what else an operator should be told."""
    _watched[name] = is_well


def beat() -> None:
    """Called by the worker: « I was alive at this instant »."""
    cache.set(HEARTBEAT, time.time(), timeout=None)


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def broker_answers() -> bool:
    if not settings.REDIS_URL:
        return True
    import redis

    return bool(redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping())


def worker_is_alive() -> bool:
    return time.time() - cache.get(HEARTBEAT, 0) < HEARTBEAT_MAX_AGE


def readiness() -> JsonResponse:
    """200 when all three answer, else 503; the body names which, and what is watched beside."""
    needed = _asked({"database": database_answers, "broker": broker_answers, "worker": worker_is_alive})
    status = 200 if all(needed.values()) else 503
    return JsonResponse({**needed, **_asked(_watched)}, status=status, headers={"Cache-Control": "no-store"})


def _asked(checks: dict[str, Callable[[], bool]]) -> dict[str, bool]:
    state = {}
    for name, check in checks.items():
        try:
            state[name] = check()
        except Exception:  # whatever the reason, the probe must say « not ready » rather than fail
            state[name] = False
    return state
