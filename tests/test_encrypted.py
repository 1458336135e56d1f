"""What is said in confidence lies encrypted. Nadia needs a step-free way in, Rosalie applies, Omar says what he
expects; beside each, a neighbour who does too. A dump is read as whoever found it would."""

import io
import logging
import subprocess
import zipfile

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from cmtl import encrypted
from communities.domain.duplicates import merging
from communities.domain.recruitment import recruiting
from communities.models import Application, Expectation, Kind, Merge
from meetings.domain.invitations import needs
from meetings.domain.links import links, visitors
from meetings.domain.portal import my_data
from meetings.models import Reply
from tests import factories as make
from tests.deanonymise.site import pg_dump
from tests.forms import submit
from tests.migrating import at

OLD, NEW, FOREIGN = (Fernet.generate_key().decode() for _each in range(3))
NEED, MOTIVE, HOPE, GIFT = "Entrée sans marche", "Sortir de l’isolement", "Du répit", "Mon vécu de proche"
ALL = {NEED, MOTIVE, HOPE, GIFT}


@pytest.fixture(autouse=True)
def keys(settings):
    settings.FIELD_KEYS = [OLD]
    return settings


def people_say(community, meeting):
    """Two of each: the neighbour says something else, or nothing."""
    call = make.a_call(community)
    make.an_application(call, "Rosalie", motivation=MOTIVE)
    make.an_application(call, "Théo", motivation="Autre chose")
    nadia, omar = make.a_member(community), make.a_member(community)
    Reply.objects.create(meeting=meeting, membership=nadia, answer="yes", needs=NEED)
    Reply.objects.create(meeting=meeting, membership=omar, answer="yes")
    recruiting.expect(omar, HOPE, GIFT)
    recruiting.expect(nadia, "", "Un local")


@pytest.fixture
def said(community, meeting):
    meeting.mode = "in_person"
    meeting.save()
    people_say(community, meeting)


def held() -> list[str]:
    """In the tables that are there: a trip to former ones leaves those that came since."""
    tables = set(connection.introspection.table_names())
    return [
        text
        for model, name in encrypted.columns()
        if model._meta.db_table in tables
        for text in encrypted.held_in(model, name).values_list("held", flat=True)
    ]


def shown() -> set[str]:
    words = {*Reply.objects.values_list("needs", flat=True), *Application.objects.values_list("motivation", flat=True)}
    return words.union(*Expectation.objects.values_list("expects", "brings"))


# ------------------------------------------------------------ where it lies


def test_the_application_reads_what_the_database_does_not(said):
    assert shown() >= ALL
    assert len(held()) == 6
    assert all(text.startswith(encrypted.BEGINNING) for text in held())


def test_each_person_takes_their_own_away_in_plain_words(said):
    nadia = Reply.objects.exclude(needs="").get().membership.user
    omar = Expectation.objects.exclude(expects="").get().membership.user

    hers, his = (str(zip_of(my_data.archive(person))) for person in (nadia, omar))

    assert NEED in hers
    assert HOPE not in hers
    assert HOPE in his
    assert GIFT in his
    assert NEED not in his


def zip_of(content: bytes) -> dict[str, str]:
    kept = zipfile.ZipFile(io.BytesIO(content))
    return {name: kept.read(name).decode() for name in kept.namelist()}


def test_the_same_words_are_never_twice_the_same(community, meeting, said):
    people_say(community, make.a_meeting(community))

    assert len(set(held())) == len(held()) == 12


