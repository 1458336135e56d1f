"""The audit log: written with its act or not at all, without a name, chained, and never changed."""

import datetime as dt
import json
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.domain import audit, audit_chain
from accounts.models import Action, AuditLine, AuditLink, AuditName, User
from communities.domain.duplicates import merging
from communities.models import Kind
from tests import factories as make
from tests.racing import at_once

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="the guard is PostgreSQL's")


@pytest.fixture
def elsewhere(db):
    return make.a_community("Ailleurs")


@pytest.fixture
def ten_lines(community, elsewhere, sandrine, nadia):
    for n in range(5):
        audit.write(Action.CONTACTS_EXPORTED, by=sandrine, community=community, count=n)
        audit.write(Action.PERSON_READ, by=sandrine, about=nadia, community=elsewhere)
    audit_chain.link_all()
    return list(AuditLine.objects.order_by("pk"))


class unguarded:
    """As whoever owns the tables: the guard stands aside."""

    def __enter__(self):
        self._say("DISABLE")

    def __exit__(self, *raised):
        self._say("ENABLE")

    def _say(self, verb):
        if connection.vendor == "postgresql":
            for table in ("accounts_auditline", "accounts_auditlink"):
                connection.cursor().execute(f"ALTER TABLE {table} {verb} TRIGGER only_grows")


# ---------------------------------------------------------------- a line


def test_a_line_says_who_what_and_about_whom(community, sandrine, nadia):
    line = audit.write(Action.PERSON_CORRECTED, by=sandrine, about=nadia.memberships.get(), fields=["title"])

    assert audit.people_of([line.actor, line.subject]) == {line.actor: sandrine, line.subject: nadia}
    assert (line.role, line.community, line.kind) == ("facilitator", community.pk, "communities.membership")
    assert line.details == {"fields": ["title"]}


def test_it_says_the_role_that_is_nearest(community, elsewhere, sandrine, philippe, ada, nadia, sam):
    def role(by, where):
        return audit.write(Action.EXPORTED, by=by, community=where).role

    assert role(sandrine, community) == "facilitator"
    assert role(sandrine, elsewhere) == ""
    assert role(philippe, community) == "coordinator"
    assert role(philippe, None) == "coordinator"
    assert role(nadia, community) == "member"
    assert role(ada, community) == "administrator"
    assert role(sam, community) == ""
    assert role(None, community) == "system"


def test_what_is_rolled_back_leaves_no_line(community, sandrine):
    with transaction.atomic():
        audit.write(Action.EXPORTED, by=sandrine, community=community)
        transaction.set_rollback(True)

    assert not AuditLine.objects.exists()
    audit.write(Action.EXPORTED, by=sandrine, community=community)
    assert AuditLine.objects.count() == 1


def test_no_name_and_no_address_can_be_written(community, sandrine, nadia):
    for words in (
        "Nadia Amrani",
        "nadia@exemple.quebec",
        "Une phrase.",
        ["Nadia"],
        {"name": "Nadia"},
        {"Nadia": 1},
        1.5,
    ):
        with pytest.raises(ValueError, match="neither a number"):
            audit.write(Action.PERSON_CORRECTED, by=sandrine, about=nadia, words=words)
    line = audit.write(Action.PERSON_CORRECTED, by=sandrine, about=nadia, fields=["email"], count=2, on=timezone.now())

    said = json.dumps({f.attname: str(getattr(line, f.attname)) for f in line._meta.concrete_fields})
    for person in (sandrine, nadia):
        assert not any(words in said for words in (person.first_name, person.last_name, person.email))


def test_reading_again_within_the_hour_is_one_line(community, elsewhere, philippe, sandrine):
    for _time in range(2):
        audit.write_read(Action.CONTACTS_READ, by=philippe, community=community)
    audit.write_read(Action.CONTACTS_READ, by=philippe, community=elsewhere)
    audit.write_read(Action.CONTACTS_READ, by=sandrine, community=community)
    assert AuditLine.objects.count() == 3

    with unguarded():
        AuditLine.objects.update(at=timezone.now() - audit.READ_AGAIN_AFTER)
    audit.write_read(Action.CONTACTS_READ, by=philippe, community=community)
    assert AuditLine.objects.count() == 4


