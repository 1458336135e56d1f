"""The keys of open surveys: durable before, gone after, whatever dies in between; and what a lost keyring means."""

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction

from evaluations.domain.surveys import closing, collection, due, kept_apart, keyring, questionnaires
from evaluations.domain.surveys.collection import Outcome
from evaluations.models import BallotBox, Receipt, Release, SealedBallot, Survey
from evaluations.tasks import tend_surveys
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room, opened
from tests.migrating import at

ROOT = Path(__file__).resolve().parents[3]
SAID = "Le secret numéro {}"


@pytest.fixture(autouse=True)
def here(settings, tmp_path):
    """A keyring of this test's own."""
    settings.DATA_DIR = tmp_path
    settings.KEYRING_DIR = tmp_path / "keyring"
    keyring.receipts_secret.cache_clear()
    return settings.KEYRING_DIR


@pytest.fixture
def survey(community, django_capture_on_commit_callbacks):
    """Answered by five, beside another that nobody has answered."""
    meeting, members = a_room(community)
    other, _members = a_room(community)
    survey = collection.open_for(meeting, by=None)
    survey.other = collection.open_for(other, by=None)
    for member in members[:5]:
        collection.answer(survey, member, ANSWERS, in_session=True)
    survey.members = members
    return survey


def files_of(survey) -> list[str]:
    return sorted(path.suffix for path in keyring.folder().glob(f"{survey.keyring_name}*"))


def make_older(survey, seconds=keyring.ORPHAN_AFTER + 60) -> None:
    for path in keyring.folder().glob(f"{survey.keyring_name}*"):
        os.utime(path, (time.time() - seconds,) * 2)


# ------------------------------------------------------------ files


def test_keys_are_two_files_that_their_owner_alone_reads(survey, here):
    assert files_of(survey) == [".key", ".receipts"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in here.iterdir()] == [0o600] * 5
    assert stat.S_IMODE(here.stat().st_mode) == 0o700
    key = (here / f"{survey.keyring_name}.key").read_bytes()
    assert key not in (bytes(survey.public_key), (here / f"{survey.keyring_name}.receipts").read_bytes())


def test_what_is_written_is_flushed_before_it_has_its_name(here, monkeypatch):
    done = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *of, real=real, name=name: (done.append(name), real(*of))[1])

    keyring.write_durably(here / "a", b"content")

    assert done == ["fsync", "replace", "fsync"]


def test_only_the_closing_reads_the_private_key(survey, monkeypatch):
    read = []
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: (read.append(path.suffix), real(path))[1])
    keyring.receipts_secret.cache_clear()

    for member in survey.members:
        collection.answer(survey, member, ANSWERS, in_session=True)
    due.silent(survey)
    collection.counts(survey)
    assert read == [".receipts"], "and once for all answers"

    collection.close(survey)
    assert read == [".receipts", ".key"]


# ------------------------------------------------------------ in order


