"""Registration, rooms with so many seats, and trainings open to people from outside."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from meetings.domain.invitations import emails, invitations, replies, signing_up, waiting_list
from meetings.domain.invitations.reminders import send_due_reminders
from meetings.domain.links import links
from meetings.domain.scheduling import planning
from meetings.models import Meeting, Reply
from outbox.domain import mail_types
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit
from tests.meetings.scheduling.test_planning import at_once, filled
from tests.racing import needs_row_locks


@pytest.fixture
def room(community):
    """Two seats, in ten days."""
    return make.a_meeting(
        community, timezone.now() + dt.timedelta(days=10), mode="in_person", place="Salle 2", capacity=2, title="Répit"
    )


@pytest.fixture
def people(community):
    return [make.a_member(community) for _n in "1234"]


def waiting(meeting):
    return list(meeting.replies.filter(is_waiting=True).values_list("membership", flat=True))


def freed():
    return list(Message.objects.filter(kind=emails.SEAT_FREED.slug).values_list("recipient", flat=True))


def say(meeting, membership, answer="yes", **mode):
    return replies.answer(meeting, membership, answer, **mode)


def test_first_come_first_seated(room, people):
    for member in people:
        say(room, member)

    assert waiting(room) == [people[2].pk, people[3].pk]
    assert waiting_list.place_in_line(room, room.replies.get(membership=people[3])) == 2
    assert Meeting.objects.with_replies().get(pk=room.pk).yes == 2


def test_when_a_seat_frees_the_next_in_line_is_told_by_one_mail(room, people):
    for member in people:
        say(room, member)

    say(room, people[0], "no")
    say(room, people[0], "no")

    assert waiting(room) == [people[3].pk]
    assert freed() == [people[2].user_id]


def test_whoever_gives_up_and_comes_back_is_last(room, people):
    for member in people[:3]:
        say(room, member)
    say(room, people[0], "maybe")
    say(room, people[0])
    say(room, people[1])  # said again: keeps their turn

    assert waiting(room) == [people[0].pk]


def test_a_bigger_room_seats_those_who_waited(room, people):
    for member in people:
        say(room, member)

    planning.change(room, version=0, facilitators=[], capacity=4)

    assert waiting(room) == []
    assert set(freed()) == {people[2].user_id, people[3].user_id}


def test_online_one_needs_no_seat(room, people):
    Meeting.objects.filter(pk=room.pk).update(mode="hybrid")
    room.refresh_from_db()
    for member in people[:3]:
        say(room, member, mode="online")
    say(room, people[3], mode="in_person")

    assert waiting(room) == []


def test_without_a_capacity_nobody_waits(room, people):
    """The negative control."""
    Meeting.objects.filter(pk=room.pk).update(capacity=None)
    room.refresh_from_db()
    for member in people:
        say(room, member)

    assert waiting(room) == []


@needs_row_locks
@pytest.mark.django_db(transaction=True)
def test_of_four_who_press_at_once_two_have_a_seat(room, people):
    at_once(*[lambda m=member: say(room, m).pk for member in people])

    assert len(waiting(room)) == 2


def test_the_waiting_are_not_reminded_as_those_coming(room, people):
    Meeting.objects.filter(pk=room.pk).update(invited_at=timezone.now())
    for member in people[:3]:
        say(room, member)
    with time_machine.travel(room.starts_at - dt.timedelta(hours=1)):
        send_due_reminders()

    reminded = set(Message.objects.filter(kind=emails.REMINDER.slug).values_list("recipient", flat=True))
    assert reminded == {people[0].user_id, people[1].user_id}


def test_the_page_says_which_number_one_is(client, room, people):
    for member in people[:3]:
        say(room, member)

    page = client.get(reverse("meetings:phone", args=[links.guest_token(room, people[2])]))

    assert page.context["page"].place_in_line == 1


# ------------------------------------------------------------ registration


@pytest.fixture
def online(community, nadia):
    return make.a_meeting(
        community, timezone.now() + dt.timedelta(hours=12), link="https://zoom.example/j/9", title="T"
    )


@pytest.mark.parametrize(
    ("registration", "answer", "shown"),
    [("optional", None, True), ("none", None, True), ("required", None, False), ("required", "yes", True)],
)
def test_where_registration_is_required_the_link_is_for_those_who_said_yes(
    registration, answer, shown, online, nadia, client, signed_in
):
    Meeting.objects.filter(pk=online.pk).update(registration=registration)
    membership = nadia.memberships.get()
    if answer:
        say(online, membership, answer)

    phone = client.get(reverse("meetings:phone", args=[links.guest_token(online, membership)]))
    own = signed_in(nadia).get(online.get_absolute_url())

    assert (b"zoom.example/j/9" in phone.content) == shown
    assert (b"zoom.example/j/9" in own.content) == shown


def test_no_reply_is_asked_where_none_is_wanted(online, nadia, client):
    Meeting.objects.filter(pk=online.pk).update(registration="none")
    membership = nadia.memberships.get()

    page = client.get(reverse("meetings:phone", args=[links.guest_token(online, membership)]))

    assert not page.context["page"].takes_replies


# ------------------------------------------------------------ open to all


@pytest.fixture
def training(community):
    return make.a_meeting(
        community,
        timezone.now() + dt.timedelta(days=10),
        kind="training",
        is_open_to_all=True,
        title="Mobiliser les jeunes",
        link="https://zoom.example/j/7",
    )


PERSON = {"first_name": "Inès", "last_name": "Roy", "email": "ines@exemple.quebec", "organisation": "Carrefour"}


def sign_up(client, training, **changes):
    return submit(client, reverse("meetings:sign_up", args=[signing_up.sign_up_token(training)]), PERSON | changes)


def test_whoever_signs_up_joins_the_pool_and_gets_their_page_by_mail(client, training, community):
    response = sign_up(client, training)

    membership = community.memberships.get(user__email="ines@exemple.quebec")
    assert response.status_code == 302
    assert (membership.status, membership.source, membership.represents) == ("eligible", "training", "Carrefour")
    assert training.replies.get().answer == "yes"
    mail = Message.objects.get()
    assert (mail.calendar_method, mail_types.cancel_reason(mail)) == ("REQUEST", None)
    assert links.guest_token(training, membership) in mail.text
    assert client.get(reverse("meetings:phone", args=[links.guest_token(training, membership)])).status_code == 200


def test_signed_up_twice_it_is_one_person_and_one_mail(client, training):
    sign_up(client, training)
    sign_up(client, training, email="INES@exemple.quebec")

    assert User.objects.filter(email="ines@exemple.quebec").count() == 1
    assert Message.objects.count() == 1


def test_whoever_types_a_members_address_changes_nothing_of_theirs(client, training, nadia):
    membership = nadia.memberships.get()
    say(training, membership, "no")

    response = sign_up(client, training, email=nadia.email, first_name="Autre", organisation="Ailleurs")

    membership.refresh_from_db()
    nadia.refresh_from_db()
    assert response.status_code == 302  # the same answer for everyone: nobody learns who is known
    assert (nadia.first_name, membership.status, membership.represents) == (
        "Nadia",
        "active",
        "Table de quartier Ahuntsic",
    )
    assert training.replies.get().answer == "no"


def test_whoever_left_comes_to_the_training_and_stays_gone(client, training, community):
    membership = make.a_member(community, status="alumni", left_on=timezone.localdate() - dt.timedelta(days=90))
    other = make.a_meeting(community)

    sign_up(client, training, email=membership.user.email)

    membership.refresh_from_db()
    assert (membership.status, training.replies.get().answer) == ("alumni", "yes")
    assert mail_types.cancel_reason(Message.objects.get()) is None
    assert client.get(reverse("meetings:phone", args=[links.guest_token(training, membership)])).status_code == 200
    assert client.get(reverse("meetings:phone", args=[links.guest_token(other, membership)])).status_code == 410


def test_they_are_told_when_it_moves_and_when_it_is_cancelled(client, training):
    sign_up(client, training)

    planning.change(training, version=0, facilitators=[], starts_at=training.starts_at - dt.timedelta(hours=2))
    planning.cancel(training, "Panne")

    assert set(Message.objects.values_list("kind", flat=True)) == {"signed-up", "moved", "cancelled"}
    assert [m.state for m in Message.objects.order_by("pk")] == ["dropped", "dropped", "waiting"]


@pytest.mark.parametrize("state", ["closed to others", "altered", "cancelled", "over"])
def test_a_training_that_takes_nobody_says_so(state, client, training):
    page = reverse("meetings:sign_up", args=[signing_up.sign_up_token(training)])
    left_open = form_on(client.get(page), PERSON).fill(PERSON)
    changed = {
        "closed to others": {"is_open_to_all": False},
        "cancelled": {"cancelled_at": timezone.now()},
        "over": {"starts_at": timezone.now() - dt.timedelta(days=2), "ends_at": timezone.now() - dt.timedelta(days=1)},
    }
    Meeting.objects.filter(pk=training.pk).update(**changed.get(state, {"place": ""}))

    response = client.post(page[:-3] + "xx/", PERSON) if state == "altered" else left_open.press(client)

    assert response.status_code == (404 if state in ("closed to others", "altered") else 422)
    assert not Reply.objects.exists()
    assert not User.objects.filter(email=PERSON["email"]).exists()


def test_a_place_from_which_too_many_come_waits(client, training):
    for n in range(21):
        response = sign_up(client, training, email=f"p{n}@exemple.quebec")

    assert response.status_code == 429
    assert training.replies.count() == 20


def test_a_member_found_by_a_training_is_counted(client, training, community):
    sign_up(client, training)
    sign_up(client, training, email="autre@exemple.quebec")
    community.memberships.get(user__email="ines@exemple.quebec").become("active")

    assert signing_up.from_outside(community) == {"n": 2, "joined": 1}


def test_only_a_training_is_opened_to_all(community, sandrine, signed_in):
    client = signed_in(sandrine)

    response = filled(client, community, [("2027-02-09", "12:00")], is_open_to_all=True).press(client)

    assert response.status_code == 422
    assert "is_open_to_all" in response.context["form"].errors


def test_turnout_names_those_who_wait(room, people):
    for member in people[:3]:
        say(room, member)

    turnout = invitations.Turnout.of(room)
    assert (turnout.yes, turnout.waiting, turnout.silent) == (2, 1, 1)