def test_a_person_forgotten_leaves_their_lines_and_no_name(ten_lines, sandrine, nadia):
    assert AuditName.objects.filter(user=nadia).delete()[0] == 1

    assert audit_chain.verify().count == 10
    assert not audit.keys_of(nadia)
    assert set(audit.people_of(line.subject for line in ten_lines)) == set()
    assert audit.people_of(line.actor for line in ten_lines)[ten_lines[0].actor] == sandrine


def test_two_records_merged_are_one_person_with_two_keys(community, sandrine):
    kept, gone = (make.a_member(community, make.a_person("Rosalie", name)).user for name in ("Gagnon", "Ganon"))
    keys = {audit.key_of(kept), audit.key_of(gone)}
    audit.write(Action.PERSON_READ, by=sandrine, about=gone)

    done = merging.merge(Kind.PERSON, kept, gone, taken=[], by=sandrine)
    assert set(audit.keys_of(kept)) == keys

    merging.undo_merge(done)
    assert audit.keys_of(User.objects.get(pk=kept.pk)) == [audit.key_of(kept)]
    assert AuditName.objects.count() == 3


# ---------------------------------------------------------------- the chain


def test_each_line_is_linked_once_in_order(ten_lines):
    audit_chain.link_all()

    links = AuditLink.objects.order_by("position").values_list("position", "line")
    assert list(links) == [(n, line.pk) for n, line in enumerate(ten_lines, 1)]
    assert audit_chain.verify() == audit_chain.Verified(10, 10, AuditLink.objects.last().hash)


def altered(lines):
    AuditLine.objects.filter(pk=lines[3].pk).update(details={"count": 99})
    return lines[3].pk, "altered"


def renamed(lines):
    AuditLine.objects.filter(pk=lines[4].pk).update(actor=lines[4].subject or "x")
    AuditLine.objects.filter(pk=lines[6].pk).update(community=None)
    return lines[4].pk, "altered"


def deleted(lines):
    AuditLine.objects.filter(pk=lines[2].pk).delete()
    return lines[2].pk, "deleted"


def deleted_with_its_link(lines):
    AuditLink.objects.filter(line=lines[2].pk).delete()
    AuditLine.objects.filter(pk=lines[2].pk).delete()
    return None, "deleted"


def swapped(lines):
    one, other = (AuditLine.objects.filter(pk=lines[n].pk) for n in (2, 5))
    first, second = one.values("action", "details").get(), other.values("action", "details").get()
    one.update(**second)
    other.update(**first)
    return lines[2].pk, "altered"


def places_swapped(lines):
    AuditLink.objects.filter(position=4).update(line=None)
    AuditLink.objects.filter(position=7).update(line=lines[3])
    AuditLink.objects.filter(position=4).update(line=lines[6])
    return lines[6].pk, "altered"


def inserted(lines):
    line = AuditLine.objects.create(action=Action.EXPORTED, at=timezone.now() - dt.timedelta(days=1))
    audit_chain.link_all()
    return line.pk, "inserted"


def inserted_and_linked(lines):
    line = AuditLine.objects.create(action=Action.EXPORTED, at=timezone.now())
    AuditLink.objects.create(position=11, line=line, hash="0" * 64)
    return line.pk, "altered"


@pytest.mark.parametrize(
    "tamper",
    [
        altered,
        renamed,
        deleted,
        deleted_with_its_link,
        swapped,
        places_swapped,
        inserted,
        inserted_and_linked,
    ],
)
def test_the_first_line_that_does_not_say_what_was_written_is_named(tamper, ten_lines):
    assert audit_chain.verify().fault is None

    with unguarded():
        line, what = tamper(ten_lines)

    fault = audit_chain.verify().fault
    assert (fault.line, fault.what) == (line, what)
    with pytest.raises(CommandError, match=what):
        call_command("audit", "verify")


def test_a_chain_written_anew_is_told_by_a_head_noted_before(ten_lines, sandrine):
    noted = audit_chain.head()
    assert audit_chain.verify(noted).fault is None

    with unguarded():
        AuditLine.objects.filter(pk=ten_lines[4].pk).update(details={})
        AuditLink.objects.all().delete()
    audit_chain.link_all()
    assert audit_chain.verify().fault is None
    assert audit_chain.verify(noted).fault == audit_chain.Fault(ten_lines[9].pk, 10, "another head")

    with unguarded():
        AuditLink.objects.filter(position__gt=8).delete()
        AuditLine.objects.filter(pk__gte=ten_lines[8].pk).delete()
    assert audit_chain.verify().fault is None
    assert audit_chain.verify(noted).fault.what == "deleted"


