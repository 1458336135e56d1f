"""The one reminder: to the silent who were there, once, while it is open, and asked again before it leaves."""

import datetime as dt

import pytest
from django.utils import timezone

from evaluations.domain.surveys import collection, due
from evaluations.models import Survey
from evaluations.tasks import tend_surveys
from meetings.models import Attendance, Meeting
from outbox.domain import mail_types
from outbox.models import Category, Message, Unsubscription
from tests.evaluations.room import ANSWERS, a_room


@pytest.fixture
def over(community, sandrine):
    """Ended more than two hours ago; six people were there, and two have answered."""
    now = timezone.now()
    starts = now - dt.timedelta(hours=3, minutes=5)
    meeting, members = a_room(community, by=sandrine, starts_at=starts, started_at=starts)
    survey = collection.open_for(meeting, by=sandrine)
    Meeting.objects.filter(pk=meeting.pk).update(closed_at=now - dt.timedelta(hours=2))
    for member in members[:2]:
        collection.answer(survey, member, ANSWERS, in_session=True)
    survey.members = members
    return survey


def recipients():
    return set(Message.objects.values_list("recipient", flat=True))


def users(members):
    return {member.user_id for member in members}


def test_the_silent_who_were_there_get_one_mail(over):
    absent = over.members[5]
    Attendance.objects.filter(membership=absent).update(status=Attendance.Status.ABSENT)

    tend_surveys()
    tend_surveys()

    assert recipients() == users(over.members[2:5])
    assert Message.objects.count() == 3


def test_nothing_leaves_before_two_hours_have_passed(over):
    Meeting.objects.update(ends_at=timezone.now() - dt.timedelta(minutes=119))

    tend_surveys()

    assert recipients() == set()


def test_two_clocks_at_once_write_once(over):
    first, second = Survey.objects.get(), Survey.objects.get()

    assert due.remind_silent(first) == 4
    assert due.remind_silent(second) == 0


def test_a_person_without_an_address_gets_nothing(over):
    over.members[2].user.email = None
    over.members[2].user.save()

    tend_surveys()

    assert recipients() == users(over.members[3:])


def test_a_closed_survey_reminds_nobody(over):
    collection.close(over)

    tend_surveys()

    assert recipients() == set()


def test_whoever_answers_meanwhile_is_left_alone_and_nothing_says_so(over):
    tend_surveys()
    collection.answer(over, over.members[2], ANSWERS, in_session=False)
    answered = Message.objects.get(recipient=over.members[2].user)
    waiting = Message.objects.get(recipient=over.members[3].user)
    Attendance.objects.filter(membership=over.members[4]).update(status=Attendance.Status.ABSENT)
    not_there = Message.objects.get(recipient=over.members[4].user)

    assert mail_types.cancel_reason(waiting) is None
    assert mail_types.cancel_reason(answered) == mail_types.cancel_reason(not_there) == "no longer useful"


def test_nobody_is_written_to_who_unsubscribed_from_evaluations(over):
    Unsubscription.objects.create(
        user=over.members[2].user, sender_list=over.community.sender_list, category=Category.SURVEYS
    )
    tend_surveys()

    message = Message.objects.filter(recipient=over.members[2].user).first()
    assert message is None or Message.objects.final_check(message) == "unsubscribed"


def test_the_mail_leads_to_the_ballot_and_is_filed_away_from_the_meetings_deliveries(over, client):
    tend_surveys()
    message = Message.objects.get(recipient=over.members[2].user)

    link = next(word for word in message.text.split() if "/evaluation/" in word)

    assert client.get(link.partition("testserver")[2] or "/" + link.split("/", 3)[3]).status_code == 200
    assert not Message.objects.about(over.meeting).exists()
    assert message.not_after == over.closes_at
    assert "/d" in message.text  # the way out of these mails
