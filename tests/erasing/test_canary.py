"""Mirabelle Quatrebarbes is put in every place where the product can put a person, then erased through the pages, then
looked for: in each table, in the files, in Redis and in the logs. Mirabelle Tremblay, beside her, keeps everything."""

import datetime as dt
import logging
import re
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain import erasing
from accounts.models import User
from accounts.models.erased import Erased, holding, said_of
from communities.domain.duplicates import merging
from communities.domain.member_import import import_apply
from communities.domain.members import introducing
from communities.domain.privacy import destructions, follow_on
from communities.domain.recruitment import recruiting, referring
from communities.models import Kind, Membership
from evaluations.domain import archive as archiving
from evaluations.domain import indicators
from evaluations.domain.reports import publishing
from evaluations.models import AnnualReport
from meetings.domain import feeds, polls, recordings
from meetings.domain.attendance import attendance_import
from meetings.domain.portal import change_email
from meetings.domain.retention import erasing as of_meetings
from meetings.models import Meeting
from outbox import tasks
from outbox.domain import delivery
from outbox.domain import erasing as of_mails
from outbox.models import Message
from tests import factories as make
from tests.erasing.planting import (
    EMAIL,
    FIRST,
    LAST,
    OWN_WORDS,
    PHONE,
    SENTENCE,
    Builder,
    database,
    files,
    opened,
    plant_relations,
    plant_swept,
    plant_words,
    points_at_her,
    relations,
    traces,
)
from tests.forms import forms_on, submit

pytestmark = pytest.mark.django_db

BESIDE = "m.tremblay@exemple.quebec"
LIST = f"""Prénom,Nom,Courriel,Organisation,Fonction
{FIRST},{LAST},{EMAIL},Cirque du quartier,{OWN_WORDS}
{FIRST},Tremblay,{BESIDE},Bibliothèque,Libraire
"""
ZOOM = f"""Nom (nom d’origine),Adresse de courriel,Durée totale (minutes)
{FIRST} {LAST},{EMAIL},55
{FIRST} Tremblay,{BESIDE},50
"""


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    cache.clear()
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"


@pytest.fixture
def diane(db):
    return make.a_person("Diane", "Houle", is_privacy_officer=True)


@pytest.fixture
def neighbour(community):
    return make.a_member(community, make.a_person(FIRST, "Tremblay", email="m.tremblay@exemple.quebec"))


@pytest.fixture
def year() -> int:
    return timezone.localdate().year - 1


@pytest.fixture
def her(community, meeting, neighbour, sandrine, philippe, nadia, year) -> User:
    """Put there by what the product does, then wherever that did not put her."""
    listed(community, sandrine)
    her = User.objects.get(email=EMAIL)
    mine = her.memberships.get()
    Membership.objects.filter(pk=mine.pk).update(
        phone=PHONE, expertise=OWN_WORDS, help_offered=OWN_WORDS, manager_name=OWN_WORDS, joined_on=dt.date(2020, 1, 1)
    )
    merged(community, her, by=philippe)
    held = had_a_meeting(community, mine, neighbour, sandrine, year)
    make.a_note(held, f"{FIRST} {LAST} prête la salle", kind="highlight", assignee=mine, author=her)
    make.a_note(held, f"{FIRST} Tremblay apporte le café", kind="highlight")
    asked_and_written_to(community, mine, neighbour, meeting, sandrine)
    make.a_role(her, "facilitator", community=community)
    published(community, year, sandrine, her)
    signed_in_alone(her)
    asks_for_a_code(her)
    change_email.ask_new_address(her, f"nouvelle@{LAST}.quebec")
    destructions.ask_destruction(her, f"Je suis {FIRST} {LAST}")
    built = Builder(her, community)
    plant_relations(her, built)
    plant_words(built)
    plant_swept(built)
    return her


def listed(community, sandrine) -> None:
    read = import_apply.receive(community, content=LIST.encode(), file_name=f"{FIRST} {LAST}.csv", by=sandrine)
    assert import_apply.ask_to_write(read, read.revision)
    import_apply.work(read.pk)
    unread = import_apply.receive(community, content=LIST.encode(), file_name="deuxième.csv", by=sandrine)
    assert unread.source


def merged(community, her, *, by) -> None:
    twin = make.a_member(community, User.objects.create_user(first_name=FIRST, last_name=f"{LAST}s")).user
    merging.merge(Kind.PERSON, her, twin, taken=[], by=by)


