"""The files of Meet, Webex and others, as those programs export them: who is read in them, and for how long."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from meetings.domain.attendance import attendance_cells, attendance_files, attendance_import
from tests.meetings.attendance.test_attendance_import import content, held  # noqa: F401  (a fixture)

FATOU, GENEVIEVE = "fatou.lefebvre@exemple2.quebec", "genevieve.roy@exemple7.quebec"
KARIM, EVE, BENOIT = "karim.haddad@exemple5.quebec", "eve.dube@exemple1.quebec", "benoit.menard@exemple7.quebec"
PROGRAMS = [
    "google-meet-en.csv", "google-meet-fr.csv", "google-meet-addon.csv", "webex-en.csv", "webex-fr.csv",
    "zoom-webinar.csv",
]  # fmt: skip


def reviewed(meeting, by, file, name="file.csv"):
    return attendance_import.examine(attendance_import.keep(meeting, file, name, by=by))


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_program_names_those_who_came_and_for_how_long(held, sandrine, name):  # noqa: F811
    people = reviewed(held, sandrine, content(name), name)
    there = {p.proposed.user.email: (p.outcome, p.minutes) for p in people if p.proposed}

    assert there[FATOU] == ("address", 58)
    assert there[GENEVIEVE][0] == "address"
    assert there[GENEVIEVE][1] in (61, 62), "several joins are added up"
    assert there[KARIM] == ("name", 42), "a private address: proposed by the name"
    assert there[EVE] == ("name", 55)
    assert len(there) == 5


@pytest.mark.parametrize("name", [*PROGRAMS, "teams-live-fr.csv"])
def test_a_connection_of_a_minute_is_shown_and_not_ticked(held, sandrine, name):  # noqa: F811
    people = reviewed(held, sandrine, content(name), name)

    brief = [p for p in people if p.is_brief]
    assert [(p.proposed.user.email, p.minutes, p.answer) for p in brief] == [(BENOIT, 1, "")]
    attendance_import.apply_import(held.attendance_imports.get(), {p.number: p.answer for p in people}, by=sandrine)
    assert held.attendances.filter(status="present").exists()
    assert not held.attendances.filter(membership__user__email=BENOIT, status="present").exists()


def test_teams_tells_while_it_lasts_who_joined_and_left(held, sandrine):  # noqa: F811
    people = reviewed(held, sandrine, content("teams-live-fr.csv"))

    fatou, *others = people
    assert (fatou.outcome, fatou.minutes) == ("several", 58), "no address tells two people of one name apart"
    assert {p.proposed.user.email: p.minutes for p in others} == {GENEVIEVE: 62, KARIM: 42, EVE: 55, BENOIT: 1}


def test_who_registered_for_a_webinar_and_did_not_come_is_not_there(held, sandrine):  # noqa: F811
    names = {p.name for p in reviewed(held, sandrine, content("zoom-webinar.csv"))}

    assert "Étienne Haddad" not in names
    assert "Karim Haddad" in names, "the name of the registration, not « iPad »"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_encoding_and_separator(encoding, separator):
    rows = ["Constellation", "", "Prénom,Nom,Durée", "Ève,Dubé,58 min", "Frédérique,Noël,1 h 02", "Gaël,Côté,00:12:30"]

    lines = attendance_files.parse_attendance_file("\n".join(rows).replace(",", separator).encode(encoding))

    assert [(line.name, line.seconds) for line in lines] == [
        ("Ève Dubé", 3480), ("Frédérique Noël", 3720), ("Gaël Côté", 750),
    ]  # fmt: skip


def test_a_workbook_is_read_too(held, sandrine):  # noqa: F811
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (
        ["Rapport de présence"],
        [],
        ["Nom du participant", "Courriel", "Heure d’arrivée", "Heure de départ", "Durée"],
        ["Fatou", FATOU, dt.datetime(2026, 12, 1, 12, 2), dt.datetime(2026, 12, 1, 13), dt.time(0, 58, 12)],
        ["Ève Dubé", None, dt.datetime(2026, 12, 1, 12, 3), dt.datetime(2026, 12, 1, 12, 58), dt.timedelta(minutes=55)],
        ["Total", None, None, None, "1 h 53"],
    ):
        book.active.append(row)
    book.save(file)

    people = reviewed(held, sandrine, file.getvalue(), "meet.xlsx")

    assert [(p.proposed.user.email, p.minutes) for p in people] == [(FATOU, 58), (EVE, 55)]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("58 min", 3480), ("58 mins", 3480), ("58 min.", 3480), ("1 hr 2 min", 3720), ("1 h 02 min", 3720),
        ("1 h 02", 3720), ("1h02", 3720), ("1\u00a0h\u00a002\u00a0min", 3720), ("42m 25s", 2545), ("42m25s", 2545),
        ("1 h 2 min 0 s", 3720), ("1 h 30 s", 3630), ("1 hour, 2 minutes", 3720), ("1 heure et 2 minutes", 3720),
        ("1,5 h", 5400), ("00:58:12", 3492), ("0:58:12", 3492), ("58:12", 3492), ("1:02", 3720), ("62", 3720),
        ("2,5", 150), ("PT1H2M3S", 3723), ("moins d’une minute", 30), ("< 1 min", 30), ("Less than a minute", 30),
        ("0 min", 0), ("a while", None), ("", None), ("12 chats", None),
    ],
)  # fmt: skip
def test_durations(text, seconds):
    assert attendance_cells.seconds_of(text) == seconds


@pytest.mark.parametrize(
    ("heading", "seconds"),
    [("Duration (Minutes)", 5400), ("Durée (secondes)", 90), ("Duration (hours)", 324000), ("Time in call", 5400)],
)
def test_a_bare_number_is_what_its_heading_says(heading, seconds):
    assert attendance_cells.seconds_of("90", heading) == seconds


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("12/1/26, 1:04:35 PM", dt.datetime(2026, 12, 1, 13, 4, 35)),
        ("12/01/2026 12:04:35 AM", dt.datetime(2026, 12, 1, 0, 4, 35)),
        ("1/12/2026 13:04", dt.datetime(2026, 12, 1, 13, 4)),
        ("12/31/2026 13:04", dt.datetime(2026, 12, 31, 13, 4)),
        ("2026-12-01T13:04:35-05:00", dt.datetime(2026, 12, 1, 13, 4, 35)),
        ("2026-12-01 13 h 04", dt.datetime(2026, 12, 1, 13, 4)),
        ("01.12.2026 13:04", dt.datetime(2026, 12, 1, 13, 4)),
        ("1:04\u202fp.m.", dt.datetime(2000, 1, 1, 13, 4)),
        ("31/31/2026 13:04", None),
        ("25:04", None),
        ("bientôt", None),
    ],
)
def test_times(text, moment):
    assert attendance_cells.moment(text) == moment


def test_between_a_first_join_and_a_last_leave_one_may_have_been_away():
    """Teams gives both, and the minutes there."""
    file = b"Name\tFirst Join\tLast Leave\tIn-Meeting Duration\nWei\t12:00:00\t13:00:00\t20m 5s\n"

    assert attendance_files.time_present(attendance_files.parse_attendance_file(file)) == 1205


def test_a_connection_past_midnight_lasts_no_day():
    file = b"Name,Join time,Leave time\nWei,12/1/2026 23:30,12/2/2026 0:30\nEve,11:50 PM,12:20 AM\n"

    assert [line.seconds for line in attendance_files.parse_attendance_file(file)] == [3600, 1800]


def test_a_file_that_is_not_known_is_told_which_headings_it_needs_and_what_it_has():
    with translation.override("fr-ca"), pytest.raises(ValidationError) as refused:
        attendance_files.parse_attendance_file(b"Sondage\nCouleur;Poids;Prix\nrouge;3;4\n")

    (sentence,) = refused.value.messages
    for word in ("Nom", "Prénom", "Courriel", "Durée", "Heure d’arrivée", "Couleur, Poids, Prix"):
        assert word in sentence


def test_the_line_about_the_whole_meeting_is_not_the_list_of_its_people():
    """Zoom begins with the host's address and the minutes of the meeting."""
    file = b"Meeting ID,Topic,User Email,Duration (Minutes),Participants\n812,Us,host@x.example,64,15\n"

    with pytest.raises(ValidationError):
        attendance_files.parse_attendance_file(file)


