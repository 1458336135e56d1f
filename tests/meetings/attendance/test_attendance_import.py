"""Sandrine brings the file that Zoom or Teams gave her; the list says who was there once she has looked at it."""

import datetime as dt
import pathlib

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from selectolax.lexbor import LexborHTMLParser

from communities.models import Membership, Role
from meetings.domain.attendance import attendance, attendance_files, attendance_import
from meetings.models import Attendance, AttendanceImport
from tests import factories as make
from tests.forms import submit

FILES = pathlib.Path(__file__).parent / "files"
WHOLE = ["zoom-participants.csv", "teams-presence-fr.csv", "teams-presence-en.csv"]
THERE = [
    ("Fatou", "Lefebvre", "fatou.lefebvre@exemple2.quebec"),
    ("Geneviève", "Roy", "genevieve.roy@exemple7.quebec"),
    ("Raphaëlle", "Ménard", "raphaelle.menard@exemple9.quebec"),
    ("Karim", "Haddad", "karim.haddad@exemple5.quebec"),
    ("Wei", "Pelletier", "wei.pelletier@exemple8.quebec"),
    ("Benoît", "Ménard", "benoit.menard@exemple7.quebec"),
    ("Karim", "Zhang", "karim.zhang@exemple6.quebec"),
    ("Ève", "Dubé", "eve.dube@exemple1.quebec"),
    ("Frédérique", "Tremblay", "frederique.tremblay@exemple4.quebec"),
    ("Fatou", "Thériault", "fatou.theriault@exemple9.quebec"),
    ("Marie-Ève", "Lachance", "marieeve.lachance@exemple5.quebec"),
    ("Karim", "Diallo", "karim.diallo@exemple4.quebec"),
    ("Étienne", "Haddad", "etienne.haddad@exemple9.quebec"),
]
ELSEWHERE = [
    ("Fatou", "Lefebvre", "fatou.lefebvre@exemple9.quebec"),  # another person of the same name
    ("Léa", "Ménard", "lea.menard@exemple1.quebec"),
    ("Maude", "Roy", "maude.roy@exemple2.quebec"),
]


def content(name: str) -> bytes:
    return (FILES / name).read_bytes()


@pytest.fixture
def held(sandrine):
    """A meeting of Constellation under way, with sixteen members."""
    community = make.a_community("Constellation")
    make.a_role(sandrine, community=community)
    for first, last, email in THERE + ELSEWHERE:
        make.a_member(community, make.a_person(first, last, email=email))
    return make.a_meeting(community, timezone.now() - dt.timedelta(minutes=50), started_at=timezone.now())


def addresses(memberships) -> set[str]:
    return {m.user.email for m in memberships}


def present(meeting) -> set[str]:
    rows = meeting.attendances.filter(status=Attendance.Status.PRESENT).select_related("membership__user")
    return addresses(row.membership for row in rows)


def proposed(people) -> dict[int, str]:
    return {person.number: person.answer for person in people}


@pytest.mark.parametrize("name", WHOLE)
def test_the_files_of_zoom_and_teams_name_the_thirteen_who_came(held, sandrine, name):
    read = attendance_import.keep(held, content(name), name, by=sandrine)
    people = attendance_import.examine(read)

    assert addresses(p.proposed for p in people if p.proposed) == {email for _f, _l, email in THERE}
    assert attendance_import.apply_import(read, proposed(people), by=sandrine) == 13
    assert present(held) == {email for _f, _l, email in THERE}


def test_the_short_form_of_zoom_has_durations_only(held, sandrine):
    read = attendance_import.keep(held, content("zoom-participants-short.csv"), "zoom.csv", by=sandrine)

    minutes = {p.name: p.minutes for p in attendance_import.examine(read)}

    assert minutes["Fatou Lefebvre"] == 37
    assert len(minutes) == 9


