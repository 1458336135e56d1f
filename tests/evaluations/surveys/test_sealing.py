"""Ballots of one size that one key opens, and receipts that one secret makes."""

import json
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.db import connection

from evaluations.domain.surveys import collection, questionnaires, sealing
from evaluations.domain.surveys.sealing import Ballot
from evaluations.models import Question
from tests.evaluations.room import ANSWERS, a_room, has_answered, opened

SIZE = 4000
SAID = "Je n’ose pas le dire à Sandrine"


@pytest.fixture
def key():
    return X25519PrivateKey.generate()


def seal(ballot, key, name="a" * 32, size=SIZE):
    return sealing.seal(ballot, size, key.public_key().public_bytes_raw(), name)


def test_what_is_sealed_for_a_survey_is_opened_with_its_key_alone(key):
    ballot = Ballot(12, True, {**ANSWERS, "R5B": SAID})

    sealed = seal(ballot, key)

    assert sealing.unseal(sealed, key, "a" * 32) == ballot
    assert sealing.unseal(sealed, X25519PrivateKey.generate(), "a" * 32) is None
    assert sealing.unseal(sealed, key, "b" * 32) is None, "moved to another survey"
    assert sealing.unseal(b"nonsense", key, "a" * 32) is None


def test_the_same_ballot_is_never_sealed_twice_alike(key):
    assert len({seal(Ballot(1, True, ANSWERS), key) for _ in range(20)}) == 20


def longest_said(question) -> object:
    """What fits in the fields of the ballot, and weighs the most."""
    if question.scale == Question.Scale.TEXT:
        return '"\\\n' + "\U0001f9e1" * (questionnaires.LENGTHS[question.code] - 3)
    values = [option["value"] for option in question.options]
    return values[-3:] if question.scale == Question.Scale.CHOICES else values[0]


def test_short_or_long_in_the_room_or_online_all_ballots_are_of_one_size(community):
    meeting, members = a_room(community, mode="hybrid")
    survey = collection.open_for(meeting, by=None)
    questions = questionnaires.questions_of(survey.questionnaire_id)
    longest = {question.code: longest_said(question) for question in questions}
    given = [{}, ANSWERS, {**ANSWERS, "R7": "4"}, {**ANSWERS, "R5B": "é" * 600}, longest, {"R5B": "\x01" * 600}]

    for n, (member, said) in enumerate(zip(members, given, strict=True)):
        collection.answer(survey, member, said, in_session=n % 2 == 0)

    assert len({len(ballot.sealed) for ballot in survey.ballot_box.ballots.all()}) == 1
    assert longest in [ballot.answers for ballot in opened(survey)], "nothing is cut"
    assert {"R5B": ""} in [ballot.answers for ballot in opened(survey)], "what cannot be seen is left out"


def test_what_no_ballot_can_hold_is_refused_rather_than_cut(key):
    with pytest.raises(ValueError, match="longer than its questionnaire") as refusal:
        seal(Ballot(1, True, {"R5B": SAID}), key, size=20)
    assert SAID not in str(refusal.value)


def test_a_receipt_is_another_for_each_person_survey_and_secret():
    digests = {
        sealing.digest_of(seat, secret, name) for seat in (1, 12) for secret in (b"x" * 32, b"y" * 32) for name in "ab"
    }
    assert len(digests) == 8


# ------------------------------------------------------------ two copies of the database, before and after a vote


def dump() -> set[str]:
    """Every row of every table, as somebody who holds the database reads it."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            found |= {f"{table} {json.dumps(dict(zip(names, row, strict=True)), default=str)}" for row in cursor}
    return found


def around_a_vote(community) -> Iterator[str]:
    meeting, members = a_room(community)
    survey = collection.open_for(meeting, by=None)
    collection.answer(survey, members[0], ANSWERS, in_session=True)
    before = dump()
    collection.answer(survey, members[1], {**ANSWERS, "R5B": SAID}, in_session=True)
    return survey, members, dump() - before


def test_two_dumps_around_a_vote_show_a_ciphertext_and_a_digest_that_neither_reads_nor_names(community):
    survey, members, added = around_a_vote(community)

    assert sorted(row.split()[0] for row in added) == ["evaluations_receipt", "evaluations_sealedballot"]
    assert json.dumps(SAID).strip('"') not in "".join(added)
    assert SAID not in "".join(added)
    receipt = next(row for row in added if row.startswith("evaluations_receipt"))
    assert has_answered(survey, members[1])
    assert collection.digests_of(survey, [members[1].pk])[0] in receipt, "so that the test looks at the right row"
    guesses = {
        sealing.digest_of(member.pk, secret, survey.keyring_name)
        for member in members
        for secret in (b"", survey.keyring_name.encode(), bytes(survey.public_key), bytes(32))
    }
    assert not [guess for guess in guesses if guess in receipt], "nothing in the database is its secret"


def test_control_without_the_seal_the_answer_is_read_in_the_dump(community, monkeypatch):
    monkeypatch.setattr(sealing, "seal", lambda ballot, *_of: ballot.as_bytes().decode())

    _survey, _members, added = around_a_vote(community)

    assert "Sandrine" in "".join(added)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asks what PostgreSQL would log")
def test_answering_twice_raises_no_error_that_the_database_would_log(community):
    meeting, members = a_room(community)
    survey = collection.open_for(meeting, by=None)
    raised = []

    def watching(execute, *statement):
        try:
            return execute(*statement)
        except Exception as error:
            raised.append(error)
            raise

    with connection.execute_wrapper(watching):
        told = [collection.answer(survey, members[0], ANSWERS, in_session=True) for _press in range(2)]

    assert [outcome.value for outcome in told] == ["stored", "already"]
    assert raised == []
