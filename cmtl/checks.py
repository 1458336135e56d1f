"""What `manage.py check --deploy` adds: the few things without which production is a demonstration."""

import os

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

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


# What PostgreSQL's own log may not say (docs/production.md): errors of statements quote values, also bound ones.
QUIET_SERVER = {
    "log_min_messages": {"log", "fatal", "panic"},
    "log_min_error_statement": {"panic"},
    "log_error_verbosity": {"terse"},
    "log_statement": {"none"},
    "log_min_duration_statement": {"-1"},
    "log_min_duration_sample": {"-1"},
    "log_transaction_sample_rate": {"0"},
    "log_duration": {"off"},
    "log_parameter_max_length": {"0"},
    "log_parameter_max_length_on_error": {"0"},
    "log_lock_waits": {"off"},
}


@register(Tags.database)
def server_says_nothing(app_configs, databases=None, **kwargs) -> list[Warning]:
    """Asked of the server itself, in production (`check --database default`, and at each `migrate`)."""
    if "default" not in (databases or []) or settings.ON_SQLITE or not settings.SECURE:
        return []
    return [
        Warning(
            f"PostgreSQL's {name} is {value}: its log may quote what people write. "
            f"Set it to {sorted(QUIET_SERVER[name])[0]}.",
            id="cmtl.W006",
        )
        for name, value in server_settings().items()
        if value not in QUIET_SERVER[name]
    ]


def server_settings() -> dict[str, str]:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY(%s)", [list(QUIET_SERVER)])
        return dict(cursor.fetchall())
