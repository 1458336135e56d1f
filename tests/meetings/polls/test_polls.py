"""Date polls: asked by one mail, answered without an account, chosen once."""

import datetime as dt
import uuid
import zoneinfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from meetings.domain import polls
from meetings.models import DatePoll, Meeting
from outbox.domain import mail_types
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit
from tests.meetings.scheduling.test_planning import at_once, client_of, on_postgresql

MONTREAL = zoneinfo.ZoneInfo("America/Toronto")


@pytest.fixture
def people(community):
    """Four members, in the order of their names."""
    return [make.a_member(community, make.a_person(name, name)) for name in ("Aude", "Bill", "Chloé", "Dan")]


@pytest.fixture
def poll(community, sandrine, people):
    days = [timezone.localdate() + dt.timedelta(days=n) for n in (10, 12, 17)]
    starts = [dt.datetime.combine(day, dt.time(12), tzinfo=MONTREAL) for day in days]
    return polls.ask_dates(
        community, starts, key=uuid.uuid4(), by=sandrine, minutes=60, link="https://zoom.example/j/1"
    )


def answers(poll, *said):
    return dict(zip(poll.dates.values_list("pk", flat=True), said, strict=True))


def typed(poll, *said):
    return {f"date-{pk}": value for pk, value in answers(poll, *said).items()}


def vote_url(poll, membership):
    return reverse("meetings:vote_dates", args=[polls.voter_token(poll, membership)])


# ------------------------------------------------------------ asking


def asking(client, community, days, **changes):
    """The page's form, with a line for each date at noon."""
    page = client.get(reverse("meetings:ask_dates", args=[community.pk]))
    while len(page.context["rows"].rows) < len(days):
        page = submit(client, page, button="step=add")
    dates = {f"{n}-{name}": v for n, day in enumerate(days) for name, v in (("day", day), ("starts", "12:00"))}
    return form_on(page, button="step=ask").fill(dates | changes)


def days_ahead(*numbers):
    return [(timezone.localdate() + dt.timedelta(days=n)).isoformat() for n in numbers]


def test_a_form_sent_twice_asks_once_and_writes_to_each_once(community, people, sandrine, signed_in):
    client = signed_in(sandrine)
    form = asking(client, community, days_ahead(10, 12), title="Le répit")

    for _n in "12":
        form.press(client)

    poll = DatePoll.objects.get()
    assert poll.dates.count() == 2
    assert Message.objects.about(poll).count() == 4
    assert not community.meetings.exists()


@pytest.mark.parametrize("days", [(10,), (-3, 10)], ids=["one", "past"])
def test_unfit_dates_are_refused_in_words_and_nothing_leaves(days, community, people, sandrine, signed_in):
    client = signed_in(sandrine)

    response = asking(client, community, days_ahead(*days), title="Gardé").press(client)

    assert response.status_code == 422
    assert "Gardé" in response.content.decode()
    assert not DatePoll.objects.exists()
    assert not Message.objects.exists()


def test_a_poll_holds_eight_dates_and_refuses_more(community, people, sandrine, signed_in):
    client = signed_in(sandrine)
    eight = asking(client, community, days_ahead(*range(1, 9)), title="Gardé")
    ninth = {"rows": "9", "8-day": days_ahead(9)[0], "8-starts": "12:00"}

    refused = client.post(eight.action, dict(eight.data(eight.button("step=ask")).lists()) | ninth)

    assert "add" not in [button.value for button in eight.buttons]
    assert refused.status_code == 422
    assert "Gardé" in refused.content.decode()
    assert not DatePoll.objects.exists()
    assert not Message.objects.exists()


# ------------------------------------------------------------ voting


def test_a_personal_link_answers_and_changes_without_an_account(client, poll, people):
    url = vote_url(poll, people[0])
    assert client.get(url).status_code == 200

    submit(client, url, typed(poll, "yes", "if_needed", "no"))
    submit(client, url, typed(poll, "no", "yes", "no"))

    votes = people[0].date_votes.order_by("date__starts_at")
    assert [v.answer for v in votes] == ["no", "yes", "no"]


def test_a_date_left_without_an_answer_is_said_at_its_field(client, poll, people):
    two_of_three = dict(list(typed(poll, "yes", "no", "no").items())[1:])

    response = submit(client, vote_url(poll, people[0]), two_of_three)

    assert response.status_code == 422
    assert len(response.context["form"].errors) == 1
    assert not people[0].date_votes.exists()


@pytest.mark.parametrize("how", ["altered", "left", "other"])
def test_a_link_that_is_not_theirs_opens_nothing(how, client, poll, people):
    token = polls.voter_token(poll, people[0])
    if how == "left":
        people[0].become("alumni")
    if how == "altered":
        token = token[:-3] + "abc"
    if how == "other":
        token = polls.voter_token(poll, make.a_member(make.a_community()))

    assert client.get(reverse("meetings:vote_dates", args=[token])).status_code == 404


def test_reading_the_link_votes_for_nothing(client, poll, people):
    client.get(vote_url(poll, people[0]))

    assert not people[0].date_votes.exists()


# ------------------------------------------------------------ reminders


def test_reminders_reach_those_who_have_not_voted_once_a_day(poll, people, sandrine, signed_in):
    polls.vote(poll, people[0], answers(poll, "yes", "yes", "no"))
    client = signed_in(sandrine)
    form = form_on(client.get(poll.get_absolute_url()), action=reverse("meetings:remind_poll", args=[poll.pk]))

    for _n in "12":
        form.press(client)

    reminders = Message.objects.of_type(polls.REMINDER)
    assert set(reminders.values_list("recipient", flat=True)) == {m.user_id for m in people[1:]}
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        assert polls.remind_voters(poll) == 3