@pytest.mark.skipif(connection.vendor != "postgresql", reason="dumps PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_a_dump_says_nothing_of_it_and_of_what_is_not_encrypted_everything(said):
    here = connection.get_connection_params()
    address = [
        f"--{name}={here[given]}"
        for name, given in (("host", "host"), ("port", "port"), ("username", "user"))
        if here.get(given)
    ]
    dumped = subprocess.run([pg_dump(), *address, here["dbname"]], capture_output=True, text=True, check=True).stdout

    assert not [words for words in ALL if words in dumped]
    assert "Rosalie" in dumped  # control: the name beside the motivation
    with connection.cursor() as cursor:  # control: the same dump shows what is written past the field
        cursor.execute("UPDATE meetings_reply SET needs = %s WHERE needs <> ''", [NEED])
    dumped = subprocess.run([pg_dump(), *address, here["dbname"]], capture_output=True, text=True, check=True).stdout
    assert NEED in dumped


def test_whether_something_is_said_can_be_asked_and_what_is_said_cannot(said):
    assert Reply.objects.exclude(needs="").count() == 1
    assert Reply.objects.filter(needs="").count() == 1
    for lookup in ("needs", "needs__icontains", "needs__iregex", "needs__in"):
        with pytest.raises(FieldError):
            Reply.objects.filter(**{lookup: NEED}).count()


def test_a_merge_remembers_nothing_in_plain_words_and_is_taken_back_whole(community, ada, philippe):
    """Two records of Omar, each in the same community, and what each said on joining."""
    one, two = make.a_person("Omar", "Diallo"), make.a_person("Omar", "Dialo")
    for person, hope in ((one, ""), (two, HOPE)):
        recruiting.expect(make.a_member(community, person), hope, GIFT)

    done = merging.merge(Kind.PERSON, one, two, taken=[], by=philippe)

    told = str(Merge.objects.get().journal)
    assert "expectation" in told
    assert not [words for words in ALL if words in told]
    merging.undo_merge(done)
    assert {(e.membership.user, e.expects, e.brings) for e in Expectation.objects.all()} == {
        (one, "", GIFT),
        (two, HOPE, GIFT),
    }


# ------------------------------------------------------------ keys


def test_a_wrong_key_is_said_in_plain_words_and_takes_nothing_else_away(
    said, keys, signed_in, sandrine, meeting, caplog
):
    keys.FIELD_KEYS = [FOREIGN]

    page = signed_in(sandrine).get(reverse("meetings:prepare", args=[meeting.pk]))

    assert page.status_code == 200
    assert "Ce texte est illisible" in page.content.decode()
    assert NEED not in page.content.decode()
    assert "none of FIELD_KEYS opens it" in caplog.text
    keys.FIELD_KEYS = [OLD]  # control
    assert NEED in signed_in(sandrine).get(reverse("meetings:prepare", args=[meeting.pk])).content.decode()


def test_what_cannot_be_read_is_kept_when_its_row_is_saved_or_its_page_sent_untouched(said, keys, client, meeting):
    keys.FIELD_KEYS = [FOREIGN]
    reply = Reply.objects.exclude(needs="").select_related("membership").get()
    reply.save()
    own_page = reverse("meetings:phone", args=[links.guest_token(meeting, reply.membership)])
    assert "illisible" not in client.get(own_page).content.decode()
    needs.say_needs(meeting, reply.membership, "")
    omar = Expectation.objects.exclude(expects="").get().membership
    recruiting.expect(omar, "", "")

    keys.FIELD_KEYS = [OLD]
    assert shown() >= ALL


@pytest.mark.parametrize("changed", ["expects", "brings"])
@pytest.mark.parametrize("words", ["Un peu d’aide", ""])
def test_one_of_two_texts_that_cannot_be_read_is_changed_and_the_other_stays(said, keys, client, changed, words):
    """Omar said both. Beside him, Nadia said one, and leaves her page as it is."""
    omar = Expectation.objects.exclude(expects="").get().membership
    nadia = Expectation.objects.filter(expects="").get().membership
    other = "brings" if changed == "expects" else "expects"
    before = {member: as_held(member) for member in (omar, nadia)}
    keys.FIELD_KEYS = [FOREIGN]
    for member, fields in ((omar, {changed: words}), (nadia, {})):
        page = reverse("meetings:space_welcome", args=[visitors.visitor_token(member.user), member.pk])
        assert ("ne peut pas être lu" in client.get(page).content.decode()) is True
        submit(client, page, fields, button="Enregistrer mes réponses")

    assert as_held(nadia) == before[nadia]
    assert as_held(omar)[other] == before[omar][other]
    assert (as_held(omar)[changed] == before[omar][changed]) is (words == "")
    now = Expectation.objects.get(membership=omar)
    assert getattr(now, changed) == words or not words
    keys.FIELD_KEYS = [OLD]
    assert getattr(Expectation.objects.get(membership=omar), other) == {"expects": HOPE, "brings": GIFT}[other]


def as_held(member) -> dict[str, str]:
    return {
        name: encrypted.held_in(Expectation, name).filter(membership=member).values_list("held", flat=True).first()
        for name in ("expects", "brings")
    }


@pytest.mark.parametrize("emptied", ["expects", "brings"])
def test_one_of_two_texts_that_can_be_read_is_emptied_and_the_other_stays(said, client, emptied):
    omar = Expectation.objects.exclude(expects="").get().membership
    page = reverse("meetings:space_welcome", args=[visitors.visitor_token(omar.user), omar.pk])
    assert "ne peut pas être lu" not in client.get(page).content.decode()

    submit(client, page, {emptied: ""}, button="Enregistrer mes réponses")

    kept = Expectation.objects.get(membership=omar)
    assert [kept.expects or HOPE, kept.brings or GIFT] == [HOPE, GIFT]
    assert getattr(kept, emptied) == ""


def test_what_cannot_be_read_can_be_said_again(said, keys, client, meeting):
    keys.FIELD_KEYS = [FOREIGN]
    member = Reply.objects.exclude(needs="").get().membership

    submit(client, reverse("meetings:phone", args=[links.guest_token(meeting, member)]), {"needs": "Une chaise"})

    assert Reply.objects.get(membership=member).needs == "Une chaise"


def test_keys_are_rotated_and_the_old_one_is_no_longer_needed(said, keys, capsys):
    keys.FIELD_KEYS = [NEW, OLD]
    assert shown() >= ALL  # read before, by the old one

    call_command("rotate_field_keys")

    assert "meetings.Reply.needs: 1 encrypted anew, 0 that no key opens" in capsys.readouterr().out
    keys.FIELD_KEYS = [NEW]
    assert shown() >= ALL
    keys.FIELD_KEYS = [OLD]  # control: the old one opens nothing
    assert not shown() & ALL


def test_a_rotation_that_was_stopped_goes_on(said, keys, monkeypatch, capsys):
    monkeypatch.setattr(encrypted, "BATCH", 1)
    keys.FIELD_KEYS = [NEW, OLD]
    seen, anew = [], encrypted.with_newest_key

    def stopped(text):
        seen.append(text)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return anew(text)

    with pytest.raises(KeyboardInterrupt):
        encrypted.rewrite(Application, "motivation", stopped)
    half = [encrypted.opened_by(Fernet(NEW), text) is not None for text in held()]
    assert half.count(True) == 1

    call_command("rotate_field_keys")

    assert "motivation: 1 encrypted anew" in capsys.readouterr().out
    keys.FIELD_KEYS = [NEW]
    assert shown() >= ALL


def test_what_is_written_during_a_rotation_stays(said, keys):
    keys.FIELD_KEYS = [NEW, OLD]

    def while_nadia_writes(text):
        Reply.objects.exclude(needs="").update(needs="Une chaise")
        return encrypted.with_newest_key(text)

    assert encrypted.rewrite(Reply, "needs", while_nadia_writes) == 0
    assert Reply.objects.exclude(needs="").get().needs == "Une chaise"


def test_a_rotation_without_the_old_key_says_so_and_loses_nothing(said, keys):
    keys.FIELD_KEYS = [NEW]

    with pytest.raises(CommandError, match="6 texts are not opened by any key"):
        call_command("rotate_field_keys")

    keys.FIELD_KEYS = [OLD]
    assert shown() >= ALL


@pytest.mark.parametrize(("given", "number"), [([OLD], 0), ([NEW, OLD], 0), ([FOREIGN], 4)])
def test_the_check_of_the_database_tells_that_the_key_is_another(said, keys, given, number):
    keys.FIELD_KEYS, keys.SECURE = given, True

    warnings = [e for e in run_checks(tags=["database"], databases=["default"]) if e.id == "cmtl.W008"]

    assert len(warnings) == number


# ------------------------------------------------------------ what was there before


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_what_was_written_before_is_encrypted_in_its_columns_and_in_the_files(said, keys, monkeypatch):
    monkeypatch.setattr(encrypted, "BATCH", 1)
    at(("meetings", "0009_needs_are_encrypted"), ("communities", "0007_words_of_those_who_join_are_encrypted"))
    assert set(held()) >= ALL  # control: taken back, they are plain
    if connection.vendor == "postgresql":
        assert NEED.encode() in file_of("meetings_reply")

    at()

    assert shown() >= ALL
    assert all(text.startswith(encrypted.BEGINNING) for text in held())
    if connection.vendor == "postgresql":
        assert NEED.encode() not in file_of("meetings_reply")


def file_of(table) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath(%s::regclass))", [table])
        return bytes(cursor.fetchone()[0])


def test_the_log_of_a_failure_does_not_say_it(said, keys, caplog):
    keys.FIELD_KEYS = [FOREIGN]
    with caplog.at_level(logging.DEBUG):
        shown()

    assert caplog.records
    assert not [words for words in ALL if words in caplog.text]
