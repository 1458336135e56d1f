"""Each person's language and time zone, for the length of a request."""

import zoneinfo

from django.conf import settings
from django.utils import timezone, translation


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
