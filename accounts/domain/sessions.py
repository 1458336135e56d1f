"""Sessions that have ended are forgotten, with what was known of the device they were opened on."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session

from cmtl import retention


@retention.applies("sessions")
def forget_ended() -> int:
    """How many devices were forgotten."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()[0]
