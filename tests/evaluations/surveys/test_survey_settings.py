"""The evaluation of a meeting opens by itself where a community wants it so, and reminds as often as it wants."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from communities.models import SurveySettings
from evaluations.domain.surveys import collection
from evaluations.models import Survey
from evaluations.tasks import tend_surveys
from meetings.domain.live import live_session
from meetings.models import AgendaItem, Meeting
from outbox.models import Message
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room
from tests.forms import submit


def at_its_evaluation(community, people=6) -> Meeting:
    meeting, _members = a_room(community, people)
    block = meeting.agenda.get(kind=AgendaItem.Kind.EVALUATION)
    live_session.advance(Meeting.objects.get(pk=meeting.pk), block)
    return Meeting.objects.get(pk=meeting.pk)


@pytest.fixture
def neighbour():
    """Which opens its evaluations by hand."""
    return make.a_community("Voisine")


def test_sandrine_sets_it_in_the_browser_and_may_undo_it(community, sandrine, signed_in):
    address = reverse("evaluations:survey_settings", args=[community.pk])

    answer = submit(signed_in(sandrine), address, {"opens_by_itself": True, "survey_reminders": "2"})

    kept = SurveySettings.objects.get()
    assert answer.status_code == 302
    assert (kept.opens_by_itself, kept.survey_reminders, kept.survey_reminder_hours) == (True, 2, 2)
    assert "2 rappels" in signed_in(sandrine).get(reverse("communities:settings", args=[community.pk])).text


def test_it_opens_when_its_block_begins_and_the_neighbour_does_not(community, neighbour):
    SurveySettings.write(community, opens_by_itself=True)
    here, there = at_its_evaluation(community), at_its_evaluation(neighbour)

    tend_surveys()

    assert [survey.meeting for survey in Survey.objects.all()] == [here]
    assert Survey.objects.get().opened_by is None
    assert there.agenda.filter(kind=AgendaItem.Kind.EVALUATION, started_at__isnull=False).exists()


def test_not_before_its_block(community):
    SurveySettings.write(community, opens_by_itself=True)
    a_room(community)

    tend_surveys()

    assert not Survey.objects.exists()


def test_where_too_few_are_there_it_waits_for_a_person(community):
    SurveySettings.write(community, opens_by_itself=True)
    at_its_evaluation(community, people=4)

    tend_surveys()

    assert not Survey.objects.exists()


def test_taken_back_it_does_not_open_again(community):
    SurveySettings.write(community, opens_by_itself=True)
    at_its_evaluation(community)
    tend_surveys()
    assert collection.undo_opening(Survey.objects.get())

    with time_machine.travel(timezone.now() + dt.timedelta(seconds=80)):
        tend_surveys()

    assert not Survey.objects.exists()


@pytest.mark.parametrize(("reminders", "hours", "at"), [(0, 2, []), (1, 4, [4]), (2, 2, [2, 22])])
def test_as_many_reminders_as_wanted_the_second_the_day_after_at_nine(community, neighbour, reminders, hours, at):
    SurveySettings.write(community, survey_reminders=reminders, survey_reminder_hours=hours)
    end = dt.datetime(2026, 11, 9, 16, tzinfo=dt.UTC)  # 11:00 in Montréal
    with time_machine.travel(end - dt.timedelta(minutes=30)):
        meeting, members = a_room(community)
        Meeting.objects.filter(pk=meeting.pk).update(ends_at=end)
        survey = collection.open_for(Meeting.objects.get(pk=meeting.pk), by=None)
        collection.answer(survey, members[0], ANSWERS, in_session=True)
    sent = []
    for hour in range(50):
        with time_machine.travel(end + dt.timedelta(hours=hour), tick=False):
            before = Message.objects.filter(kind="survey-reminder").count()
            tend_surveys()
            if Message.objects.filter(kind="survey-reminder").count() > before:
                sent.append(hour)

    assert sent == at
    assert not Message.objects.filter(kind="survey-reminder", recipient=members[0].user).exists()
    last = Message.objects.filter(kind="survey-reminder").order_by("pk").last()
    assert last is None or ("dernier rappel" if reminders == 2 else "seul rappel") in last.text
