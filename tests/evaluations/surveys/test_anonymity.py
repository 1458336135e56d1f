"""What a superuser of the database could find out. Each attack is first shown to work on a schema that only hides
names and dates; on ours it must do no better than chance."""

import random
import time
import uuid
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from evaluations.domain.surveys import collection
from evaluations.models import BallotBox, Pool, Receipt, Response, SealedBallot, Survey
from evaluations.tasks import tend_surveys
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room, said_in

VOTERS = 40
# By chance one pair in forty voters is right on average (Poisson); seven or more comes once in twelve thousand.
CHANCE = 6

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL's own columns"),
]


def rows(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def voted():
    """Forty people answer one after the other; each writes their own number, which only the test can read."""
    meeting, members = a_room(make.a_community(), people=VOTERS)
    random.Random(7).shuffle(members)
    survey = collection.open_for(meeting, by=None)
    for member in members:
        collection.answer(survey, member, {**ANSWERS, "R5A": str(member.pk), "R6": str(member.pk)}, in_session=True)
    return survey, [member.pk for member in members]


@pytest.fixture
def naive():
    """Random keys, no date, no name beside the answer: what is usually called anonymous."""
    rows("CREATE TABLE naive_receipt (id uuid PRIMARY KEY, person int)")
    rows("CREATE TABLE naive_response (id uuid PRIMARY KEY, said int)")
    people = list(range(1, VOTERS + 1))
    random.Random(7).shuffle(people)
    for person in people:
        with transaction.atomic():
            rows("INSERT INTO naive_receipt VALUES (%s, %s)", uuid.uuid4(), person)
            rows("INSERT INTO naive_response VALUES (%s, %s)", uuid.uuid4(), person)
    yield people
    rows("DROP TABLE naive_receipt, naive_response")


NAIVE = ("naive_receipt", "person", "naive_response", "said")


def by_transaction(receipts, person, responses, said):
    """People whose answer is found because both rows were written by the same transaction, and only they were."""
    written = f"SELECT xmin, {said} AS said FROM {responses}"
    pairs = rows(f"SELECT p.{person}, r.said FROM {receipts} p JOIN ({written}) r ON p.xmin = r.xmin")
    candidates: dict[int, list[int]] = {}
    for who, what in pairs:
        candidates.setdefault(who, []).append(what)
    return sum(found == [who] for who, found in candidates.items())


def by_position(receipts, person, responses, said, order="ctid"):
    """People whose answer lies at the same place in its table as they do in theirs."""
    people = [row[0] for row in rows(f"SELECT {person} FROM {receipts} ORDER BY {order}")]
    answers = [row[0] for row in rows(f"SELECT {said} FROM {responses} ORDER BY {order}")]
    return sum(who == what for who, what in zip(people, answers, strict=True))


def in_order(table, column, came):
    """Rows that lie where the person came in the line."""
    lie = [row[0] for row in rows(f"SELECT {column} FROM {table} ORDER BY ctid")]
    return sum(a == b for a, b in zip(lie, came, strict=True))


def dumped(table, column):
    """In the order of a dump, which is that of the file."""
    with connection.cursor() as cursor, cursor.copy(f"COPY (SELECT {column} FROM {table}) TO STDOUT") as copy:
        return [int(bytes(line)) for line in copy]


def test_the_attacks_work_on_a_naive_schema(naive):
    assert by_transaction(*NAIVE) == VOTERS
    assert by_position(*NAIVE) == VOTERS
    assert in_order("naive_response", "said", naive) == VOTERS
    assert dumped("naive_receipt", "person") == dumped("naive_response", "said") == naive


SAID = "(value #>> '{}')::int"  # each person's own number, written in the text that waits


def test_after_closing_nobody_is_named_and_answers_are_of_one_transaction(voted):
    survey, _came = voted
    collection.close(survey)

    assert rows("SELECT count(*) FROM evaluations_receipt") == [(0,)]
    assert rows("SELECT count(DISTINCT xmin::text) FROM evaluations_response") == [(1,)]


@pytest.mark.parametrize("order", ["ctid", "id"])
def test_after_closing_the_place_of_rows_tells_nothing(voted, order):
    survey, came = voted
    collection.close(survey)

    lie = [row[0] for row in rows(f"SELECT {SAID} FROM evaluations_response WHERE code = 'R5A' ORDER BY {order}")]
    followed = set(zip(came, came[1:], strict=False))

    assert sorted(lie) == sorted(came)
    assert sum(a == b for a, b in zip(lie, came, strict=True)) <= CHANCE
    assert len(followed & set(zip(lie, lie[1:], strict=False))) <= CHANCE


def test_after_closing_answers_of_one_person_are_not_neighbours(voted):
    survey, _came = voted
    collection.close(survey)

    topics, numbers = (
        [row[0] for row in rows(f"SELECT {SAID} FROM evaluations_response WHERE code = %s ORDER BY ctid", code)]
        for code in ("R5A", "R6")
    )

    assert sorted(topics) == sorted(numbers)
    assert sum(a == b for a, b in zip(topics, numbers, strict=True)) <= CHANCE


def sizes():
    """Of the ballots' file, of what it keeps apart because it is long, and of the receipts'."""
    return rows(
        "SELECT pg_relation_size('evaluations_sealedballot'), pg_relation_size(reltoastrelid), "
        "pg_relation_size('evaluations_receipt') FROM pg_class WHERE relname = 'evaluations_sealedballot'"
    )[0]


def sizes_once_tended():
    """A cleaner of the database itself may be looking at that very moment: the timetable tries again."""
    for _minute in range(20):
        if sizes()[0] == 0:
            break
        time.sleep(0.5)
        tend_surveys()
    return sizes()


CLEAN = (0, 0, 0)  # of the ballot box, of what it keeps apart, of the receipts


@contextmanager
def a_transaction_open_in(database):
    """Somebody else's, who has written and reads on: they still see every row as it was."""
    here = connection.get_connection_params()
    address = {name: here[name] for name in ("host", "port", "user", "password") if here.get(name)}
    with psycopg.connect(dbname=database, autocommit=True, **address) as other:
        other.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT pg_current_xact_id()")
        yield


@pytest.fixture
def somebody_elsewhere(transactional_db):
    """In another database of the same server, since before the first answer."""
    with a_transaction_open_in("postgres"):
        yield


def test_after_closing_no_earlier_version_is_left_in_the_files(voted):
    survey, _came = voted
    assert sizes()[0] > 0

    collection.close(survey)

    assert sizes_once_tended() == CLEAN


def test_a_transaction_of_another_database_keeps_no_earlier_version(somebody_elsewhere, voted):
    """A server may hold several databases, and somebody's dump may last all night."""
    survey, _came = voted

    collection.close(survey)

    assert sizes_once_tended() == CLEAN


def test_a_transaction_of_this_database_keeps_them_until_it_ends(voted):
    """Then the next minute of the timetable cleans."""
    survey, _came = voted

    with a_transaction_open_in(connection.settings_dict["NAME"]):
        collection.close(survey)
        tend_surveys()
        assert sizes()[0] > 0

    assert sizes_once_tended() == CLEAN


def test_while_it_is_open_a_ballot_is_tied_to_a_receipt_that_the_keyring_alone_reads(voted):
    survey, came = voted

    ballot_box = BallotBox.objects.get()

    assert Response.objects.count() == 0
    assert all(ballot.pk.version == 4 for ballot in ballot_box.ballots.all())
    lie = [int(said["R5A"]) for said in said_in(survey)]
    assert sum(a == b for a, b in zip(lie, came, strict=True)) <= CHANCE
    pairs = rows(
        "SELECT r.digest, b.sealed FROM evaluations_receipt r JOIN evaluations_sealedballot b ON r.xmin = b.xmin"
    )
    assert {digest for digest, _sealed in pairs} == set(collection.digests_of(survey, came)), "which the keyring makes"
    assert not any(b"R5A" in bytes(sealed) for _digest, sealed in pairs)


def test_an_answer_writes_a_receipt_and_a_ballot_and_nothing_else(caplog):
    caplog.set_level("DEBUG", logger="evaluations")
    meeting, members = a_room(make.a_community())
    survey = collection.open_for(meeting, by=None)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        collection.answer(survey, members[0], ANSWERS, in_session=True)

    written = [q["sql"] for q in asked if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert len(written) == 2
    assert "INTO evaluations_receipt" in written[0]
    assert "INTO evaluations_sealedballot" in written[1]
    assert not [record for record in caplog.records if record.name.startswith("evaluations")]


@pytest.mark.parametrize("model", [Receipt, Response, SealedBallot, BallotBox])
def test_no_column_holds_a_time_or_an_address(model):
    kinds = (models.DateField, models.TimeField, models.GenericIPAddressField, models.AutoField)
    assert not [field for field in model._meta.get_fields() if isinstance(field, kinds)]
    related = {field.related_model for field in model._meta.get_fields() if field.is_relation}
    assert related <= {Survey, BallotBox, SealedBallot, Pool}
