"""The check that runs after each test on a real database (`tests/conftest.py`) sees what was left open."""

import psycopg
import pytest
from django.db import connection, transaction

from accounts.models import User
from tests.open_transactions import left_open

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL who is there"),
]


@pytest.fixture
def another():
    """`another(database)` is a session of somebody else's, in no transaction yet."""
    here = connection.get_connection_params()
    address = {name: here[name] for name in ("host", "port", "user", "password") if here.get(name)}
    sessions = []

    def connect(database):
        sessions.append(psycopg.connect(dbname=database, autocommit=True, **address))
        return sessions[-1]

    yield connect
    for session in sessions:
        session.close()


def test_a_session_idle_in_a_transaction_is_named_until_it_ends(another):
    session = another(connection.settings_dict["NAME"])
    assert left_open(0) == []

    session.execute("BEGIN")
    session.execute("SELECT 'forgotten here'")
    (found,) = left_open(0.2)
    assert "idle in transaction" in found
    assert "forgotten here" in found

    session.execute("COMMIT")
    assert left_open() == []


def test_a_session_gone_without_a_word_is_given_the_time_to_end(another):
    session = another(connection.settings_dict["NAME"])
    session.execute("BEGIN")

    session.close()

    assert left_open() == []


def test_what_the_test_itself_left_open_is_named():
    with transaction.atomic():
        User.objects.exists()
        assert "own connection" in left_open(0)[0]
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        assert "own connection" in left_open(0)[0]
        cursor.execute("ROLLBACK")
    assert left_open(0) == []


def test_a_neighbour_of_another_database_is_left_alone(another):
    """The other processes of `pytest -n` share the server, each with a database of its own."""
    session = another("postgres")
    session.execute("BEGIN")
    session.execute("SELECT pg_current_xact_id()")

    assert left_open(0) == []