def test_once_the_closing_is_written_its_keys_are_gone_and_its_release_is_kept_apart(
    survey, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as then:
        collection.close(survey)
    assert files_of(survey) == [".key", ".receipts"], "not before the commit"

    for step in then:
        step()

    assert files_of(survey) == []
    assert files_of(survey.other) == [".key", ".receipts"]
    (kept,) = kept_apart.folder().iterdir()
    told = json.loads(kept.read_text())
    assert told["figures"] == Release.objects.get().figures
    assert not [member for member in survey.members if member.user.last_name in kept.read_text()]


def test_an_opening_taken_back_leaves_no_key(survey, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert collection.undo_opening(survey.other)

    assert files_of(survey.other) == []
    assert files_of(survey) == [".key", ".receipts"]


def test_a_key_whose_opening_never_was_goes_after_a_day(survey, community):
    meeting, _members = a_room(community)
    with transaction.atomic():
        never = collection.open_for(meeting, by=None)
        transaction.set_rollback(True)
    part = keyring.folder() / ".half.key.ab.part"
    part.write_bytes(b"")

    closing.put_away_what_is_left()
    assert files_of(never) == [".key", ".receipts"], "perhaps its transaction is still under way"

    for one in (never, survey):
        make_older(one)
    os.utime(part, (0, 0))
    closing.put_away_what_is_left()
    assert files_of(never) == []
    assert not part.exists()
    assert files_of(survey) == [".key", ".receipts"], "an open survey's key is kept however old"


def test_what_could_not_be_put_away_is_tried_again(survey, monkeypatch, django_capture_on_commit_callbacks):
    def full(*_of):
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(kept_apart, "keep_apart", full)
        with django_capture_on_commit_callbacks(execute=True):
            collection.close(survey)
        tend_surveys()
    assert not Survey.objects.get(pk=survey.pk).is_open
    assert files_of(survey) == [".key", ".receipts"], "what was told comes first"

    tend_surveys()

    assert files_of(survey) == []
    assert kept_apart.has(survey)


# ------------------------------------------------------------ away, or lost


def test_a_keyring_that_is_away_loses_nothing(survey, here, caplog):
    here.rename(here.with_name("unmounted"))
    here.mkdir()
    keyring.receipts_secret.cache_clear()

    with pytest.raises(keyring.Away):
        collection.close(survey)
    with pytest.raises(keyring.Away):
        collection.answer(survey, survey.members[5], ANSWERS, in_session=True)
    tend_surveys()
    assert "away" in caplog.text
    assert Survey.objects.open().count() == 2
    assert Receipt.objects.count() == BallotBox.objects.get(survey=survey).count == 5

    here.rmdir()
    here.with_name("unmounted").rename(here)
    assert collection.answer(survey, survey.members[5], ANSWERS, in_session=True) is Outcome.STORED
    collection.close(survey)
    assert survey.answers_in_session == 6


def test_nothing_opens_in_a_keyring_that_is_away(survey, community, here):
    meeting, _members = a_room(community)
    here.rename(here.with_name("unmounted"))

    with pytest.raises(ValidationError):
        collection.open_for(meeting, by=None)

    assert Survey.objects.count() == 2
    assert not here.exists(), "an empty folder must not pass for the keyring"


def test_without_its_key_a_survey_is_closed_as_lost_and_its_page_says_so(
    survey, here, sandrine, signed_in, caplog, django_capture_on_commit_callbacks
):
    (here / f"{survey.keyring_name}.key").unlink()

    with django_capture_on_commit_callbacks(execute=True):
        tend_surveys()

    lost = Survey.objects.get(pk=survey.pk)
    assert lost.lost_at
    assert not lost.is_open
    assert not Release.objects.exists()
    assert list(BallotBox.objects.values_list("survey", flat=True)) == [survey.other.pk], "its neighbour goes on"
    assert not Receipt.objects.exists()
    assert files_of(survey) == []
    assert "its key is not in the keyring" in caplog.text
    page = signed_in(sandrine).get(lost.get_absolute_url()).content.decode()
    assert "Les réponses ne peuvent plus être lues" in page
    assert "5 personnes avaient répondu" in page


def test_a_ballot_that_was_not_sealed_for_this_survey_is_dropped(survey, caplog):
    SealedBallot.objects.create(ballot_box=survey.ballot_box, sealed=b"not ours")

    collection.close(survey)

    assert (survey.answers_in_session, survey.ballots_dropped) == (5, 1)
    assert "not sealed for it" in caplog.text


# ------------------------------------------------------------ a restored database


def restored(survey) -> None:
    """The database as it was at the backup: this survey open, its ballots in their box."""
    ballots = survey.before
    Release.objects.all().delete()
    survey.responses.all().delete()
    Survey.objects.filter(pk=survey.pk).update(closed_at=None, answers_in_session=0, eligible=0)
    BallotBox.objects.create(survey_id=survey.pk)
    SealedBallot.objects.bulk_create(ballots)


@pytest.fixture
def closed_after_the_backup(survey, django_capture_on_commit_callbacks):
    survey.before = list(BallotBox.objects.get(survey=survey).ballots.all())
    collection.answer(survey, survey.members[5], {**ANSWERS, "R1": "1"}, in_session=True)
    with django_capture_on_commit_callbacks(execute=True):
        collection.close(survey)
    survey.figures, survey.at = survey.release.figures, survey.closed_at
    restored(survey)
    return survey


@pytest.mark.parametrize("how", ["replay_releases", "the timetable"])
def test_what_was_closed_since_the_backup_is_told_again_with_the_same_figures(closed_after_the_backup, how, capsys):
    call_command("replay_releases") if how == "replay_releases" else tend_surveys()

    again = Survey.objects.get(pk=closed_after_the_backup.pk)
    assert (again.closed_at, again.lost_at, again.answers_in_session) == (closed_after_the_backup.at, None, 6)
    assert again.release.figures == closed_after_the_backup.figures, "six answers, and never five of them"
    assert not again.responses.exists()
    assert Survey.objects.open().get() == closed_after_the_backup.other
    if how == "replay_releases":
        assert capsys.readouterr().out == "1 closed again with their figures, 0 lost.\n"


def test_even_with_its_key_what_was_told_is_told_again(survey):
    """It died after keeping its release apart and before destroying the key; then the database was restored."""
    survey.before = list(BallotBox.objects.get(survey=survey).ballots.all())
    collection.close(survey)
    kept_apart.keep_apart(survey)
    told = survey.release.figures
    restored(survey)
    collection.answer(survey, survey.members[5], ANSWERS, in_session=True)

    tend_surveys()

    again = Survey.objects.get(pk=survey.pk)
    assert again.release.figures == told
    assert again.answers_in_session == 5


def test_a_restore_without_the_keyring_closes_what_was_open_as_lost(closed_after_the_backup, here, capsys):
    here.rename(here.with_name("burnt"))
    tend_surveys()
    assert Survey.objects.open().get() == closed_after_the_backup.other, "the timetable alone loses nothing"

    call_command("replay_releases")

    assert Survey.objects.get(pk=closed_after_the_backup.other.pk).lost_at
    assert Survey.objects.get(pk=closed_after_the_backup.pk).lost_at is None
    assert "0 closed again with their figures, 1 lost." in capsys.readouterr().out


# ------------------------------------------------------------ a process that dies at any step

STEPS = {
    "opening, its key half written": ("keyring._flush", "open"),
    "opening, before its row": ("keyring.make", "open"),
    "opening, before its commit": ("collection._bring_to_evaluation", "open"),
    "closing, ballots opened": ("releases.one_by_one", "close"),
    "closing, before its commit": ("collection._commit_durably", "close"),
    "closing, after its commit": ("closing.put_away", "close"),
    "closing, told and not kept apart": ("kept_apart.keep_apart", "close"),
    "closing, kept apart": ("keyring.destroy", "close"),
    "closing, one key of two gone": ("keyring._sync", "close"),
}
ALWAYS = ("opening, before its commit", "closing, told and not kept apart")  # the others with `make check-all`
DYING = """
import os, sys
import django
django.setup()
import importlib
from evaluations.domain.surveys import collection
from meetings.models import Meeting

where, deed, pk = sys.argv[1:]
module, name = where.split(".")
module = importlib.import_module(f"evaluations.domain.surveys.{module}")
real, after = getattr(module, name), where in ("keyring.make", "keyring._flush", "releases.one_by_one", "keyring._sync")

def die(*of, **named):
    if where == "keyring._sync" and of[0].name != "keyring":
        return real(*of, **named)
    if after:
        real(*of, **named)
    os._exit(7)

setattr(module, name, die)
meeting = Meeting.objects.get(pk=pk)
collection.open_for(meeting, by=None) if deed == "open" else collection.close(meeting.survey)
"""


def die_at(step: str, meeting) -> None:
    """In a process of its own, killed without a word."""
    where, deed = STEPS[step]
    at = connection.settings_dict
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "KEYRING_DIR": str(keyring.folder()),
        "DATA_DIR": str(kept_apart.folder().parent),
        "DATABASE_URL": f"postgres://{at['USER']}@{at['HOST']}:{at['PORT']}/{at['NAME']}",
    }
    died = subprocess.run([sys.executable, "-c", DYING, where, deed, str(meeting.pk)], cwd=ROOT, env=environment)
    assert died.returncode == 7, "it came to that step"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="another process needs the same database")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "step", [step if step in ALWAYS else pytest.param(step, marks=pytest.mark.long) for step in STEPS]
)
def test_killed_at_any_step_nothing_is_lost_and_no_key_is_left(step):
    community = make.a_community()
    meeting, members = a_room(community)
    neighbour = collection.open_for(a_room(community)[0], by=None)
    if STEPS[step][1] == "open":
        die_at(step, meeting)
        assert not Survey.objects.filter(meeting=meeting).exists()
    survey = collection.open_for(meeting, by=None)
    for member in members[:5]:
        assert collection.answer(survey, member, ANSWERS, in_session=True) is Outcome.STORED
    if STEPS[step][1] == "close":
        die_at(step, meeting)

    survey.refresh_from_db()
    if survey.is_open:
        assert len(opened(survey)) == 5
        assert collection.answer(survey, members[5], ANSWERS, in_session=True) is Outcome.STORED
        collection.close(survey)
    for path in keyring.folder().iterdir():
        if neighbour.keyring_name not in path.name and path.name != keyring.MARK:
            os.utime(path, (0, 0))
    tend_surveys()

    survey.refresh_from_db()
    assert survey.lost_at is None
    assert survey.release.figures["n"] == survey.answers_in_session in (5, 6)
    assert kept_apart.read_kept_apart(survey)["figures"] == survey.release.figures
    left = {path.name for path in keyring.folder().iterdir()} - {keyring.MARK}
    assert left == {f"{neighbour.keyring_name}{kind}" for kind in (".key", ".receipts")}


