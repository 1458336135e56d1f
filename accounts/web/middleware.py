"""Each person's language and time zone, for the length of a request; nothing left behind by who signs out."""

import zoneinfo

from django.conf import settings
from django.utils import timezone, translation

from accounts.domain import audit


def preferences(get_response):
    """Signed in: the person's own choice. Otherwise the language cookie, else French: the browser is not asked,
    because the first language of the place is French whatever the phone was bought with."""

    def middleware(request):
        if request.user.is_authenticated:
            language, zone = request.user.language, request.user.time_zone
        else:
            language, zone = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME), settings.TIME_ZONE
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        with translation.override(language), timezone.override(zoneinfo.ZoneInfo(zone)):
            request.LANGUAGE_CODE = language
            response = get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response

    return middleware


def acting(get_response):
    """The audit log says whose request it is, also where the function that acts is not told."""

    def middleware(request):
        with audit.acting_as(request.user if request.user.is_authenticated else None):
            return get_response(request)

    return middleware


def signing_out(get_response):
    """Whoever signs out of a shared device leaves nothing behind its « back » button: the browser is asked to forget
    the pages it holds whole (W3C, Clear Site Data). Asking it to hold none would lose what is typed in them."""

    def middleware(request):
        was_signed_in = request.user.is_authenticated
        response = get_response(request)
        if was_signed_in and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"cache"'
        return response

    return middleware
