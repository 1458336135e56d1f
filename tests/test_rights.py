"""The application's role reads and writes rows; the maintenance owns the tables, migrates and cleans. Two real roles of
a real server: six people answer in the name of one, and what they left is cleaned in the name of the other."""

import datetime as dt
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
from celery import current_app
from django.core.checks import run_checks
from django.db import ProgrammingError, connection, models
from django.urls import reverse
from django.utils import timezone

from accounts.domain import audit, audit_chain
from accounts.models import Action, AuditLine
from accounts.tasks import forget_old_audit, let_go_of_old_audit
from cmtl import rights
from communities.models import StatusChange
from evaluations.domain.surveys import cleaning, collection
from evaluations.models import Survey
from evaluations.tasks import clean, tend_surveys
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="roles of PostgreSQL"),
]
ROLES = Path(__file__).resolve().parent.parent / "docs" / "production" / "roles.sql"
FORBIDDEN = [
    "VACUUM (FULL) evaluations_receipt",
    "DROP TABLE evaluations_receipt",
    "TRUNCATE evaluations_receipt",
    "ALTER TABLE evaluations_receipt ADD COLUMN whose text",
    "CREATE TABLE mine (a int)",
    "CREATE TEMPORARY TABLE mine (a int)",
    "CREATE ROLE mine",
    "SELECT rolpassword FROM pg_authid",
    "SELECT pg_read_binary_file('PG_VERSION')",
    "COPY evaluations_receipt TO PROGRAM 'cat'",
]
THE_OWNER_CAN = [sql for sql in FORBIDDEN if "evaluations_receipt" in sql and "COPY" not in sql]