# ------------------------------------------------------------ surveys that were open before ballots were sealed


@pytest.fixture
def before_sealing(transactional_db):
    yield at(("evaluations", "0007_no_row_holds_two_answers"))
    at()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_what_waited_in_a_ballot_box_is_sealed_and_counted_at_closing(before_sealing):
    community = make.a_community()
    meeting, members = a_room(community)
    names = ("Survey", "Urn", "Receipt", "Questionnaire", "Question")
    old = {name: before_sealing.get_model("evaluations", name) for name in names}
    questionnaire = questionnaires.install("Q-R", old["Questionnaire"].objects, old["Question"].objects)
    waiting = {f"{n:032x}": {**ANSWERS, "R5A": SAID.format(n)} for n in range(5)}
    row = old["Survey"].objects.create(
        meeting_id=meeting.pk, questionnaire_id=questionnaire.pk, threshold=5, closes_at=meeting.ends_at
    )
    old["Urn"].objects.create(survey=row, answers=waiting, in_session=3, after=2)
    for member in members[:5]:
        old["Receipt"].objects.create(survey=row, membership_id=member.pk)

    at()

    survey = Survey.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM evaluations_sealedballot")
        assert SAID.format(1) not in str(cursor.fetchall())
    assert files_of(survey) == [".key", ".receipts"]
    assert collection.answer(survey, members[0], ANSWERS, in_session=False) is Outcome.ALREADY
    assert collection.answer(survey, members[5], ANSWERS, in_session=False) is Outcome.STORED
    collection.close(survey)
    assert (survey.answers_in_session, survey.answers_after, survey.ballots_dropped) == (3, 3, 0)
    assert set(survey.release.figures["wishes"]) == {SAID.format(n) for n in range(5)}
