"""Whose answers count: people who are confirmed, once each. A name typed in the room proves nothing by itself."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communities.models import Membership
from evaluations.domain.surveys import collection, due, eligible, kept_apart
from evaluations.models import Release, Survey
from evaluations.tasks import tend_surveys
from meetings.domain.attendance import attendance, typed_names
from meetings.domain.links import links
from meetings.models import Attendance, AttendanceCorrection, Meeting, RoomSeat
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room, opened
from tests.forms import form_on, submit

SAID = "Le mot de {}"


@pytest.fixture
def live(community, sandrine):
    """Nine people are here and the evaluation is open; next door another community has its own."""
    meeting, members = a_room(community, 9, by=sandrine)
    meeting.cast = members
    meeting.next_door, meeting.neighbours = a_room(make.a_community(), 6)
    collection.open_for(meeting, by=sandrine)
    collection.open_for(meeting.next_door, by=None)
    return meeting


def by_link(meeting, member, said=""):
    address = reverse("evaluations:ballot", args=[links.guest_token(meeting, member)])
    return submit(Client(), address, {**ANSWERS, "R5A": said})


def by_code(meeting, name, said=None) -> Client:
    """A phone on which this name was typed; it answers where something is `said`."""
    client = Client()
    submit(client, reverse("meetings:room", args=[meeting.code]), {"name": name})
    if said is not None:
        answer_again(client, meeting, said)
    return client


def answer_again(client, meeting, said):
    return submit(client, reverse("evaluations:room_ballot", args=[meeting.code]), {**ANSWERS, "R5A": said})


def name_of(member) -> str:
    return member.user.full_name


def survey_of(meeting) -> Survey:
    return Survey.objects.select_related("meeting__community").get(meeting=meeting)


def closed(meeting) -> Survey:
    survey = survey_of(meeting)
    collection.close(survey)
    return survey


def wishes(survey) -> set[str]:
    return set(Release.objects.get(survey=survey).figures["wishes"])


def counted(survey) -> tuple[int, int, int]:
    return survey.answers_in_session + survey.answers_after, survey.eligible, survey.ballots_dropped


def console_of(meeting):
    return reverse("evaluations:survey", args=[meeting.pk])


# ------------------------------------------------------------ names typed in the room


def test_invented_names_do_not_fill_the_threshold(live):
    by_link(live, live.cast[0], SAID.format("Maya"))
    for n in range(4):
        by_code(live, f"Inventée {n}", SAID.format(n))

    survey = closed(live)

    assert counted(survey) == (1, 9, 4)
    assert not Release.objects.filter(survey=survey).exists(), "one real person, and four names of nobody"


def test_the_same_names_confirmed_do(live, sandrine, signed_in):
    """The control, and what a facilitator sees: four people came whom the list does not know."""
    by_link(live, live.cast[0], SAID.format("Maya"))
    for n in range(4):
        by_code(live, f"Venue {n}", SAID.format(n))

    page = signed_in(sandrine)
    assert "4 personnes à confirmer" in page.get(console_of(live)).content.decode()
    form_on(page.get(console_of(live)), {}, action=reverse("meetings:confirm_typed", args=[live.pk])).press(page)
    survey = closed(live)

    assert counted(survey) == (5, 13, 0)
    assert wishes(survey) == {SAID.format(who) for who in ("Maya", 0, 1, 2, 3)}


def test_a_typed_name_never_takes_the_ballot_of_the_person_who_has_it(live):
    victim = live.cast[0]
    by_code(live, name_of(victim), "L’intruse")

    answer = by_link(live, victim, "La vraie")
    for member in live.cast[1:5]:
        by_link(live, member)

    assert answer.status_code == 302
    survey = closed(live)
    assert counted(survey) == (5, 9, 1)
    assert wishes(survey) == {"La vraie"}


def test_a_typed_name_does_not_speak_before_nor_after_the_link(live):
    """Whatever the order, and whoever ticks the person on the list."""
    victim = live.cast[0]
    for member in live.cast[:5]:
        by_link(live, member, "La vraie" if member == victim else "")
    by_code(live, name_of(victim), "L’intruse")

    assert Attendance.objects.get(meeting=live, membership=victim) not in Attendance.objects.provisional()
    assert wishes(closed(live)) == {"La vraie"}


def test_whoever_is_ticked_on_the_list_answers_by_the_name_they_typed(live):
    for n, member in enumerate(live.cast[:5]):
        by_code(live, name_of(member), SAID.format(n))

    assert typed_names.to_confirm(live) == [], "each was ticked by the facilitator"
    assert counted(closed(live)) == (5, 9, 0)


def test_one_name_is_one_answer_on_as_many_phones_as_one_likes(live):
    by_code(live, "Awa Diallo", "Une")
    again = by_code(live, "awa  DIALLO")

    assert answer_again(again, live, "Deux").status_code == 409
    assert [ballot.answers["R5A"] for ballot in opened(survey_of(live))] == ["Une"]


def test_two_people_of_one_name_are_told_apart_by_who_knows_them(live, sandrine, signed_in):
    listed = live.cast[0]
    Attendance.objects.filter(membership=listed).delete()
    phone = by_code(live, name_of(listed), "L’autre")
    attendance.check_in(live, listed, method=Attendance.Method.LINK)
    by_link(live, listed, "La première")
    for member in live.cast[1:4]:
        by_link(live, member)

    page = signed_in(sandrine)
    asked = form_on(page.get(console_of(live)), {}, action=reverse("meetings:confirm_typed", args=[live.pk]))
    asked.press(page, f"two-people-{listed.pk}")

    survey = closed(live)
    assert counted(survey) == (5, 10, 0)
    assert wishes(survey) == {"L’autre", "La première"}
    seat = RoomSeat.objects.get(meeting=live)
    assert seat.membership != listed
    assert seat.membership.user.full_name == name_of(listed)
    assert phone.get(reverse("meetings:room", args=[live.code])).status_code in (200, 302), "the phone goes on"


def test_a_name_of_nobody_leaves_the_list_again(live, sandrine, signed_in):
    by_code(live, "Mickey Mouse", "Ha ha")
    by_code(live, "Awa Diallo", "Une")
    mickey = Membership.objects.get(user__last_name="Mouse")

    page = signed_in(sandrine)
    asked = form_on(page.get(console_of(live)), {}, action=reverse("meetings:confirm_typed", args=[live.pk]))
    asked.press(page, f"not-here-{mickey.pk}")

    assert not Membership.objects.filter(pk=mickey.pk).exists()
    assert [row.membership.user.last_name for row in typed_names.to_confirm(live)] == ["Diallo"]
    assert closed(live).ballots_dropped == 2


def test_a_tick_or_a_file_confirms_too(live, sandrine, signed_in):
    by_code(live, "Awa Diallo", "Une")
    awa = Membership.objects.get(user__last_name="Diallo")

    page = signed_in(sandrine)
    roster = page.get(reverse("meetings:live", args=[live.pk]))
    assert "à confirmer" in roster.content.decode()
    submit(page, roster, button=f"tick-{awa.pk}")

    assert typed_names.to_confirm(live) == []
    assert eligible.confirmed_at(live).filter(membership=awa).exists()


def test_correcting_who_came_takes_no_ballot_of_a_link_out(live):
    """Otherwise marking one person absent would tell, by the number dropped, whether they had answered."""
    for member in live.cast[:6]:
        by_link(live, member)
    Attendance.objects.filter(membership__in=live.cast[:6]).update(status=Attendance.Status.ABSENT)

    assert counted(closed(live)) == (6, 6, 0), "and no rate is over a hundred, nor over fewer than the answers"


# ------------------------------------------------------------ at its hour


@pytest.fixture
def late(live):
    """Its hour has come; five answered by their links, and Awa by her name."""
    for member in live.cast[:5]:
        by_link(live, member)
    live.awa = by_code(live, "Awa Diallo", "Une")
    Survey.objects.filter(meeting=live).update(closes_at=timezone.now() - dt.timedelta(minutes=1))
    return live


def test_it_takes_no_more_answers_and_waits_for_those_to_confirm(late):
    left_open = by_code(late, "Luc Roy")
    ballot = form_on(left_open.get(reverse("evaluations:room_ballot", args=[late.code])), ANSWERS)
    tend_surveys()

    survey = survey_of(late)
    assert (survey.is_open, survey.takes_answers) == (True, False)
    assert ballot.fill(ANSWERS).press(left_open).status_code == 409
    assert collection.answer(survey, late.cast[6], ANSWERS, in_session=False) is collection.Outcome.CLOSED
    assert survey.ballot_box.count == 6
    assert survey_of(late.next_door).takes_answers, "its neighbour goes on"


def test_it_closes_as_soon_as_they_are_confirmed(late, sandrine, signed_in):
    tend_surveys()
    page = signed_in(sandrine)
    today = page.get(reverse("evaluations:today")).content.decode()
    assert "Confirmer que 1 personne est venue" in today

    form_on(page.get(console_of(late)), {}, action=reverse("meetings:confirm_typed", args=[late.pk])).press(page)
    tend_surveys()

    assert counted(survey_of(late)) == (6, 10, 0)
    assert "Confirmer que" not in page.get(reverse("evaluations:today")).content.decode()


def test_or_after_fourteen_days_without_them(late):
    tend_surveys()
    survey = survey_of(late)

    assert survey not in due.to_close(survey.waits_until - dt.timedelta(seconds=1))
    assert survey in due.to_close(survey.waits_until)
    Survey.objects.filter(pk=survey.pk).update(closes_at=timezone.now() - dt.timedelta(days=14))
    tend_surveys()

    assert counted(survey_of(late)) == (5, 9, 1)


def test_the_number_dropped_is_told(late, sandrine, signed_in):
    closed(late)

    assert "1 réponse n’est pas comptée" in signed_in(sandrine).get(console_of(late)).content.decode()
    assert "ballots_dropped" in kept_apart.COUNTS


def test_closing_by_hand_asks_whether_to_count_them(late, sandrine, signed_in):
    page = signed_in(sandrine)
    form = form_on(page.get(console_of(late)), {}, action=reverse("evaluations:close_survey", args=[late.pk]))

    form.press(page, "confirm-and-close")

    assert counted(survey_of(late)) == (6, 10, 0)


def test_closing_by_hand_without_them_is_possible(late, sandrine, signed_in):
    page = signed_in(sandrine)
    form = form_on(page.get(console_of(late)), {}, action=reverse("evaluations:close_survey", args=[late.pk]))

    form.press(page, "close-evaluation")

    assert counted(survey_of(late)) == (5, 9, 1)


def test_nobody_else_confirms(late, nadia, signed_in):
    client = signed_in(nadia)
    awa = Membership.objects.get(user__last_name="Diallo")

    answer = client.post(reverse("meetings:confirm_typed", args=[late.pk]), {"membership": awa.pk})

    assert answer.status_code in (403, 404)
    assert len(typed_names.to_confirm(late)) == 1


def test_confirmed_after_the_closing_of_the_meeting_it_is_written_down(late, sandrine):
    """Who came did not change, so it is no correction; that somebody is another person is one."""
    Meeting.objects.filter(pk=late.pk).update(closed_at=timezone.now())
    awa = Membership.objects.get(user__last_name="Diallo")

    typed_names.confirm(late, [awa.pk], sandrine)
    assert not AttendanceCorrection.objects.exists()
    typed_names.is_someone_else(late, awa, sandrine)

    assert AttendanceCorrection.objects.count() == 1
    assert set(AttendanceCorrection.objects.values_list("became", flat=True)) == {"present"}


# ------------------------------------------------------------ reminders


def test_whoever_answered_by_their_typed_name_is_not_reminded(live):
    listed, silent = live.cast[:2]
    by_code(live, name_of(listed), "Une")
    by_code(live, name_of(silent))

    reminded = due.silent(survey_of(live))

    assert listed not in reminded
    assert silent in reminded