def had_a_meeting(community, mine, neighbour, sandrine, year) -> Meeting:
    starts = timezone.make_aware(dt.datetime(year, 5, 12, 12))
    held = make.a_meeting(community, starts, started_at=starts, closed_at=starts)
    read = attendance_import.keep(held, ZOOM.encode(), f"zoom {FIRST} {LAST}.csv", sandrine)
    lines = attendance_import.examine(read)
    attendance_import.apply_import(read, {p.number: f"m{p.candidates[0].pk}" for p in lines}, sandrine)
    assert mine.attendances.get(meeting=held).status == "present"
    return held


def asked_and_written_to(community, mine, neighbour, meeting, sandrine) -> None:
    introducing.propose_introduction(community, mine, neighbour, "Voisines", by=sandrine)
    Membership.objects.filter(pk=mine.pk).update(status="eligible")
    recruiting.invite(community, [mine], "Venez", by=sandrine)
    Membership.objects.filter(pk=mine.pk).update(status="active")
    referral = referring.make(mine)
    referring.answer_link(
        referral, first_name="Tom", last_name="Roy", email="t@exemple.quebec", language="fr-ca", organisation=""
    )
    feeds.renew(user=mine.user)
    make.an_application(make.a_call(community), FIRST, last_name=LAST, email=EMAIL, motivation=OWN_WORDS)
    starts = timezone.now() + dt.timedelta(days=20)
    poll = polls.ask_dates(
        community, [starts, starts + dt.timedelta(days=1)], key=uuid.uuid4(), by=sandrine, minutes=60
    )
    polls.vote(poll, mine, {date.pk: "yes" for date in poll.dates.all()})
    asked = recordings.ask_to_record(meeting, sandrine, purpose="Notes", destroy_on=meeting.local_start.date())
    recordings.record_consent(asked, mine, True)
    delivery.deliver_due()
    Message.objects.create(
        to="x@exemple.quebec", key="told", kind="k", subject=f"{FIRST} {LAST} arrive", text=SENTENCE, html=SENTENCE,
        message_id="<told>",
    )  # fmt: skip


def published(community, year, sandrine, her) -> None:
    words = {"highlights": SENTENCE, "context": "", "outcomes": "", "next_year": "", "correction": ""}
    assert publishing.write_report(community, year, 1, 0, words, {})
    report = publishing.publish(community, year, by=sandrine)
    report.pdf.save("bilan.pdf", ContentFile(SENTENCE.encode()), save=False)
    AnnualReport.objects.filter(pk=report.pk).update(pdf=report.pdf.name, pdf_built_at=timezone.now())
    archive = archiving.ask_archive(community, by=sandrine)
    assert archiving.build(archive.pk)


def signed_in_alone(her) -> None:
    client = Client()
    submit(client, reverse("account_login"), {"login": her.email})
    code = re.search(r"\d{6}", Message.objects.filter(to=her.email).order_by("-pk").first().subject)[0]
    submit(client, reverse("account_confirm_login_code"), {"code": code})
    assert client.session["_auth_user_id"] == str(her.pk)


def asks_for_a_code(her) -> None:
    """And types none: her address waits in a session that is nobody's yet."""
    submit(Client(), reverse("account_login"), {"login": her.email})


def decide_all(request, by) -> None:
    """Each sentence that surely names her is said otherwise; the others are about her neighbour. Said otherwise in a
    testimonial, the same sentence of its proposed edit is too."""
    for passage in follow_on.passages(request):
        still = {one.mark for one in follow_on.passages(request, by, passage.row._meta.label)}
        if passage.waits and passage.mark in still:
            kept = "" if passage.is_certain else "Une autre personne"
            follow_on.decide_sentence(request, passage.mark, by=by, becomes=passage.proposed, kept_because=kept)


# ------------------------------------------------------------ before


# What names nobody by itself, though it goes or changes with the person.
NAMES_NOBODY = {
    **dict.fromkeys(("User.password", "User.time_zone", "AttendanceImport.before"), "codes and numbers"),
    **dict.fromkeys(("User.first_name", "Application.first_name"), "her neighbour has the same, and keeps it"),
    **dict.fromkeys(("AnnualReport.pdf", "CommunityArchive.file"), "names of files, which are searched themselves"),
    **dict.fromkeys(("TextDecision.sentence", "TextDecision.becomes"), "written once somebody has decided"),
}


