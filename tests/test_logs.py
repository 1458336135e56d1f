"""What the logs say, and do not: each test reads what a handler of the settings wrote, then what one without its
filter would have written, so that an empty log proves something."""

import io
import logging
import re
import runpy
from contextlib import suppress
from pathlib import Path

import pytest
import redis
from celery import shared_task
from django.conf import settings
from django.core.cache import cache, caches
from django.core.checks import run_checks
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import get_resolver
from gunicorn.config import Config

from accounts.models import User
from cmtl import checks
from cmtl.logs import Discreet, beginnings_of, scrubbed
from meetings.domain.links import links
from tests import factories as make
from tests.test_permissions import PUBLIC, TABLE, Place

ROOT = Path(__file__).resolve().parent.parent
SECRET = "Je-ne-me-sens-pas-écoutée"
with_and_without = pytest.mark.parametrize("discreet", [True, False], ids=["discreet", "control"])


@pytest.fixture
def log(discreet, monkeypatch):
    """A function that tells what was written, by the handler of the settings or by one without its filter."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter(settings.LOGGING["formatters"]["line"]["format"]))
    if discreet:
        handler.addFilter(Discreet())
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    logging.getLogger().setLevel("INFO")
    monkeypatch.setattr(logging.getLogger("django.request"), "level", logging.INFO)
    return stream.getvalue


def agrees(written: str, secrets, discreet: bool) -> None:
    """None of them in the log; in the control's, all."""
    told = {secret for secret in secrets if secret in written}
    assert told == (set() if discreet else set(secrets)), written[-3000:]


# ---------------------------------------------------------------- pages


@with_and_without
def test_no_public_address_is_written(log, discreet, db):
    """Each one, mistyped, refused and broken."""
    place = Place("Constellation", make.a_programme("Familles"))
    keys = {name: place.address(name, line.of) for name, line in TABLE.items() if is_key(line)}

    for address in keys.values():
        refuse_and_break(address)

    agrees(log(), {address.split("/")[2].partition(".ics")[0] for address in keys.values()}, discreet)
    assert ("/r/<str:token>/" in log()) == discreet
    assert {"Internal Server Error", "Forbidden", "Not Found"} <= set(
        re.findall("Internal Server Error|Forbidden|Not Found", log())
    )


def is_key(line) -> bool:
    return line.roles == PUBLIC and line.of not in ("none", "demo")


