"""Limits on how often one place or person may ask, counted in the cache: a cleared cache restarts them."""

from contextlib import suppress

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def rate_limited(what: str, most: int, per: int) -> bool:
    """More than `most` times in `per` seconds, this one included."""
    return count(what, per) > most


def count(what: str, per: int) -> int:
    """How many times in `per` seconds, this one included."""
    key = _key(what)
    if cache.add(key, 1, per):
        return 1
    with suppress(ValueError):  # its time ended just now
        return cache.incr(key)
    return 1


def is_reached(what: str, most: int) -> bool:
    """Counted `most` times already."""
    return cache.get(_key(what), 0) >= most


def _key(what: str) -> str:
    return f"limit:{what}"


def address_of(request: HttpRequest) -> str:
    """The client's address, past as many proxies as the settings trust and not one more."""
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    passed = [a.strip() for a in request.headers.get("X-Forwarded-For", "").split(",") if a.strip()]
    return passed[-trusted] if 0 < trusted <= len(passed) else request.META.get("REMOTE_ADDR", "")
