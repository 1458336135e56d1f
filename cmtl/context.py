"""What every page knows of the site."""

from django.conf import settings

from cmtl import keeper


def site(request):
    said = {name: getattr(settings, name) for name in ("DEMO", "PRIVACY_OFFICER", "KEYRING_ESCROWED")}
    return {**said, **keeper.told()}
