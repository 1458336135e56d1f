"""A process that dies midway, a press that is doubled, a backup that is restored."""

import datetime as dt
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain import erasing, erasure_ledger
from accounts.models import FileToDestroy, User
from communities.models import DestructionRequest, Membership, Organisation, TextDecision
from evaluations.domain.reports import publishing
from evaluations.models import AnnualReport
from meetings.models import Attendance
from outbox.models import Message
from tests import factories as make
from tests.forms import submit


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"


def again(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_a_failure_midway_leaves_everything_as_it_was(nadia, monkeypatch):
    def broken(erasure):
        raise RuntimeError

    with monkeypatch.context() as failing:
        failing.setattr(erasing, "_also", [broken, *erasing._also])  # it comes last
        with pytest.raises(RuntimeError):
            erasing.erase(nadia)
    assert again(nadia).full_name == "Nadia Amrani"
    assert nadia.memberships.get().status == Membership.Status.ACTIVE

    assert erasing.erase(nadia)
    assert again(nadia).erased_at


def test_erased_twice_is_once(nadia):
    assert erasing.erase(nadia)
    first = again(nadia).erased_at

    assert erasing.erase(nadia) is None
    assert again(nadia).erased_at == first


def test_a_sign_in_that_waits_for_its_code_goes_and_that_of_somebody_else_stays(nadia, karim):
    """Neither session is anybody's yet: each holds the address that was typed."""
    waiting = {}
    for person in (nadia, karim):
        client = Client()
        submit(client, reverse("account_login"), {"login": person.email})
        waiting[person] = client.session.session_key
        assert "_auth_user_id" not in client.session

    erasing.erase(nadia)

    assert list(Session.objects.values_list("session_key", flat=True)) == [waiting[karim]]
    assert not SessionStore().exists(waiting[nadia])


def test_reasons_given_for_others_lose_the_name_alone(nadia, karim, sam):
    """One is about Nadia, its neighbour about nobody that goes."""
    for reason in ("Comme pour Nadia Amrani.", "Comme pour Karim Lahlou."):
        request = DestructionRequest.objects.create(user=sam, confirmed_at=timezone.now(), alone_because=reason)
        TextDecision.objects.create(request=request, print=reason[:20], reason=reason, by=karim)

    erasing.erase(nadia)

    kept = ["Comme pour Karim Lahlou.", "Comme pour Personne effacée."]
    assert sorted(DestructionRequest.objects.values_list("alone_because", flat=True)) == kept
    assert sorted(TextDecision.objects.values_list("reason", flat=True)) == kept


def test_a_file_that_cannot_be_destroyed_now_is_tried_again(nadia, monkeypatch):
    name = default_storage.save("reports/a.pdf", BytesIO(b"x"))
    FileToDestroy.objects.create(name=name)

    def refuses(_name):
        raise OSError

    with monkeypatch.context() as away:
        away.setattr(type(default_storage._wrapped), "delete", lambda self, name: refuses(name))
        assert erasing.destroy_files() == 0
    assert FileToDestroy.objects.exists()

    assert erasing.destroy_files() == 1
    assert not default_storage.exists(name)
    assert not FileToDestroy.objects.exists()


def test_a_pdf_that_was_being_drawn_meanwhile_is_not_kept(nadia, community, sandrine, signed_in, monkeypatch):
    """Its worker had read the report before; the earlier version is drawn again, without the name."""

    def draw_while_she_is_erased(report):
        erasing.erase(nadia)
        return report.highlights.encode()

    monkeypatch.setattr(publishing, "draw", draw_while_she_is_erased)
    year = timezone.localdate().year
    for name in ("Nadia Amrani", "Karim Lahlou"):
        words = {"highlights": f"Vu avec {name}.", "context": "", "outcomes": "", "next_year": "", "correction": ""}
        assert publishing.write_report(community, year, 1, 0, words, {})
        report = publishing.publish(community, year, by=sandrine)
        assert publishing.build(report.pk) == (name != "Nadia Amrani"), "the control: of whoever is not erased, it is"
        community, year = make.a_community("La relève"), year - 1

    kept = [path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*.pdf")]
    assert kept == [b"Vu avec Karim Lahlou."]
    first = AnnualReport.objects.get(version=1, highlights__contains="effac")
    assert first in publishing.reports_to_print()
    page = signed_in(sandrine).get(
        reverse("evaluations:report_pdf", args=[first.community_id, first.year]) + "?version=1"
    )
    assert page.status_code == 302, "not ready yet, and no failure"


# ------------------------------------------------------------ a restore


def test_a_restored_backup_does_not_bring_her_back(nadia, sam):
    kept = {f.attname: getattr(again(nadia), f.attname) for f in User._meta.concrete_fields}
    erasing.erase(nadia)
    User.objects.filter(pk=nadia.pk).update(**kept)  # as the backup has her

    call_command("replay_erasures")

    assert again(nadia).erased_at
    assert again(sam).erased_at is None


def test_somebody_who_has_her_number_after_the_restore_stays(nadia):
    erasing.erase(nadia)
    User.objects.filter(pk=nadia.pk).update(
        erased_at=None, first_name="Léa", joined_at=timezone.now() + dt.timedelta(hours=1)
    )

    assert erasing.replay() == 0
    assert again(nadia).first_name == "Léa"


def test_without_the_ledger_nobody_is_erased_again(nadia):
    erasing.erase(nadia)
    (Path(erasure_ledger.folder()) / "ledger").unlink()
    User.objects.filter(pk=nadia.pk).update(erased_at=None, first_name="Nadia")

    assert erasing.replay() == 0


def test_the_ledger_names_nobody(nadia):
    erasing.erase(nadia)
    line = (Path(erasure_ledger.folder()) / "ledger").read_text()
    assert "Nadia" not in line
    assert len(line.split()) == 2


# ------------------------------------------------------------ what stays


def test_presences_stay_those_of_one_nameless_person(nadia, community, meeting, sandrine, signed_in):
    mine = nadia.memberships.get()
    make.an_attendance(meeting, mine)
    erasing.erase(nadia)

    mine.refresh_from_db()
    assert Attendance.objects.get(membership=mine).status == Attendance.Status.PRESENT
    assert (mine.status, mine.left_on, mine.title, mine.phone) == ("alumni", timezone.localdate(), "", "")
    page = signed_in(sandrine).get(f"/communautes/{community.pk}/personnes/").content.decode()
    assert "Personne effacée" not in page
    assert "Nadia" not in page


def test_an_organisation_that_nobody_else_stands_for_loses_its_name(community):
    alone = make.a_member(community, organisation="Refuge des Hirondelles")
    shared = make.a_member(community, organisation="Bibliothèque")
    make.a_member(community, organisation="Bibliothèque")
    for member in (alone, shared):
        erasing.erase(member.user)
        member.refresh_from_db()

    assert shared.organisation.name == "Bibliothèque"
    assert alone.organisation.name.startswith("Organisation sans nom")
    assert Organisation.objects.filter(name="Refuge des Hirondelles").exists()


def test_a_mail_that_waits_for_somebody_else_leaves_without_the_name(nadia, sandrine):
    for key, sent in (("waits", None), ("left", timezone.now())):
        Message.objects.create(
            recipient=sandrine, to=sandrine.email, key=key, kind="k", subject="Nadia Amrani arrive",
            text="Nadia Amrani vient avec Nadia Roy.", html="<p>Nadia Amrani</p>", message_id=f"<{key}>", sent_at=sent,
        )  # fmt: skip
    own = Message.objects.create(
        recipient=nadia, to=nadia.email, key="own", kind="k", subject="Bonjour", text="Nadia", html="", message_id="<o>"
    )
    erasing.erase(nadia)

    waits, left = Message.objects.get(key="waits"), Message.objects.get(key="left")
    assert waits.text == "Personne effacée vient avec Nadia Roy."
    assert (left.subject, left.text, left.html) == ("Personne effacée arrive", "", "")
    own.refresh_from_db()
    assert (own.to, own.subject, own.text, own.state) == ("", "", "", "dropped")