def test_a_reminder_that_waits_does_not_reach_whoever_answers_meanwhile(poll, people):
    polls.remind_voters(poll)
    mine, other = Message.objects.of_type(polls.REMINDER).filter(recipient__in=[people[0].user, people[1].user])

    polls.vote(poll, people[0], answers(poll, "yes", "yes", "no"))

    refused = {m.recipient_id: mail_types.cancel_reason(m) for m in (mine, other)}
    assert refused[people[0].user_id]
    assert refused[people[1].user_id] is None


# ------------------------------------------------------------ results


def best(poll):
    return [result.is_best for result in polls.results(poll)]


def test_the_best_date_is_the_one_most_can_come_to(poll, people):
    for member, said in zip(people, [("yes", "if_needed", "no")] * 2 + [("no", "if_needed", "yes")] * 2, strict=True):
        polls.vote(poll, member, answers(poll, *said))

    assert best(poll) == [False, True, False]


def test_a_tie_is_said_and_a_past_date_is_never_the_best(poll, people, sandrine, signed_in):
    assert best(poll) == [False, False, False]
    polls.vote(poll, people[0], answers(poll, "yes", "yes", "no"))
    assert best(poll) == [True, True, False]

    with time_machine.travel(timezone.now() + dt.timedelta(days=11)):
        assert best(poll) == [False, True, False]


def test_results_ask_the_same_whatever_the_voters(poll, community, sandrine, signed_in):
    counts, client = [], signed_in(sandrine)
    for total in (3, 30):
        while community.memberships.count() < total + 4:
            polls.vote(poll, make.a_member(community), answers(poll, "yes", "no", "if_needed"))
        client.get(poll.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(poll.get_absolute_url()).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


# ------------------------------------------------------------ choosing


def test_the_chosen_date_is_the_meeting_and_its_voters_get_the_calendar_entry(poll, people, sandrine, signed_in):
    polls.vote(poll, people[0], answers(poll, "yes", "no", "no"))
    chosen = poll.dates.first()

    submit(signed_in(sandrine), poll.get_absolute_url(), button=f"date={chosen.pk}")

    poll.refresh_from_db()
    meeting = poll.meeting
    assert (meeting.starts_at, meeting.length_in_minutes, meeting.link) == (
        chosen.starts_at,
        60,
        "https://zoom.example/j/1",
    )
    assert list(meeting.facilitators.all()) == [sandrine]
    assert meeting.agenda.exists()
    invitation = Message.objects.about(meeting).get(recipient=people[0].user)
    (event,) = Calendar.from_ical(invitation.calendar).walk("VEVENT")
    assert invitation.calendar_method == "REQUEST"
    assert event["DTSTART"].dt == chosen.starts_at


def test_the_poll_is_closed_after(client, poll, people, sandrine):
    meeting = polls.choose_date(poll, poll.dates.first(), by=sandrine)
    poll.refresh_from_db()

    with pytest.raises(ValidationError):
        polls.vote(poll, people[0], answers(poll, "yes", "no", "no"))
    with pytest.raises(ValidationError):
        polls.remind_voters(poll)
    assert all(mail_types.cancel_reason(m) for m in Message.objects.about(poll))
    page = client.get(vote_url(poll, people[0]))
    assert page.context["poll"].meeting == meeting


def test_pressed_twice_it_is_one_meeting_even_for_two_dates(poll, sandrine):
    first, second, _third = poll.dates.all()

    one = polls.choose_date(poll, first, by=sandrine)
    other = polls.choose_date(poll, second, by=sandrine)

    assert one == other
    assert Meeting.objects.count() == 1


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_pressed_by_two_at_the_same_instant_it_is_one_meeting(poll, sandrine, philippe):
    mine, theirs, (first, second, _third) = client_of(sandrine), client_of(philippe), poll.dates.all()
    one, other = (
        form_on(client.get(poll.get_absolute_url()), button=f"date={date.pk}")
        for client, date in ((mine, first), (theirs, second))
    )

    statuses = at_once(lambda: one.press(mine).status_code, lambda: other.press(theirs).status_code)

    assert statuses == [302, 302]
    assert Meeting.objects.count() == 1
    assert Message.objects.filter(calendar_method="REQUEST").count() == 4


def test_a_past_date_is_not_chosen(poll, sandrine):
    with time_machine.travel(timezone.now() + dt.timedelta(days=11)), pytest.raises(ValidationError):
        polls.choose_date(poll, poll.dates.first(), by=sandrine)

    assert not Meeting.objects.exists()


def test_a_date_of_another_poll_is_not_chosen(poll, sandrine, signed_in):
    other = make.a_date_poll(make.a_community()).dates.first()

    signed_in(sandrine).post(reverse("meetings:choose_date", args=[poll.pk]), {"date": other.pk})

    assert not Meeting.objects.exists()


def test_closed_without_a_date_nobody_is_written_to(client, poll, people, sandrine, signed_in):
    n = Message.objects.count()

    close = reverse("meetings:close_poll", args=[poll.pk])
    submit(signed_in(sandrine), poll.get_absolute_url(), action=close)

    poll.refresh_from_db()
    assert poll.closed_at
    assert Message.objects.count() == n
    assert not Meeting.objects.exists()