def test_each_is_recognised_as_they_showed_themselves(held, sandrine):
    people = attendance_import.examine(attendance_import.keep(held, content(WHOLE[0]), "zoom.csv", by=sandrine))
    by_name = {p.name: p for p in people}

    assert by_name["PELLETIER Wei (elle)"].outcome == "name"
    assert by_name["iPhone de Raphaëlle (Raphaëlle Ménard)"].proposed.user.email == "raphaelle.menard@exemple9.quebec"
    assert by_name["Karim Zhang - Les filles d’à côté; collectif"].outcome == "name"
    assert by_name["Frédérique Tremblay"].outcome == "name", "a private address: proposed, to be checked"
    assert by_name["Fatou Lefebvre"].outcome == "address", "the address tells two people of one name apart"
    assert by_name["Zoom user"].outcome == by_name["Fireflies.ai Notetaker"].outcome == "machine"
    assert by_name["Geneviève Roy"].rejoined == 1
    assert by_name["Geneviève Roy"].minutes == 53, "20 minutes, then 32 and a half"


def test_two_people_of_one_name_are_for_sandrine_to_tell(held, sandrine):
    file = b"Name,Duration (Minutes)\nFatou Lefebvre,40\nMaude,12\nNobody Known,5\nSandrine Beaulieu,60\n"
    sandrine.first_name, sandrine.last_name = "Sandrine", "Beaulieu"
    sandrine.save()

    read = attendance_import.keep(held, file, "zoom.csv", by=sandrine)
    several, guess, unknown, crew = attendance_import.examine(read)

    assert (several.outcome, len(several.candidates), several.answer) == ("several", 2, "")
    assert (guess.outcome, guess.candidates[0].user.last_name, guess.answer) == ("guess", "Roy", "")
    assert unknown.outcome == "unknown"
    assert crew.outcome == "crew", "who runs the meeting is not counted"


def test_columns_come_in_any_order_and_two_devices_count_once(held, sandrine):
    file = (
        "Durée (minutes);Heure de départ;Nom;Heure d’arrivée;Adresse courriel\r\n"
        "60;2026-12-01 13:00:00;Wei Pelletier;2026-12-01 12:00:00;wei.pelletier@exemple8.quebec\r\n"
        "50;2026-12-01 12:50:00;iPad de Wei (Wei Pelletier);2026-12-01 12:00:00;\r\n"
        "60;2026-12-01 13:00:00;Wei Pelletier;2026-12-01 12:00:00;wei.pelletier@exemple8.quebec\r\n"
    ).encode("cp1252")

    (only,) = attendance_import.examine(attendance_import.keep(held, file, "zoom.csv", by=sandrine))

    assert only.outcome == "address"
    assert attendance_files.time_present(attendance_files.parse_attendance_file(file)[:1]) == 3600


def test_the_waiting_room_is_not_the_meeting(held, sandrine):
    file = (
        "Nom (nom d’origine),E-mail,Heure d’arrivée,Heure de départ,Durée (minutes),En salle d’attente\n"
        "Wei Pelletier,,24/11/2026 11:50:00,24/11/2026 12:00:00,10,Oui\n"
        "Wei Pelletier,,24/11/2026 12:00:00,24/11/2026 12:45:00,45,Non\n"
        "Ève Dubé,,24/11/2026 12:00:00,24/11/2026 12:05:00,5,Oui\n"
    )
    (wei,) = attendance_import.examine(attendance_import.keep(held, file.encode(), "zoom.csv", by=sandrine))

    assert (wei.name, wei.minutes, wei.rejoined) == ("Wei Pelletier", 45, 0)


def test_a_first_look_writes_nothing_and_a_second_press_writes_nothing_twice(held, sandrine):
    read = attendance_import.keep(held, content(WHOLE[0]), "zoom.csv", by=sandrine)
    people = attendance_import.examine(read)
    assert not held.attendances.exists()

    choices = proposed(people) | {people[-1].number: "guest"}
    assert attendance_import.apply_import(read, choices, by=sandrine) == 14
    assert attendance_import.apply_import(read, choices, by=sandrine) is None

    held.refresh_from_db()
    assert held.guests == 1