def test_the_command_says_that_all_is_well_and_what_to_note(ten_lines, capsys):
    call_command("audit", "head")
    place, said = capsys.readouterr().out.split()
    call_command("audit", "verify", "--head", place, said)

    assert f"10 lines, as they were written. Head: 10 {said}" in capsys.readouterr().out


@on_postgresql
@pytest.mark.parametrize("table", ["auditline", "auditlink", "auditanchor"])
@pytest.mark.parametrize("verb", ["UPDATE accounts_{} SET {}", "DELETE FROM accounts_{}"])
def test_the_database_refuses_to_change_the_log(table, verb, ten_lines):
    field = {"auditline": "action = 'x'", "auditlink": "hash = 'x'", "auditanchor": "hash = 'x'"}[table]

    with pytest.raises(IntegrityError, match="only added to"), transaction.atomic():
        connection.cursor().execute(verb.format(table, field))

    with unguarded(), transaction.atomic():
        if table != "auditanchor":
            connection.cursor().execute(verb.format(table, field))


def test_what_is_purged_is_a_whole_old_stretch_and_the_rest_is_verified_as_before(ten_lines, sandrine):
    year = dt.timedelta(days=365)
    with unguarded():
        AuditLink.objects.all().delete()
        AuditLine.objects.filter(pk__lte=ten_lines[5].pk).update(at=timezone.now() - 2 * year)
    audit_chain.link_all()
    noted = audit_chain.head()

    assert audit_chain.purge(timezone.now() - year) == 6
    assert audit_chain.purge(timezone.now() - year) == 0

    audit_chain.link_all()
    assert audit_chain.verify(noted).fault is None
    assert audit_chain.verify().count == 5  # the four that stay, and that it was purged
    assert AuditLine.objects.first().action == Action.LOG_PURGED
    assert AuditLine.objects.first().details == {"count": 6}

    assert audit_chain.purge(timezone.now() + year) == 5
    audit.write(Action.EXPORTED, by=sandrine)
    audit_chain.link_all()
    assert audit_chain.verify().fault is None


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_writers_wait_for_nobody_and_their_lines_are_one_chain(community, sandrine):
    """One writer holds its transaction open; the others, and the task that links, go on. What it wrote comes last."""

    def write():
        connection.cursor().execute("SET lock_timeout = '10s'")  # whoever waits for the open one fails
        audit.write(Action.EXPORTED, by=sandrine, community=community)

    audit.key_of(sandrine)
    with transaction.atomic():
        late = audit.write(Action.ARCHIVE_ASKED, by=sandrine, community=community)
        at_once(*[write] * 8, audit_chain.link_all, audit_chain.link_all)
        at_once(audit_chain.link_all)  # what was written after these had passed
    at_once(audit_chain.link_all, audit_chain.link_all)

    assert audit_chain.verify().count == 9
    assert AuditLink.objects.order_by("position").last().line_id == late.pk
    assert AuditLine.objects.order_by("pk").first() == late


MILLION = 1_000_000
FILL = """
INSERT INTO accounts_auditline (at, action, actor, role, subject, kind, number, community, details)
SELECT now() - (%s - n) * interval '10 seconds', 'data.exported', left(md5((n %% 4000)::text), 22), 'facilitator',
       '', 'communities.community', (n %% 40)::text, n %% 40, jsonb_build_object('count', n %% 700)
FROM generate_series(1, %s) n
"""


@pytest.mark.long
@on_postgresql
def test_one_altered_line_in_a_million_is_named_within_half_a_minute(db, capsys):
    connection.cursor().execute(FILL, [MILLION] * 2)
    connection.cursor().execute("ANALYZE accounts_auditline")
    while audit_chain.link(100_000):
        connection.cursor().execute("ANALYZE accounts_auditlink")
    began = time.monotonic()
    assert audit_chain.verify().count == MILLION
    whole = time.monotonic() - began

    wrong = AuditLine.objects.order_by("-pk")[10]
    with unguarded():
        AuditLine.objects.filter(pk=wrong.pk).update(details={"count": 701})
    began = time.monotonic()
    found = audit_chain.verify()
    took = time.monotonic() - began

    with capsys.disabled():
        print(f"\naudit verify of {MILLION} lines: {whole:.1f} s; one altered near the end: {took:.1f} s")
    assert found.fault == audit_chain.Fault(wrong.pk, MILLION - 10, "altered")
    assert took < 30
