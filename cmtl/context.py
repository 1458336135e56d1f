"""What every page knows of the site."""

from django.conf import settings


def site(request):
    return {name: getattr(settings, name) for name in ("DEMO", "PRIVACY_OFFICER", "KEYRING_ESCROWED")}
