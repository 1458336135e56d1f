"""What `manage.py check --deploy` adds: the few things without which production is a demonstration."""

import os

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

NEEDED = [
    ("W001", lambda: settings.SECURE, "SITE_URL does not start with https://: cookies and links are not protected."),
    ("W002", lambda: not settings.ON_SQLITE, "DATABASE_URL is not set: SQLite serves a demonstration only."),
    ("W003", lambda: settings.REDIS_URL, "REDIS_URL is not set: the worker cannot be reached from the site."),
    ("W004", lambda: settings.MFA_REQUIRED, "MFA_REQUIRED is off: those who read answers sign in with one proof."),
    ("W005", lambda: not settings.DEMO, "DEMO is on: anyone can sign in as an invented person, and no mail leaves."),
]


@register(deploy=True)
def fit_for_production(app_configs, **kwargs) -> list[CheckMessage]:
    missing: list[CheckMessage] = [
        Warning(sentence, id=f"cmtl.{number}") for number, is_so, sentence in NEEDED if not is_so()
    ]
    return missing + [Error(sentence, id=f"cmtl.{number}") for number, sentence in troubles_of_keyring()]


def troubles_of_keyring() -> list[tuple[str, str]]:
    """Keys must not go where the site's files go: into backups, archives, object storage."""
    keyring, data = settings.KEYRING_DIR.resolve(), settings.DATA_DIR.resolve()
    if keyring.is_relative_to(data):
        return [("E001", "KEYRING_DIR lies in DATA_DIR: the keys of open evaluations would be backed up with files.")]
    if not (keyring.is_dir() and os.access(keyring, os.W_OK)):
        return [("E002", "KEYRING_DIR is not a folder that can be written to: no evaluation can be opened.")]
    return []
