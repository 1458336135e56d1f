"""Who is signed in, kept in the database and remembered by Redis, so that a page that refreshes asks one query less."""

import logging
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class SessionCache(RedisCache):
    """The cache of Django's `cached_db` sessions: the database stays right whatever becomes of Redis.

    Without Redis it remembers nothing and nobody notices. It never remembers longer than its own TIMEOUT, so that a
    session ended while Redis could not be told lives a minute at most; told, it ends at once.
    """

    def get_backend_timeout(self, timeout: float | None = DEFAULT_TIMEOUT) -> float | None:
        wanted, most = super().get_backend_timeout(timeout), super().get_backend_timeout()
        return most if wanted is None or most is None else min(wanted, most)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._or(default, super().get, key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        return self._or(None, super().set, key, value, timeout, version)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._or(False, super().delete, key, version)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return self._or(False, super().has_key, key, version)

    @staticmethod
    def _or(otherwise: Any, ask: Any, *arguments: Any) -> Any:
        try:
            return ask(*arguments)
        except RedisError as error:
            logger.warning("sessions are read from the database alone: %s", error)
            return otherwise
