"""What `manage.py check --deploy` adds: the few things without which production is a demonstration."""

from django.conf import settings
from django.core.checks import Warning, register

NEEDED = [
    ("W001", lambda: settings.SECURE, "SITE_URL does not start with https://: cookies and links are not protected."),
    ("W002", lambda: not settings.ON_SQLITE, "DATABASE_URL is not set: SQLite serves a demonstration only."),
    ("W003", lambda: settings.REDIS_URL, "REDIS_URL is not set: the worker cannot be reached from the site."),
    ("W004", lambda: settings.MFA_REQUIRED, "MFA_REQUIRED is off: those who read answers sign in with one proof."),
    ("W005", lambda: not settings.DEMO, "DEMO is on: anyone can sign in as an invented person, and no mail leaves."),
]


@register(deploy=True)
def fit_for_production(app_configs, **kwargs) -> list[Warning]:
    return [Warning(sentence, id=f"cmtl.{number}") for number, is_so, sentence in NEEDED if not is_so()]