def refuse_and_break(address: str) -> None:
    Client(enforce_csrf_checks=True).post(address)
    Client().put(address)
    Client().get(address + "suite/")
    with suppress(DatabaseError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL search_path TO nowhere")  # each table is missing
        Client(raise_request_exception=False).get(address)
        transaction.set_rollback(True)


def test_each_address_with_an_argument_is_cut_at_it():
    beginnings = set(beginnings_of(get_resolver()))

    assert {"r/", "ici/", "moi/", "calendriers/", "rejoindre/", "d/", "desabonnement/", "membres/"} <= beginnings
    assert "" not in beginnings
    assert scrubbed("GET /R/12.7~x?a=b and /moi/") == "GET /R/… and /moi/"


# ---------------------------------------------------------------- exceptions


@with_and_without
def test_the_words_of_an_error_are_not_written(log, discreet, db):
    """Its kind, PostgreSQL's code and the lines of the program are."""
    nadia = make.a_person("Nadia", email="nadia@exemple.quebec")
    try:
        with transaction.atomic():
            User.objects.create_user(nadia.email, first_name="Nadia")
    except DatabaseError as error:
        logging.getLogger("cmtl.anything").exception("Somebody could not be listed: %s", error)

    agrees(log(), [nadia.email], discreet)
    assert "django.db.utils.IntegrityError" in log()
    assert "accounts/models/user.py" in log()
    if discreet:
        assert "psycopg.errors.UniqueViolation (23505)" in log()


@with_and_without
def test_what_a_task_was_given_is_not_written(log, discreet):
    @shared_task(name=f"tests.fails_{discreet}")
    def fails(words):
        raise ValueError(words)

    fails.apply([SECRET])

    agrees(log(), [SECRET], discreet)
    assert "tests.fails_" in log()


@with_and_without
def test_an_address_that_the_relay_quotes_is_not_written(log, discreet):
    why = "550 5.1.1 <nadia@exemple.quebec>: Recipient address rejected"
    logging.getLogger("outbox.delivery").error("The mail relay is down: %s", why)

    agrees(log(), ["nadia@exemple.quebec"], discreet)


@pytest.mark.parametrize("discreet", [True])
def test_what_an_operator_must_mend_is_said(log):
    try:
        import no_such_module  # noqa: F401
    except ImportError:
        logging.getLogger("cmtl.anything").exception("Exception in worker process")

    assert "No module named 'no_such_module'" in log()


# ---------------------------------------------------------------- gunicorn


def test_the_server_writes_no_access_and_quotes_no_request(tmp_path, community, monkeypatch):
    """Whatever the command asks for."""
    for name in ("gunicorn.error", "gunicorn.access"):
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
    meeting = make.a_meeting(community)
    token = links.guest_token(meeting, make.a_member(community))
    written = tmp_path / "gunicorn.log"
    config = Config()
    config.set("errorlog", str(written))
    config.set("accesslog", str(written))
    logger = runpy.run_path(str(ROOT / "gunicorn.conf.py"))["logger_class"](config)

    logger.access(None, None, {}, None)
    logger.error("Error handling request %s", f"/r/{token}/?de=courriel")
    logger.warning(f"Invalid request from ip=192.0.2.7: Invalid HTTP request line: 'GET /r/{token}/ HTTP/9'")
    logger.info("Booting worker with pid: %s", 12)

    assert token not in written.read_text()
    assert "192.0.2.7" not in written.read_text()
    assert "Error handling request /r/<str:token>/" in written.read_text()
    assert "Booting worker with pid: 12" in written.read_text()


# ---------------------------------------------------------------- PostgreSQL and Redis


@pytest.mark.services
def test_values_travel_apart_from_the_statement(db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no log")
    with connection.cursor() as cursor:
        cursor.execute("SELECT query, %s FROM pg_stat_activity WHERE pid = pg_backend_pid()", [SECRET])
        query, _secret = cursor.fetchone()

    assert SECRET not in query


@pytest.mark.services
def test_thousands_of_rows_are_written_at_once(db):
    """A statement holds 65,535 values: these need 70,000."""
    people = [User(first_name=f"P{n}", email=f"p{n}@exemple.quebec") for n in range(5_000)]

    assert len(User._meta.concrete_fields) * len(people) > 65_535
    User.objects.bulk_create(people)

    assert User.objects.filter(first_name__startswith="P").count() == 5_000


@pytest.mark.services
def test_a_server_whose_log_quotes_values_is_named(db, settings):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no log")
    settings.SECURE = True
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL log_statement = 'all'")

    named = [warning for warning in run_checks(databases=["default"]) if warning.id == "cmtl.W006"]

    assert any("log_statement is all" in warning.msg for warning in named)
    assert run_checks(databases=[]) == []


def test_the_compose_file_sets_what_is_checked():
    compose = (ROOT / "docker-compose.yml").read_text()

    for name, allowed in checks.QUIET_SERVER.items():
        assert any(f"-c{name}={value}\n" in compose for value in allowed), name


@pytest.mark.services
def test_redis_keeps_neither_names_nor_values(sandrine):
    if not settings.REDIS_URL:
        pytest.skip("no Redis")
    Client().force_login(sandrine)
    cache.set(f"limit:{sandrine.email}", {"code": SECRET})
    caches["sessions"].set("session", {"who": SECRET})
    kept = redis.Redis.from_url(settings.REDIS_URL)
    raw = b"".join(key + (kept.get(key) or b"") for key in kept.scan_iter() if kept.type(key) == b"string")

    assert cache.get(f"limit:{sandrine.email}") == {"code": SECRET}
    assert caches["sessions"].get("session") == {"who": SECRET}
    for secret in (SECRET.encode(), sandrine.email.encode(), b"session", b"limit", SECRET[:11].encode()):
        assert secret not in raw


def test_what_redis_counts_goes_on_being_counted():
    cache.set("so-many", 3, 60)

    assert cache.incr("so-many") == 4
    assert cache.get("so-many") == 4