def fields_that_say_something():
    """All that hold words, addresses or files, but those of which their model says that they are nobody's."""
    for model in apps.get_models():
        for name in holding(model):
            if name not in said_of(model).plain and f"{model.__name__}.{name}" not in NAMES_NOBODY:
                yield model, name


def says_her(model, name) -> bool:
    values = model._base_manager.values_list(name, flat=True)
    return bool(traces((name, opened(f"{value}")) for value in values))


def test_she_is_in_every_place_the_product_has(her):
    assert [f"{r.related_model.__name__}.{name}" for r, name in relations() if not points_at_her(r, her)] == []
    assert [f"{m.__name__}.{name}" for m, name in fields_that_say_something() if not says_her(m, name)] == []
    found, kept = traces(database()), traces(files())
    assert len(found) > 55, found
    assert sum(found.values()) > 150
    assert len(kept) >= 2, kept


# ------------------------------------------------------------ after


def test_erased_through_the_pages_she_is_nowhere(her, community, neighbour, philippe, diane, year, signed_in, caplog):
    caplog.set_level(logging.INFO)
    asked = destructions.waiting_for(her)
    page = reverse("communities:destruction", args=[asked.pk])
    answer = reverse("communities:handle_destruction", args=[asked.pk])
    figures = told(community, year)

    early = submit(signed_in(philippe), page, action=answer, follow=True)
    assert "nomme encore" in early.content.decode() or "nomment encore" in early.content.decode()
    sentences = [f for f in forms_on(signed_in(diane).get(page)) if f.action.endswith("/phrase/")]
    sentences[0].press(signed_in(diane), button="change=1")
    decide_all(asked, diane)
    beside = rows_of(neighbour)
    for person in (philippe, diane):
        submit(signed_in(person), page, action=answer)
    tasks.deliver()
    tasks.finish_erasures()

    her.refresh_from_db()
    assert her.erased_at
    assert traces(database()) == {}
    assert traces(files()) == {}
    assert "quatrebarbes" not in caplog.text.casefold()
    assert rows_of(neighbour) == beside
    assert told(community, year) == figures


def rows_of(membership) -> list:
    membership.refresh_from_db()
    user = User.objects.get(pk=membership.user_id)
    rows = [membership.status, membership.title, user.full_name, user.email, membership.organisation_id]
    rows.append(sorted(membership.attendances.values_list("meeting", "status")))
    rows.append(sorted(Message.objects.filter(recipient=user).values_list("to", "key")))
    return rows


def told(community, year) -> list:
    """The year that is over, whole; of the one in progress, all but how many members there are today: she is none."""
    community.refresh_from_db()
    over, going = (indicators.of([community], y, in_depth=True)[community.pk] for y in (year, year + 1))
    return [over, replace(going, members=0)]


def test_her_report_is_issued_again_with_the_same_figures(her, community, diane, year):
    first = publishing.published(community, year)
    decide_all(destructions.waiting_for(her), diane)
    erasing.erase(her)
    tasks.finish_erasures()

    second = publishing.published(community, year)
    assert (second.version, first.version) == (2, 1)
    assert second.figures["figures"] == first.figures["figures"]
    assert "Personne effacée" in second.figures["facilitators"]
    assert second.highlights == "Vu avec Personne effacée."
    assert second in publishing.reports_to_print()
    assert not (Path(settings.MEDIA_ROOT) / first.pdf.name).exists()


# ------------------------------------------------------------ a part that is missing is seen


def test_an_eraser_that_skips_one_model_is_caught(her, diane, monkeypatch, django_db_blocker):
    """Each sweep and each of these declarations left out in turn: she is found again."""
    from django.db import transaction

    from communities.models import Membership as M

    decide_all(destructions.waiting_for(her), diane)

    def left_after() -> dict:
        with transaction.atomic():
            erasing.erase(her)
            found = traces(database())
            transaction.set_rollback(True)
        return found

    assert left_after() == {}
    for sweep in list(erasing._also):
        with monkeypatch.context() as without:
            without.setattr(erasing, "_also", [one for one in erasing._also if one is not sweep])
            assert left_after() or sweep is of_meetings.sweep, sweep.__module__
    for model in (M, Message):
        with monkeypatch.context() as without:
            without.setattr(model, "erased", Erased(left=[*model.erased.relations]))
            without.setattr(erasing, "_also", [s for s in erasing._also if s is not of_mails.sweep])
            assert left_after(), model
