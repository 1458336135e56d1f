"""Is this process fit to serve: database, broker, and a worker that was alive a moment ago."""

import time

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import JsonResponse

# Kept in the cache: Redis where the worker is another process; in memory where all is one process.
HEARTBEAT = "worker-heartbeat"
HEARTBEAT_MAX_AGE = 150  # seconds: five ticks of the timetable


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
    """200 when all three answer, else 503; the body names which."""
    state = {}
    for name, check in [("database", database_answers), ("broker", broker_answers), ("worker", worker_is_alive)]:
        try:
            state[name] = check()
        except Exception:  # whatever the reason, the probe must say « not ready » rather than fail
            state[name] = False
    status = 200 if all(state.values()) else 503
    return JsonResponse(state, status=status, headers={"Cache-Control": "no-store"})
