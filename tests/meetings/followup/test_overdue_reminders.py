"""What is missing of a meeting's record: said on day one, three and seven, and no more once it is there."""

import datetime as dt
import zoneinfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from communities.models import Community, RoleAssignment
from evaluations.web.today import LATE, THIS_WEEK, Today
from meetings.domain.followup import completing, overdue_reminders
from meetings.domain.followup.completing import MissingItem
from meetings.models import Meeting, Minutes, Topic
from outbox.domain import mail_types
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit

ZONE = zoneinfo.ZoneInfo("America/Toronto")


def at(day, hour=9, minute=0):
    return dt.datetime(2026, 10, day, hour, minute, tzinfo=ZONE)


@pytest.fixture
def held(community, sandrine):
    """On October 13 at noon, closed; nobody ticked, no topic, no synthesis."""
    meeting = make.a_meeting(community, at(13, 12), title="Un sujet", started_at=at(13, 12), closed_at=at(13, 13))
    meeting.facilitators.add(sandrine)
    return meeting


def record(meeting):
    """All that was missing."""
    make.an_attendance(meeting, make.a_member(meeting.community))
    make.a_topic(meeting.community, state="discussed", meeting=meeting)
    make.say_of(meeting, synthesis="On garde le samedi.")


def days_written():
    return list(Message.objects.order_by("pk").values_list("facts__days", flat=True))


def test_on_day_one_three_and_seven_at_nine_and_once_each(held):
    written = []
    for hours in range(24 * 9):
        now = at(13, 13) + dt.timedelta(hours=hours, minutes=7)
        if overdue_reminders.send_due(now) + overdue_reminders.send_due(now):
            written.append(now)

    assert [(now.day, now.hour) for now in written] == [(14, 9), (16, 9), (20, 9)]
    assert days_written() == [1, 3, 7]


def test_nine_is_read_on_the_wall_across_a_change_of_clocks(community):
    saturday = dt.datetime(2026, 10, 31, 12, tzinfo=ZONE)
    meeting = make.a_meeting(community, saturday)

    assert overdue_reminders.due_at(meeting, 1) == dt.datetime(2026, 11, 1, 9, tzinfo=ZONE)
    assert overdue_reminders.due_at(meeting, 3).astimezone(ZONE).hour == 9


def test_after_missed_ticks_the_last_that_is_due_is_said_once(held):
    assert overdue_reminders.send_due(at(17, 11)) == 1
    assert overdue_reminders.send_due(at(18, 11)) == 0

    assert days_written() == [3]


def test_nothing_is_said_after_ten_days(held):
    assert overdue_reminders.send_due(at(24, 9)) == 0


def test_it_stops_when_the_record_is_there(held):
    assert overdue_reminders.send_due(at(14)) == 1
    record(held)

    assert overdue_reminders.send_due(at(16)) == 0


def test_a_mail_on_its_way_does_not_leave_once_it_is_there(held, sandrine):
    with time_machine.travel(at(14), tick=False):
        overdue_reminders.send_due()
        message = Message.objects.get()
        assert mail_types.cancel_reason(message) is None
        record(held)
        assert mail_types.cancel_reason(message) == "nothing is missing any more"


def test_a_mail_does_not_leave_for_someone_who_facilitates_no_more(held, sandrine):
    with time_machine.travel(at(14), tick=False):
        overdue_reminders.send_due()
        RoleAssignment.objects.update(ends_on=dt.date(2026, 1, 1))
        assert mail_types.cancel_reason(Message.objects.get()) == "no longer facilitates"


@pytest.mark.parametrize("status", ["dormant", "archived", "self_run"])
def test_a_community_at_rest_is_left_alone(held, status):
    Community.objects.filter(pk=held.community_id).update(status=status)

    assert overdue_reminders.send_due(at(14)) == 0


def test_a_cancelled_meeting_lacks_nothing(held):
    Meeting.objects.filter(pk=held.pk).update(cancelled_at=at(12))

    assert overdue_reminders.send_due(at(14)) == 0


