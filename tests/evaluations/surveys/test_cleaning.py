"""Deleted rows leave the database's files after a closing, whoever is looking at that moment; until they have, it is
tried again, and an operator is told. Read as whoever holds the disk would: the bytes of the files themselves."""

import datetime as dt
import logging
from contextlib import contextmanager

import psycopg
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cmtl import health
from evaluations.domain.surveys import cleaning, collection
from evaluations.models import BallotBox, Pool, Receipt, Release, Response, SealedBallot, Survey
from evaluations.tasks import tend_surveys
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="reads PostgreSQL's files"),
]


def test_all_that_hangs_from_a_survey_is_cleaned():
    hanging = {model._meta.db_table for model in (BallotBox, SealedBallot, Receipt, Response, Release, Pool)}

    assert hanging <= set(cleaning.tables())
    assert Survey._meta.db_table not in cleaning.tables()


def rows(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def found(traces):
    """Which of these are in the files of the tables that hang from a survey, and in what they keep apart."""
    rows("CHECKPOINT")
    files = rows(
        "SELECT pg_read_binary_file(pg_relation_filepath(file)) FROM ("
        "SELECT oid AS file FROM pg_class WHERE relname = ANY(%s) UNION SELECT reltoastrelid FROM pg_class "
        "WHERE relname = ANY(%s) AND reltoastrelid <> 0) AS files",
        cleaning.tables(),
        cleaning.tables(),
    )
    whole = b"".join(bytes(content) for (content,) in files)
    return {trace for trace in traces if trace in whole}


@pytest.fixture
def survey():
    """Open, and answered by six."""
    return an_answered_survey()


def an_answered_survey(people=6):
    meeting, members = a_room(make.a_community(), people=people)
    opened = collection.open_for(meeting, by=None)
    for member in members:
        collection.answer(opened, member, ANSWERS, in_session=True)
    opened.traces = traces_of(opened)
    assert len(opened.traces) == 2 * people
    return opened


def traces_of(survey):
    """What the files hold of each receipt, and the beginning of each sealed ballot."""
    digests = {digest.encode() for digest in survey.receipts.values_list("digest", flat=True)}
    ballots = SealedBallot.objects.filter(ballot_box__survey=survey).values_list("sealed", flat=True)
    return digests | {bytes(sealed)[:64] for sealed in ballots}


@contextmanager
def a_session_in(database):
    here = connection.get_connection_params()
    address = {name: here[name] for name in ("host", "port", "user", "password") if here.get(name)}
    with psycopg.connect(dbname=database, autocommit=True, **address) as session:
        yield session


def left_open():
    """Somebody reads in this database."""
    with a_session_in(connection.settings_dict["NAME"]) as session:
        session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        session.execute("SELECT count(*) FROM evaluations_survey")
        yield


def prepared():
    """Somebody has prepared a transaction of two phases, and is gone."""
    with a_session_in(connection.settings_dict["NAME"]) as session:
        if session.execute("SHOW max_prepared_transactions").fetchone() == ("0",):
            pytest.skip("this server prepares no transaction")
        session.execute("BEGIN")
        session.execute("SELECT pg_current_xact_id()")
        session.execute("PREPARE TRANSACTION 'forgotten'")
        try:
            yield
        finally:
            session.execute("ROLLBACK PREPARED 'forgotten'")


def elsewhere():
    """Somebody reads and writes in another database of the server."""
    with a_session_in("postgres") as session:
        session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        session.execute("SELECT pg_current_xact_id()")
        yield


held = {who.__name__: contextmanager(who) for who in (left_open, prepared, elsewhere)}


def later(**since):
    """As if every closing were that long ago."""
    Survey.objects.exclude(closed_at=None).update(closed_at=timezone.now() - dt.timedelta(**since))


def tended_until(is_done):
    """A cleaner of the database itself may be looking at that very moment: the next minute tries again."""
    for _minute in range(10):
        tend_surveys()
        if is_done():
            return True
    return False


@pytest.mark.parametrize("who", ["left_open", "prepared"])
def test_what_is_held_at_the_closing_is_kept_then_gone(survey, who):
    with held[who]():
        collection.close(survey)
        later(minutes=2)
        tend_surveys()

        assert found(survey.traces) == survey.traces, "the reader sees them while they are there"
        assert cleaning.surveys_to_clean().exists()

    assert tended_until(lambda: not cleaning.surveys_to_clean().exists())
    assert found(survey.traces) == set()


def test_a_neighbour_of_another_database_holds_nothing(survey):
    with held["elsewhere"]():
        collection.close(survey)
        later(minutes=2)

        assert tended_until(lambda: not cleaning.surveys_to_clean().exists())
        assert found(survey.traces) == set()


def test_of_two_surveys_the_open_one_keeps_its_receipts(survey):
    other = an_answered_survey()

    collection.close(survey)
    later(minutes=2)

    assert tended_until(lambda: not cleaning.surveys_to_clean().exists())
    assert found(survey.traces | other.traces) == other.traces
    assert Survey.objects.get(pk=other.pk).cleaned_at is None


def test_an_answer_undone_after_the_closing_is_cleaned_a_minute_later(survey):
    """It was on its way: it finds no ballot box, and its receipt is rolled back. So no survey is clean at once."""
    late = make.a_member(survey.meeting.community)
    make.an_attendance(survey.meeting, late)
    (digest,) = collection.digests_of(survey, [late.pk])
    collection.close(Survey.objects.get(pk=survey.pk))

    assert collection.answer(survey, late, ANSWERS, in_session=True) is collection.Outcome.CLOSED
    assert found({digest.encode()}) == {digest.encode()}
    tend_surveys()
    assert cleaning.surveys_to_clean().exists()

    later(minutes=1)
    assert tended_until(lambda: not cleaning.surveys_to_clean().exists())
    assert found({digest.encode()}) == set()


def test_once_clean_nothing_is_asked_of_the_database_any_more(survey):
    collection.close(survey)
    later(minutes=2)
    assert tended_until(lambda: not cleaning.surveys_to_clean().exists())

    with CaptureQueriesContext(connection) as asked:
        tend_surveys()

    assert not [query for query in asked if "VACUUM" in query["sql"]]


def test_an_operator_is_told_after_an_hour_and_no_longer_once_it_is_clean(survey, client, caplog):
    cache.delete(health.HEARTBEAT)
    health.beat()

    def is_told():
        caplog.clear()
        tend_surveys()
        errors = [record for record in caplog.records if record.levelno == logging.ERROR]
        answer = client.get("/readyz")
        assert answer.status_code == 200, "the site goes on meanwhile"
        assert bool(errors) == (not answer.json()["closed_evaluations_cleaned"])
        return bool(errors)

    with held["left_open"]():
        collection.close(survey)
        later(minutes=59)
        assert not is_told()
        later(minutes=61)
        assert is_told()

    assert tended_until(lambda: not cleaning.surveys_to_clean().exists())
    assert not is_told()


def test_a_table_that_is_locked_is_cleaned_the_next_minute(survey):
    collection.close(survey)
    later(minutes=2)
    with a_session_in(connection.settings_dict["NAME"]) as session:
        session.execute("BEGIN")
        session.execute("LOCK TABLE evaluations_receipt IN ACCESS EXCLUSIVE MODE")
        tend_surveys()
        assert cleaning.surveys_to_clean().exists()
        session.execute("ROLLBACK")

    assert tended_until(lambda: not cleaning.surveys_to_clean().exists())