@pytest.mark.parametrize(
    ("shown", "outcome"),
    [
        ("Ève Dubé (Guest)", "name"), ("Ève Dubé (Invité)", "name"), ("Ève Dubé [Non vérifié]", "name"),
        ("Ève Dubé (host, me)", "name"), ("DUBÉ, Ève", "name"), ("Ève Dubé, Maison des familles", "name"),
        ("Ève Dubé | Maison", "name"), ("iPad de Ève Dubé", "name"), ("Ève Dubé’s iPhone", "name"),
        ("iPhone de Ève", "guess"), ("Eve’s iPad (2)", "guess"), ("iPhone", "machine"), ("+1 514-555-0100", "machine"),
    ],
)  # fmt: skip
def test_names_as_programs_and_people_dress_them(held, sandrine, shown, outcome):  # noqa: F811
    (person,) = reviewed(held, sandrine, f'Name,Duration\n"{shown}",40\n'.encode())

    assert person.outcome == outcome
    assert all(m.user.email == EVE for m in person.candidates)


def test_one_person_marked_and_not_marked_is_one(held, sandrine):  # noqa: F811
    file = "Name,Duration\nÈve Dubé,10\nÈve Dubé (Guest),20\niPhone (Zoé A),5\niPhone (Yan B),6\n".encode()

    people = reviewed(held, sandrine, file)

    assert [(p.name, p.minutes, p.rejoined) for p in people] == [
        ("Ève Dubé", 30, 1), ("iPhone (Zoé A)", 5, 0), ("iPhone (Yan B)", 6, 0),
    ]  # fmt: skip