def run(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return cursor.fetchall() if cursor.description else []


def refused(sql) -> str:
    """The SQLSTATE of the refusal. A VACUUM is not refused: it is skipped with a warning."""
    try:
        run(sql)
    except ProgrammingError as error:
        return error.__cause__.sqlstate
    return ""


@pytest.fixture
def roles(transactional_db):
    """The names of both; the tables are given back afterwards."""
    database, superuser = connection.settings_dict["NAME"], connection.settings_dict["USER"]
    named = {"application": f"application_{database}", "maintenance": f"maintenance_{database}"}
    make_roles(named)
    yield named
    with as_role(superuser):
        both = ", ".join(f'"{name}"' for name in named.values())
        run(f'REASSIGN OWNED BY "{named["maintenance"]}" TO "{superuser}"')
        run(f"DROP OWNED BY {both}")
        run(f"DROP ROLE {both}")


def make_roles(named):
    here = connection.get_connection_params()
    command = [shutil.which("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", "superuser_keeps_its_password=1"]
    for name, role in named.items():
        command += ["-v", f"{name}={role}", "-v", f"{name}_password=secret"]
    address = {"PGHOST": here["host"], "PGPORT": here["port"], "PGUSER": here["user"], "PGDATABASE": here["dbname"]}
    variables = {k: str(v) for k, v in {**address, "PGPASSWORD": here.get("password", "")}.items() if v}
    subprocess.run([*command, "-f", ROLES], env=variables, check=True)


@contextmanager
def as_role(user, password="secret"):
    """What follows is asked in that role's name, as a process with its password would."""
    before = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update(USER=user, PASSWORD=before["PASSWORD"] if user == before["USER"] else password)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


@pytest.fixture
def asked(monkeypatch):
    """What is sent to the broker: its queue, by the routes of the settings."""
    sent = []
    monkeypatch.setattr(
        current_app.amqp,
        "send_task_message",
        lambda producer, name, message, queue=None, routing_key=None, **more: sent.append(
            (name, getattr(queue, "name", queue))
        ),
    )
    return sent


def closed_a_while_ago():
    Survey.objects.exclude(closed_at=None).update(closed_at=timezone.now() - dt.timedelta(minutes=2))


# ------------------------------------------------------------ what each may


def test_a_meeting_is_lived_and_evaluated_by_a_role_that_owns_nothing(roles, client, sandrine, community, asked):
    beside, _people = a_room(make.a_community())
    with as_role(roles["application"]):
        meeting, members = a_room(community, by=sandrine)
        client.force_login(sandrine)
        assert client.get(reverse("meetings:prepare", args=[meeting.pk])).status_code == 200
        survey, other = collection.open_for(meeting, by=sandrine), collection.open_for(beside, by=None)
        for member in members:
            assert collection.answer(survey, member, ANSWERS, in_session=True) is collection.Outcome.STORED
        collection.close(survey)
        survey.refresh_from_db()
        assert survey.closed_at
        assert ("evaluations.tasks.clean", "maintenance") in asked

        closed_a_while_ago()
        tend_surveys()
        assert cleaning.surveys_to_clean().exists(), "it cannot clean, and asks again"
        assert asked.count(("evaluations.tasks.clean", "maintenance")) == 2

    with as_role(roles["maintenance"]):
        for _minute in range(10):  # the server's own cleaner may be looking at that very moment
            clean()
            if not cleaning.surveys_to_clean().exists():
                break
        assert not cleaning.surveys_to_clean().exists()
        assert Survey.objects.get(pk=other.pk).cleaned_at is None, "the neighbour is open"
    assert run("SELECT n_dead_tup FROM pg_stat_all_tables WHERE relname = 'evaluations_sealedballot'") == [(0,)]


def test_in_one_role_whoever_closes_cleans(client, community, asked):
    """Control: development, and a set-up that has not made its roles yet."""
    meeting, members = a_room(community)
    survey = collection.open_for(meeting, by=None)
    for member in members:
        collection.answer(survey, member, ANSWERS, in_session=True)
    collection.close(survey)
    closed_a_while_ago()

    for _minute in range(10):
        tend_surveys()

    assert not cleaning.surveys_to_clean().exists()
    assert ("evaluations.tasks.clean", "maintenance") not in asked


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_the_application_may_not(roles, sql):
    before = run("SELECT pg_relation_filenode('evaluations_receipt')")

    with as_role(roles["application"]):
        assert refused(sql) == "42501" or sql.startswith("VACUUM")

    assert run("SELECT pg_relation_filenode('evaluations_receipt')") == before


def test_the_owner_may(roles):
    """Control: the same statements, of which VACUUM FULL is seen by the file it writes anew."""
    before = run("SELECT pg_relation_filenode('evaluations_receipt')")
    with as_role(roles["maintenance"]):
        run(FORBIDDEN[0])
        assert run("SELECT pg_relation_filenode('evaluations_receipt')") != before
        for sql in THE_OWNER_CAN[1:]:
            run("BEGIN")
            assert refused(sql) == ""
            run("ROLLBACK")
        assert refused("SELECT rolpassword FROM pg_authid") == "42501", "it is no superuser either"
    assert run("SELECT rolpassword FROM pg_authid LIMIT 1"), "control: a superuser reads it"


# ------------------------------------------------------------ what comes later


class Later(models.Model):
    """A table of a migration to come."""

    words = models.CharField(max_length=20)

    class Meta:
        app_label = "to_come"

    def __str__(self):
        return self.words


def test_a_table_made_by_a_later_migration_is_the_application_s_to_write(roles):
    with as_role(roles["maintenance"]), connection.schema_editor() as editor:
        editor.create_model(Later)
    try:
        with as_role(roles["application"]):
            Later.objects.create(words="Bonjour")
            Later.objects.update(words="Bonsoir")
            assert Later.objects.get().words == "Bonsoir"
            assert refused("DROP TABLE to_come_later") == "42501"
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Later)


def test_lines_of_some_tables_can_be_added_and_never_changed(roles, settings, monkeypatch, community):
    monkeypatch.setattr(rights, "ONLY_ADDED_TO", [StatusChange._meta.db_table])
    settings.APPLICATION_ROLE = roles["application"]
    with as_role(roles["application"]):  # control: before a migration says so
        line = StatusChange.objects.create(community=community, was="active", became="paused")
        StatusChange.objects.update(reason="Autre raison")

    with as_role(roles["maintenance"]):
        rights.take_back(using="default")

    with as_role(roles["application"]):
        StatusChange.objects.create(community=community, was="paused", became="active")
        assert StatusChange.objects.count() == 2
        for change in (StatusChange.objects.all().delete, lambda: StatusChange.objects.update(reason="Effacée")):
            with pytest.raises(ProgrammingError, match="permission denied"):
                change()
    with as_role(roles["maintenance"]):  # control: old lines go by the maintenance
        StatusChange.objects.filter(pk=line.pk).delete()


def test_the_audit_log_is_added_to_by_the_site_and_shortened_by_the_maintenance(roles, settings, nadia, asked):
    settings.APPLICATION_ROLE = roles["application"]
    long_ago = timezone.now() - dt.timedelta(days=3_000)
    with as_role(roles["maintenance"]):
        rights.take_back(using="default")

    with as_role(roles["application"]):
        old = audit.write(Action.EXPORTED, by=nadia, what="audit")
        audit_chain.link_all()
        for change in (AuditLine.objects.all().delete, lambda: AuditLine.objects.update(role="")):
            with pytest.raises(ProgrammingError, match="permission denied"):
                change()
        forget_old_audit()
    assert ("accounts.tasks.let_go_of_old_audit", "maintenance") in asked
    assert AuditLine.objects.filter(pk=old.pk).exists()

    with as_role(roles["maintenance"]), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditline DISABLE TRIGGER only_grows")
        AuditLine.objects.update(at=long_ago)
        cursor.execute("ALTER TABLE accounts_auditline ENABLE TRIGGER only_grows")
    with as_role(roles["maintenance"]):
        let_go_of_old_audit()
    assert not AuditLine.objects.filter(pk=old.pk).exists()


def test_the_roles_can_be_made_again(roles):
    make_roles(roles)

    with as_role(roles["application"]):
        assert refused("DROP TABLE evaluations_receipt") == "42501"


# ------------------------------------------------------------ what the check says


def warned() -> bool:
    return "cmtl.W007" in {found.id for found in run_checks(tags=["database"], databases=["default"])}


def test_the_check_says_when_the_site_s_role_owns_tables_or_is_a_superuser(roles, settings):
    assert not warned()  # a demonstration, without HTTPS
    settings.SECURE = True
    assert warned()
    with as_role(roles["maintenance"]):
        assert warned()
        settings.MAINTENANCE_DATABASE_URL = "postgres://maintenance@postgres/cmtl"
        assert not warned()  # it is its place
        settings.MAINTENANCE_DATABASE_URL = ""
    with as_role(roles["application"]):
        assert not warned()
