"""What every page knows of the site."""

from django.conf import settings


def site(request):
    return {"DEMO": settings.DEMO, "PRIVACY_OFFICER": settings.PRIVACY_OFFICER}
