"""Pages that a link or a code opens, without an account: whose language they speak, and what nobody keeps of them."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


@contextmanager
def in_language_of(request: HttpRequest, own: str = "", zone: dt.tzinfo | None = None) -> Iterator[None]:
    """The language chosen on this device, else the person's `own`; times on the clock of `zone`."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen not in dict(settings.LANGUAGES):
        chosen = own or translation.get_language()
    with translation.override(chosen), timezone.override(zone or timezone.get_current_timezone()):
        yield


def no_store(response: HttpResponse) -> HttpResponse:
    """Kept by no cache and found by no search engine."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Language"] = translation.get_language()
    return response
