"""Attendance put right after the closing: who, when and why are kept; a reason is asked; marks are no score."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from evaluations.models import AnnualReport
from meetings.domain.attendance import attendance, attendance_import, corrections, roster
from meetings.domain.attendance.corrections import Because
from meetings.models import Attendance, AttendanceCorrection, Meeting
from tests import factories as make
from tests.forms import on_one_line, submit

Why = AttendanceCorrection.Why


@pytest.fixture
def held(community, sandrine, nadia):
    start = timezone.now() - dt.timedelta(hours=3)
    closed_at = start + dt.timedelta(hours=1)
    meeting = make.a_meeting(community, start, title="Les pères isolés", started_at=start, closed_at=closed_at)
    meeting.facilitators.add(sandrine)
    make.an_attendance(meeting, nadia.memberships.get(), "absent")
    return meeting


def here(meeting, membership) -> Attendance:
    return meeting.attendances.get(membership=membership)


def test_without_a_reason_nothing_is_written(held, nadia, sandrine):
    with pytest.raises(ValidationError):
        attendance.record(held, nadia.memberships.get(), "present", by=sandrine)
    with pytest.raises(ValidationError):
        attendance.walk_in(held, "Inès Côté", method="walk_in", by=sandrine)
    with pytest.raises(ValidationError):
        attendance.count_guests(held, 3, by=sandrine)

    assert here(held, nadia.memberships.get()).status == "absent"
    assert held.attendances.count() == 1
    assert not held.corrections.exists()


def test_a_meeting_closed_meanwhile_asks_for_one_too(held, nadia, sandrine):
    """The page was opened before the closing: what counts is how the meeting stands when it is written."""
    seen_open = Meeting.objects.get(pk=held.pk)
    seen_open.closed_at = None

    with pytest.raises(ValidationError):
        attendance.record(seen_open, nadia.memberships.get(), "present", by=sandrine)


def test_a_press_that_crosses_the_closing_is_taken_and_says_so(held, nadia, sandrine, signed_in):
    press_left_open(
        signed_in(sandrine), held, nadia.memberships.get(), closed_at=timezone.now() - dt.timedelta(minutes=2)
    )

    assert here(held, nadia.memberships.get()).status == "present"
    assert held.corrections.get().why == Why.LATE


def test_who_when_and_why_are_kept(held, nadia, sandrine):
    attendance.record(held, nadia.memberships.get(), "present", by=sandrine, because=Because(Why.TOLD, "Au téléphone"))
    attendance.count_guests(held, 2, by=sandrine, because=Because(Why.FORGOTTEN))

    guests, nadias = corrections.history(held)
    assert (nadias.was, nadias.became, nadias.why, nadias.words) == ("absent", "present", "told", "Au téléphone")
    assert nadias.by == sandrine
    assert timezone.now() - nadias.at < dt.timedelta(minutes=1)
    assert (guests.membership, guests.was, guests.became) == (None, "0", "2")


def test_a_press_that_changes_nothing_is_no_correction(held, nadia, sandrine):
    attendance.record(held, nadia.memberships.get(), "absent", by=sandrine, because=Because(Why.MISTAKE))

    assert not held.corrections.exists()


def test_before_the_closing_nothing_is_kept_of_presses(community, nadia, sandrine):
    live = make.a_meeting(community, timezone.now(), started_at=timezone.now())
    attendance.record(live, nadia.memberships.get(), "present", by=sandrine)
    attendance.record(live, nadia.memberships.get(), "absent", by=sandrine)

    assert not live.corrections.exists()


def test_i_was_there_said_on_ones_own_page_says_so(held, nadia):
    attendance.check_in(held, nadia.memberships.get(), method=Attendance.Method.LINK)

    (kept,) = held.corrections.all()
    assert (kept.why, kept.by) == (Why.SELF, None)


def test_a_file_imported_after_the_closing_is_a_reason_and_so_is_its_undoing(held, nadia, sandrine):
    read = attendance_import.keep(
        held, "Nom,Adresse e-mail,Durée (minutes)\nNadia Amrani,nadia@exemple.quebec,55\nInès Côté,,50\n".encode(),
        "participants.csv", by=sandrine,
    )  # fmt: skip
    choices = {line["number"]: f"m{nadia.memberships.get().pk}" if line["email"] else "new" for line in read.lines}

    attendance_import.apply_import(read, choices, by=sandrine)
    assert {(c.membership.user.first_name, c.became, c.why, c.words) for c in held.corrections.all()} == {
        ("Nadia", "present", Why.FILE, "participants.csv"),
        ("Inès", "present", Why.FILE, "participants.csv"),
    }

    attendance_import.undo_import(read, by=sandrine)
    last = held.corrections.first()
    assert (last.was, last.became, last.why, last.by) == ("present", "absent", Why.UNDONE, sandrine)


# ------------------------------------------------------------ marks


def test_late_and_early_are_marks_on_a_presence_and_count_as_one(held, nadia, sandrine):
    member, why = nadia.memberships.get(), Because(Why.FORGOTTEN)
    attendance.record(held, member, "present", mark="late", by=sandrine, because=why)
    attendance.record(held, member, "present", mark="early", by=sandrine, because=why)

    row = here(held, member)
    assert (row.status, row.standing) == ("present", "present+late+early")
    assert roster.roster_of(held).present == 1
    assert [c.became for c in corrections.history(held)] == ["present+late+early", "present+late"]

    attendance.record(held, member, "absent", by=sandrine, because=why)
    assert here(held, member).standing == "absent"


def test_a_mark_leaves_how_someone_came(community, nadia, sandrine):
    now = timezone.now()
    hybrid = make.a_meeting(community, now, started_at=now, mode=Meeting.Mode.HYBRID)
    attendance.record(hybrid, nadia.memberships.get(), "present", mode="online", by=sandrine)

    attendance.record(hybrid, nadia.memberships.get(), "present", mark="late", by=sandrine)

    assert here(hybrid, nadia.memberships.get()).mode == "online"


# ------------------------------------------------------------ the page


def press(client, meeting, membership, **because):
    page = reverse("meetings:roster", args=[meeting.pk])
    return submit(client, page, because, button=f"tick-{membership.pk}")


def press_left_open(client, meeting, membership, *, closed_at):
    """On a list that was opened while the meeting lasted: it asks for no reason."""
    Meeting.objects.filter(pk=meeting.pk).update(closed_at=None)
    page = client.get(reverse("meetings:roster", args=[meeting.pk]))
    Meeting.objects.filter(pk=meeting.pk).update(closed_at=closed_at)
    return submit(client, page, button=f"tick-{membership.pk}")


def test_the_page_asks_why_and_shows_what_was_put_right(held, nadia, sandrine, signed_in):
    client, member = signed_in(sandrine), nadia.memberships.get()
    page = reverse("meetings:roster", args=[held.pk])

    press_left_open(client, held, member, closed_at=held.closed_at)
    assert "La rencontre est close" in client.get(page).content.decode()
    press(client, held, member, why="other")
    assert here(held, member).status == "absent", "« autre » wants words"
    press(client, held, member, why="other", words="Arrivée par l’autre porte")

    shown = client.get(page).content.decode()
    assert "Arrivée par l’autre porte" in shown
    assert "Sandrine Beaulieu" in shown


def test_a_correction_cannot_claim_a_reason_of_the_software(held, nadia, sandrine, signed_in):
    address = reverse("meetings:attendance", args=[held.pk, nadia.memberships.get().pk])
    signed_in(sandrine).post(address, {"status": "present", "why": "file"})

    assert not held.corrections.exists()


def test_the_note_taker_reads_the_history_and_corrects_nothing(held, nadia, karim, signed_in):
    client, address = signed_in(karim), reverse("meetings:attendance", args=[held.pk, nadia.memberships.get().pk])

    assert client.post(address, {"status": "present", "why": "told"}).status_code == 403
    assert 'id="presses" class="because"' not in on_one_line(client.get(reverse("meetings:roster", args=[held.pk])))


def test_a_published_year_says_that_its_figures_stay(held, sandrine, signed_in):
    year = held.local_start.year
    AnnualReport.objects.create(community=held.community, year=year, published_at=timezone.now())

    page = signed_in(sandrine).get(reverse("meetings:roster", args=[held.pk])).content.decode()

    assert corrections.published_year(held) == year
    assert 'class="note warn' in page


def test_the_list_costs_the_same_for_three_corrections_and_for_thirty(
    held, sandrine, signed_in, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, page = signed_in(sandrine), reverse("meetings:roster", args=[held.pk])

    def cost(n):
        for _ in range(n):
            member = make.a_member(held.community)
            attendance.record(held, member, "present", by=sandrine, because=Because(Why.TOLD))
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        return len(queries)

    cost(1)
    assert cost(2) == cost(27)