def test_undoing_puts_back_what_was_there_but_what_somebody_corrected_since(held, sandrine):
    wei, eve = (Membership.objects.get(user__email=e) for e in (THERE[4][2], THERE[7][2]))
    attendance.record(held, wei, Attendance.Status.EXCUSED, by=sandrine)
    read = attendance_import.keep(held, content(WHOLE[0]), "zoom.csv", by=sandrine)
    machine = next(p for p in attendance_import.examine(read) if p.name == "Zoom user")
    attendance_import.apply_import(
        read, proposed(attendance_import.examine(read)) | {machine.number: "new"}, by=sandrine
    )
    attendance.record(held, eve, Attendance.Status.ABSENT, by=sandrine)
    read.refresh_from_db()

    assert attendance_import.undo_import(read) == 13  # twelve members and the new one; Ève's correction stays
    assert attendance_import.undo_import(read) is None

    states = dict(held.attendances.values_list("membership__user__email", "status"))
    assert states == {wei.user.email: Attendance.Status.EXCUSED, eve.user.email: Attendance.Status.ABSENT}
    assert not held.community.memberships.filter(user__first_name="Zoom").exists()


def test_undoing_puts_back_a_member_who_was_listed_as_somebody_new(held, sandrine):
    wei = Membership.objects.get(user__email=THERE[4][2])
    attendance.record(held, wei, Attendance.Status.PRESENT, mark="late", by=sandrine)
    read = attendance_import.keep(held, f"Name,Duration\n{wei.user.full_name},40\n".encode(), "zoom.csv", by=sandrine)
    (person,) = attendance_import.examine(read)

    assert attendance_import.apply_import(read, {person.number: "new"}, by=sandrine) == 1
    read.refresh_from_db()
    attendance_import.undo_import(read)

    kept = held.attendances.get(membership=wei)
    assert (kept.method, kept.came_late) == (Attendance.Method.ROSTER, True)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 and so on", "PDF document"),
        (b"PK\x03\x04 a workbook", "damaged"),
        (b"\xd0\xcf\x11\xe0 a workbook of before 2007", "old format"),
        (b"\x00\x01\x02\x03", "not a text"),
        (b"Colour,Weight\nred,3\n", "No list of participants"),
        (b"Name,Duration\n", "not one person"),
        (b"Name,Duration\nWei Pelletier,a while\n", "Line 2"),
        (b"Name,Duration\n,12\n", "Line 2"),
        (b'Name,Duration\n"Wei,12\n' + b"x" * 200_000, "never ends"),
        (b"Name,Duration\n" + b"Wei,1\n" * 3001, "3,000 lines"),
        (b"x" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_writes_nothing(held, sandrine, file, sentence):
    with translation.override("en"), pytest.raises(ValidationError, match=sentence):
        attendance_import.keep(held, file, "file.csv", by=sandrine)

    assert not AttendanceImport.objects.exists()


@pytest.mark.parametrize("is_ours", [True, False])
def test_the_file_of_another_group_is_doubted(held, sandrine, signed_in, is_ours):
    if not is_ours:
        held.community.memberships.all().delete()
    read = attendance_import.keep(held, content(WHOLE[0]), "zoom.csv", by=sandrine)

    page = signed_in(sandrine).get(read.get_absolute_url())

    assert page.context["recognises_nobody"] is not is_ours


def test_sandrine_does_it_in_the_browser(held, sandrine, signed_in):
    client = signed_in(sandrine)
    with (FILES / WHOLE[0]).open("rb") as file:
        sent = submit(client, reverse("meetings:import_attendance", args=[held.pk]), {"file": file})
    read = AttendanceImport.objects.get()
    assert sent["Location"] == read.get_absolute_url()

    submit(client, read.get_absolute_url(), action=reverse("meetings:apply_attendance", args=[read.pk]))
    assert len(present(held)) == 13

    submit(client, read.get_absolute_url(), action=reverse("meetings:undo_attendance", args=[read.pk]))
    assert present(held) == set()


def test_the_review_costs_the_same_for_three_lines_and_for_thirty(held, sandrine, signed_in):
    client = signed_in(sandrine)

    def look(lines: int) -> int:
        rows = "".join(f"Personne {n},{n}\n" for n in range(lines))
        read = attendance_import.keep(held, f"Name,Duration\n{rows}".encode(), "zoom.csv", by=sandrine)
        with CaptureQueriesContext(connection) as queries:
            client.get(read.get_absolute_url())
        return len(queries)

    assert look(3) == look(30)


# ------------------------------------------------------------ nobody pressed « Démarrer »


@pytest.fixture
def on_zoom(held):
    """A meeting of this morning, held on Zoom: the console was never opened. Another one waits next month."""
    make.a_meeting(held.community, timezone.now() + dt.timedelta(days=30))
    held.starts_at, held.ends_at = timezone.now() - dt.timedelta(hours=3), timezone.now() - dt.timedelta(hours=2)
    held.started_at = None
    held.save()
    return held


def words_of(page) -> str:
    return " ".join(LexborHTMLParser(page.content.decode()).css_first("main").text(deep=True, separator=" ").split())


def test_the_meeting_leads_to_the_import_once_it_is_over(on_zoom, sandrine, signed_in):
    address = reverse("meetings:import_attendance", args=[on_zoom.pk])

    for page in (on_zoom.get_absolute_url(), reverse("meetings:roster", args=[on_zoom.pk])):
        assert address in signed_in(sandrine).get(page).content.decode(), page

    coming = on_zoom.community.meetings.exclude(pk=on_zoom.pk).get()
    page = signed_in(sandrine).get(coming.get_absolute_url()).content.decode()
    assert reverse("meetings:import_attendance", args=[coming.pk]) not in page, "nobody was there yet"


def test_who_came_is_seen_though_nobody_started_the_meeting(on_zoom, sandrine, signed_in):
    client = signed_in(sandrine)
    send = reverse("meetings:import_attendance", args=[on_zoom.pk])
    with (FILES / WHOLE[0]).open("rb") as file:
        review = client.get(submit(client, send, {"file": file})["Location"])
    result = client.get(submit(client, review)["Location"])

    pages = {
        "result": result,
        "meeting": client.get(on_zoom.get_absolute_url()),
        "roster": client.get(reverse("meetings:roster", args=[on_zoom.pk])),
    }

    assert len(present(on_zoom)) == 13
    for where, page in pages.items():
        assert "Fatou Thériault" in words_of(page), where
    for where in ("result", "meeting"):
        assert "13 personnes présentes" in words_of(pages[where]), where
        assert reverse("meetings:close", args=[on_zoom.pk]) in pages[where].content.decode(), "what to do next"


def test_it_is_then_closed_as_any_other_and_counts(on_zoom, sandrine, signed_in):
    make.a_member(on_zoom.community, make.a_person("Absente"), joined_on=dt.date(2024, 1, 15))
    read = attendance_import.keep(on_zoom, content(WHOLE[0]), "zoom.csv", by=sandrine)
    attendance_import.apply_import(read, proposed(attendance_import.examine(read)), by=sandrine)

    submit(signed_in(sandrine), reverse("meetings:close", args=[on_zoom.pk]))

    on_zoom.refresh_from_db()
    assert on_zoom.closed_at
    assert not on_zoom.agenda.filter(started_at__isnull=False).exists(), "no block was opened on anyone's screen"
    assert on_zoom.attendances.get(membership__user__first_name="Absente").status == Attendance.Status.ABSENT


def test_undone_the_meeting_is_as_it_was(on_zoom, sandrine):
    read = attendance_import.keep(on_zoom, content(WHOLE[0]), "zoom.csv", by=sandrine)
    attendance_import.apply_import(read, proposed(attendance_import.examine(read)), by=sandrine)
    read.refresh_from_db()

    attendance_import.undo_import(read)

    on_zoom.refresh_from_db()
    assert on_zoom.started_at is None
    assert not on_zoom.attendances.exists()


def test_undone_after_somebody_ticked_a_line_the_meeting_stays_started(on_zoom, sandrine):
    read = attendance_import.keep(on_zoom, content(WHOLE[0]), "zoom.csv", by=sandrine)
    attendance_import.apply_import(read, proposed(attendance_import.examine(read)), by=sandrine)
    lea = Membership.objects.get(user__email=ELSEWHERE[1][2])
    attendance.record(on_zoom, lea, Attendance.Status.PRESENT, by=sandrine)
    read.refresh_from_db()

    attendance_import.undo_import(read)

    on_zoom.refresh_from_db()
    assert on_zoom.started_at
    assert present(on_zoom) == {lea.user.email}


# ------------------------------------------------------------ whom a line is


def test_someone_recognised_by_name_is_corrected_to_any_member(held, sandrine, signed_in):
    """The Frédérique of this meeting is a namesake's sister: another member, whom no name would give."""
    client = signed_in(sandrine)
    read = attendance_import.keep(held, "Name,Duration\nÈve Dubé,40\nWei Pelletier,30\n".encode(), "z.csv", by=sandrine)
    maude = Membership.objects.get(user__email=ELSEWHERE[2][2])

    submit(client, read.get_absolute_url(), {"line-2": f"m{maude.pk}"})

    assert present(held) == {maude.user.email, THERE[4][2]}


def test_a_connection_of_a_minute_waits_for_a_tick(held, sandrine, signed_in):
    client = signed_in(sandrine)
    file = f"Name,Email,Duration\nÈve Dubé,,1\nWei,{THERE[4][2]},58 sec\nFatou,{THERE[0][2]},2\n".encode()
    read = attendance_import.keep(held, file, "z.csv", by=sandrine)
    page = client.get(read.get_absolute_url())

    assert words_of(page).count("connexion trop courte pour être cochée d’office") == 2
    assert words_of(page).count("1 minute ") == 2

    submit(client, page, {"line-3": True})

    assert present(held) == {THERE[0][2], THERE[4][2]}


def test_files_are_forgotten_after_a_week(held, sandrine):
    attendance_import.keep(held, content(WHOLE[0]), "zoom.csv", by=sandrine)

    assert attendance_import.forget_old_files(timezone.now() + dt.timedelta(days=6)) == 0
    assert attendance_import.forget_old_files(timezone.now() + dt.timedelta(days=8)) == 1


def test_nobody_was_there_before_it_began(held, sandrine):
    tomorrow = make.a_meeting(held.community, timezone.now() + dt.timedelta(days=1))

    with pytest.raises(ValidationError):
        attendance_import.keep(tomorrow, content(WHOLE[0]), "zoom.csv", by=sandrine)


def test_whoever_reads_no_contacts_is_shown_neither_addresses_nor_the_pool(held, sandrine, signed_in):
    """A member who co-facilitates, a note-taker: they see the names of the file and of the members."""
    notes = make.a_person("Karim")
    make.a_role(notes, Role.NOTE_TAKER, community=held.community)
    make.a_member(held.community, make.a_person("Gaston", "Ailleurs"), status="eligible")
    lines = "Name,Email,Duration (Minutes)\nZoé Inconnue,zoe@secret.example,40\n".encode()
    read = attendance_import.keep(held, lines, "zoom.csv", by=sandrine)
    address = reverse("meetings:review_attendance", args=[read.pk])

    pages = {who: signed_in(who).get(address).content.decode() for who in (sandrine, notes)}

    for told in ("zoe@secret.example", "Gaston Ailleurs"):
        assert told in pages[sandrine], told
        assert told not in pages[notes], told
    assert "Zoé Inconnue" in pages[notes]
    assert "Fatou Thériault" in pages[notes]
