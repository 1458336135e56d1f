"""What `manage.py check --deploy` adds: the few things without which production is a demonstration."""

import os
import re

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connections
from django.db.models import Model

from cmtl import encrypted

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
    troubles = troubles_of_keyring() + troubles_of_field_keys() + troubles_of_the_keeper()
    return missing + [Error(sentence, id=f"cmtl.{number}") for number, sentence in troubles]


def troubles_of_keyring() -> list[tuple[str, str]]:
    """Keys must not go where the site's files go: into backups, archives, object storage."""
    keyring, data = settings.KEYRING_DIR.resolve(), settings.DATA_DIR.resolve()
    if keyring.is_relative_to(data):
        return [("E001", "KEYRING_DIR lies in DATA_DIR: the keys of open evaluations would be backed up with files.")]
    if not (keyring.is_dir() and os.access(keyring, os.W_OK)):
        return [("E002", "KEYRING_DIR is not a folder that can be written to: no evaluation can be opened.")]
    return []


def troubles_of_field_keys() -> list[tuple[str, str]]:
    if not settings.FIELD_KEYS:
        return [("E003", "FIELD_KEYS is not set: encrypted texts would be lost with SECRET_KEY.")]
    try:
        for key in settings.FIELD_KEYS:
            Fernet(key)
    except ValueError:
        return [("E004", "FIELD_KEYS holds what is not a key: see docs/production.md for how one is made.")]
    return []


KEEPER = [
    "PRIVACY_OFFICER",
    "PRIVACY_OFFICER_NAME",
    "PRIVACY_OFFICER_TITLE",
    "ORGANISATION_NAME",
    "ORGANISATION_ADDRESS",
]
# Names that lead nowhere (RFC 2606), and those of the documentation.
INVENTED = re.compile(r"@(.*\.)?(localhost|(example|exemple)(\.\w+)?|test|invalid)$", re.IGNORECASE)


def troubles_of_the_keeper() -> list[tuple[str, str]]:
    """People must be able to write to a real person, wherever they are asked for something."""
    missing = [name for name in KEEPER if not getattr(settings, name)]
    if INVENTED.search(settings.PRIVACY_OFFICER):
        missing.insert(0, "PRIVACY_OFFICER")
    return [
        ("E005", f"{name} is invented or not given: pages and mails must say who answers for what people write.")
        for name in missing
    ]


@register(Tags.database)
def field_keys_open_what_is_kept(app_configs, databases=None, **kwargs) -> list[Warning]:
    """Asked of the newest text of each column, in production (`check --database default`, and at each `migrate`)."""
    if "default" not in (databases or []) or not settings.SECURE:
        return []
    return [
        Warning(
            f"No key of FIELD_KEYS opens what {model._meta.label}.{name} holds: give the key it was written with.",
            id="cmtl.W008",
        )
        for model, name in encrypted.columns()
        if any(not encrypted.opens(held) for held in newest(model, name))
    ]


def newest(model: type[Model], name: str) -> list[str]:
    """None before the first migration, nor of texts written before they were encrypted."""
    try:
        texts = encrypted.held_in(model, name).filter(held__startswith=encrypted.BEGINNING).order_by("-pk")
        return list(texts.values_list("held", flat=True)[:1])
    except DatabaseError:
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


OWNER_OR_SUPERUSER = """
    SELECT rolsuper OR EXISTS (
        SELECT FROM pg_tables WHERE schemaname = current_schema() AND pg_has_role(current_user, tableowner, 'USAGE')
    ) FROM pg_roles WHERE rolname = current_user
"""


@register(Tags.database)
def application_owns_nothing(app_configs, databases=None, **kwargs) -> list[Warning]:
    """Asked by the site and its workers, not by the processes that migrate and clean."""
    is_asked = settings.SECURE and not settings.ON_SQLITE and not settings.MAINTENANCE_DATABASE_URL
    if "default" not in (databases or []) or not is_asked:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(OWNER_OR_SUPERUSER)
        (owns,) = cursor.fetchone()
    sentence = (
        "The site's role in the database is a superuser or owns tables: whoever breaks in could change or drop them."
    )
    return [Warning(sentence, id="cmtl.W007")] if owns else []


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