def test_a_meeting_left_open_is_said_too_and_leads_to_its_console(held):
    Meeting.objects.filter(pk=held.pk).update(closed_at=None)

    assert overdue_reminders.send_due(at(14)) == 1
    assert reverse("meetings:live", args=[held.pk]) in Message.objects.get().text


def test_those_named_are_told_and_where_none_is_left_all_who_facilitate(held, sandrine):
    other = make.a_person("Autre")
    make.a_role(other, "facilitator", community=held.community)
    assert list(overdue_reminders.people_to_remind(held)) == [sandrine]

    RoleAssignment.objects.filter(user=sandrine).update(ends_on=dt.date(2026, 1, 1))
    assert list(overdue_reminders.people_to_remind(held)) == [other]


def test_a_training_needs_its_attendance_only_and_a_follow_up_says_what_a_synthesis_would(held):
    assert completing.missing_items_of(held) == [MissingItem.ATTENDANCE, MissingItem.TOPICS, MissingItem.SYNTHESIS]
    make.say_of(held, followed_up_at=at(14))
    assert completing.missing_items_of(held) == [MissingItem.ATTENDANCE, MissingItem.TOPICS]
    Meeting.objects.filter(pk=held.pk).update(kind="training", guests=4)
    assert completing.missing_items_of(held) == []


def test_today_shows_it_from_day_one_late_from_day_three(held, sandrine):
    def line(now):
        page = reverse("meetings:complete", args=[held.pk])
        return next((item.urgency for item in Today(sandrine, now).to_do if item.url == page), None)

    assert line(at(13, 20)) is None
    assert line(at(14)) == THIS_WEEK
    assert line(at(16)) == LATE
    record(held)
    assert line(at(16)) is None


# ------------------------------------------------------------ completing


@pytest.fixture
def page(held):
    return reverse("meetings:complete", args=[held.pk])


def test_the_record_is_completed_days_after(held, page, sandrine, signed_in):
    waiting, wrong = make.a_topic(held.community), make.a_topic(held.community, state="discussed", meeting=held)
    typed = {"topic": [waiting.pk], "title": "Les pourboires", "synthesis": "Mots"}

    assert submit(signed_in(sandrine), page, typed).url == page

    held.refresh_from_db()
    wrong.refresh_from_db()
    assert held.minutes.synthesis == "Mots"
    discussed = held.topics.filter(state=Topic.State.DISCUSSED)
    assert set(discussed.values_list("title", flat=True)) == {waiting.title, "Les pourboires"}
    assert (wrong.state, wrong.meeting) == ("proposed", None)


def test_two_people_complete_it_and_nothing_is_lost(held, page, sandrine, signed_in):
    client = signed_in(sandrine)
    mine = form_on(client.get(page), ["synthesis"]).fill({"synthesis": "Les miens"})
    topic = make.a_topic(held.community, state="discussed", meeting=held)  # ticked since the page was opened
    assert Minutes.write_over(held, "Les leurs", 0)

    response = mine.press(client)

    assert response.status_code == 409
    assert "Les leurs" in response.content.decode()
    assert "Les miens" in response.content.decode()
    topic.refresh_from_db()
    assert topic.state == "discussed"
    assert Meeting.objects.get(pk=held.pk).minutes.synthesis == "Les leurs"


def test_a_meeting_still_open_is_closed_first(held, page, sandrine, signed_in):
    Meeting.objects.filter(pk=held.pk).update(closed_at=None)
    held.refresh_from_db()

    assert reverse("meetings:live", args=[held.pk]) in signed_in(sandrine).get(page).content.decode()
    with pytest.raises(ValidationError):
        completing.complete(held, ticked=[], unticked=[], title="", synthesis="x", version=0, by=sandrine)


def test_what_was_closed_before_a_hand_over_is_only_read(held, page, sandrine, signed_in):
    client = signed_in(sandrine)
    left_open = form_on(client.get(page), ["synthesis"]).fill({"synthesis": "x"})
    Community.objects.filter(pk=held.community_id).update(handed_over_at=timezone.now())

    assert left_open.press(client).status_code == 403
