"""Reminders: at nine on the wall two days before, two hours before to those coming; each once, across both changes."""

import datetime as dt
import zoneinfo
from urllib.parse import urlsplit

import pytest
import time_machine

from meetings.domain.invitations import invitations
from meetings.domain.invitations.reminders import hours_reminder_at, reminder_at, send_due_reminders
from meetings.domain.links import links
from meetings.domain.scheduling import planning
from meetings.models import Meeting, Reply
from outbox.domain import mail_types
from outbox.models import Message
from tests import factories as make
from tests.forms import submit

MONTREAL = zoneinfo.ZoneInfo("America/Toronto")
HALIFAX = zoneinfo.ZoneInfo("America/Halifax")


def wall(*parts, zone=MONTREAL):
    return dt.datetime(*parts, tzinfo=zone)


def reminders(moment=""):
    return Message.objects.filter(key__startswith="reminder:", key__contains=f":{moment}" if moment else ":")


@pytest.fixture
def people(community):
    """Four people, named for what they will say."""
    return {word: make.a_member(community, make.a_person(word)) for word in ("yes", "maybe", "no", "silent")}


@pytest.fixture
def tuesday(community, people):
    """Tuesday 24 November 2026 at noon, invited to and answered three weeks before."""
    with time_machine.travel(wall(2026, 11, 3, 10), tick=False):
        meeting = make.a_meeting(
            community, wall(2026, 11, 24, 12), title="Le répit", link="https://zoom.example/j/1", mode="online"
        )
        invitations.invite(meeting)
        for answer in ("yes", "maybe", "no"):
            Reply.objects.create(meeting=meeting, membership=people[answer], answer=answer)
    return Meeting.objects.get(pk=meeting.pk)


def tick(*parts, zone=MONTREAL):
    with time_machine.travel(wall(*parts, zone=zone), tick=False):
        return send_due_reminders()


# ------------------------------------------------------------ when


@pytest.mark.parametrize(
    ("meeting_day", "reminder_day"),
    [
        ((2026, 10, 31), (2026, 10, 29)),
        ((2026, 11, 1), (2026, 10, 30)),
        ((2026, 11, 2), (2026, 10, 31)),
        ((2026, 11, 3), (2026, 11, 1)),
        ((2027, 3, 13), (2027, 3, 11)),
        ((2027, 3, 14), (2027, 3, 12)),
        ((2027, 3, 15), (2027, 3, 13)),
        ((2027, 3, 16), (2027, 3, 14)),
    ],
    ids=str,
)
@pytest.mark.parametrize("hour", [0, 9, 12, 23])
@pytest.mark.parametrize("zone", [MONTREAL, HALIFAX], ids=lambda z: z.key)
def test_it_is_nine_on_the_wall_around_both_changes(db, meeting_day, reminder_day, hour, zone):
    community = make.a_community(time_zone=zone.key)
    member = make.a_member(community)
    with time_machine.travel(wall(*meeting_day, hour) - dt.timedelta(days=20)):
        meeting = make.a_meeting(community, wall(*meeting_day, hour, zone=zone))
        invitations.invite(meeting)

    before = tick(*reminder_day, 8, 59, zone=zone)
    after = tick(*reminder_day, 9, 0, zone=zone)

    assert (before, after) == (0, 1)
    assert reminders("days").get().recipient == member.user
    assert f"{reminder_at(meeting).astimezone(zone):%H:%M}" == "09:00"


def test_counted_in_elapsed_hours_it_would_come_at_ten(community):
    """The negative control: from Sunday noon back to Friday nine there are 51 hours on the wall and 52 to wait."""
    meeting = make.a_meeting(community, wall(2026, 11, 1, 12))

    elapsed = (meeting.starts_at.astimezone(dt.UTC) - dt.timedelta(hours=51)).astimezone(MONTREAL)

    assert (elapsed.hour, reminder_at(meeting).hour) == (10, 9)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (wall(2026, 11, 1, 12), wall(2026, 11, 1, 10)),
        (wall(2027, 3, 14, 12), wall(2027, 3, 14, 10)),
        (wall(2026, 11, 1, 3, 30), wall(2026, 11, 1, 1, 30)),  # shown twice: the first
        (wall(2027, 3, 14, 4, 30), wall(2027, 3, 14, 3, 30)),  # never shown: an hour later
    ],
    ids=str,
)
def test_two_hours_before_is_read_on_the_wall(community, start, expected):
    meeting = make.a_meeting(community, start)

    assert hours_reminder_at(meeting) == expected.astimezone(dt.UTC)


# ------------------------------------------------------------ to whom, in what words


def test_two_days_before_to_all_but_those_who_said_no(tuesday, people):
    assert tick(2026, 11, 22, 8, 59) == 0
    assert tick(2026, 11, 22, 9) == 3

    told = {m.recipient.first_name: m.text for m in reminders("days").select_related("recipient")}
    assert set(told) == {"yes", "maybe", "silent"}
    assert len(set(told.values())) == 3
    assert not any(tuesday.link in text for text in told.values())
    assert ["?reponse=no" in told[word] for word in ("yes", "maybe", "silent")] == [False, True, True]


def test_two_hours_before_only_the_link_and_only_to_those_coming(tuesday):
    tick(2026, 11, 22, 9)

    assert tick(2026, 11, 24, 9, 59) == 0
    assert tick(2026, 11, 24, 10) == 1
    mail = reminders("hours").get()
    assert mail.recipient.first_name == "yes"
    assert "?reponse=" not in mail.text


def test_the_last_reminder_leads_to_ones_own_page_where_joining_is_pressed_and_noted(tuesday, people, client):
    tick(2026, 11, 22, 9)
    tick(2026, 11, 24, 10)
    mail, page = reminders("hours").get(), links.guest_address(tuesday, people["yes"].user.memberships.get())

    assert page in mail.text
    assert f'href="{page}"' in mail.html
    assert tuesday.link not in mail.text + mail.html, "a call joined from a mail would leave no trace at all"
    with time_machine.travel(wall(2026, 11, 24, 10, 5), tick=False):
        path = urlsplit(page).path
        assert tuesday.link in client.get(path).content.decode()
        assert tuesday.link in submit(client, path, action=f"{path}rejoindre/").content.decode()
    assert [press.membership for press in tuesday.join_clicks.all()] == [people["yes"]]
    assert not tuesday.attendances.exists(), "a hint, never a presence"


def test_never_twice(tuesday):
    for minute in range(5):
        tick(2026, 11, 22, 9, minute)
    for minute in range(5):
        tick(2026, 11, 24, 10, minute)

    assert (reminders("days").count(), reminders("hours").count()) == (3, 1)


def test_no_reminder_outlives_the_start(tuesday):
    tick(2026, 11, 22, 9)

    assert {m.not_after for m in reminders()} == {tuesday.starts_at}


def test_a_timetable_that_slept_wakes_to_what_is_still_useful(tuesday):
    assert tick(2026, 11, 24, 11) == 1
    assert not reminders("days").exists()
    assert tick(2026, 11, 24, 12, 1) == 0


def test_a_late_sign_up_gets_theirs_at_once(tuesday, people):
    tick(2026, 11, 22, 9)
    with time_machine.travel(wall(2026, 11, 23, 15), tick=False):
        late = make.a_member(tuesday.community, make.a_person("late"))
        invitations.invite(tuesday)
    assert tick(2026, 11, 23, 15, 1) == 0  # they have just been invited: nothing to remind them of

    with time_machine.travel(wall(2026, 11, 23, 16), tick=False):
        Reply.objects.create(meeting=tuesday, membership=late, answer="yes")

    assert tick(2026, 11, 23, 16, 1) == 1
    assert tick(2026, 11, 23, 16, 2) == 0
    assert reminders("days").filter(recipient=late.user).exists()
    assert tick(2026, 11, 24, 10) == 2


def test_a_change_of_mind_counts_for_the_last_reminder(tuesday, people):
    tick(2026, 11, 22, 9)
    with time_machine.travel(wall(2026, 11, 24, 8), tick=False):
        Reply.objects.update_or_create(meeting=tuesday, membership=people["silent"], defaults={"answer": "yes"})
        Reply.objects.filter(membership=people["yes"]).update(answer="no")

    tick(2026, 11, 24, 10)

    assert reminders("hours").get().recipient.first_name == "silent"


def test_a_meeting_moved_after_the_reminder_is_not_reminded_of_at_once(tuesday, sandrine):
    tick(2026, 11, 22, 9)
    with time_machine.travel(wall(2026, 11, 23, 9), tick=False):
        planning.change(tuesday, version=0, facilitators=[sandrine], link="https://zoom.example/j/2")

    assert tick(2026, 11, 23, 9, 1) == 0
    assert tick(2026, 11, 24, 10) == 1


@pytest.mark.parametrize("state", ["cancelled_at", "closed_at", "started_at"])
def test_nothing_for_a_meeting_that_is_off_over_or_under_way(tuesday, state):
    Meeting.objects.filter(pk=tuesday.pk).update(**{state: wall(2026, 11, 20)})

    assert tick(2026, 11, 22, 9) == 0


def test_nothing_for_a_meeting_nobody_was_invited_to(community, people):
    make.a_meeting(community, wall(2026, 11, 24, 12))

    assert tick(2026, 11, 22, 9) == 0


def test_nothing_due_asks_one_question(tuesday, django_assert_num_queries):
    with time_machine.travel(wall(2026, 11, 15, 9), tick=False), django_assert_num_queries(1):
        send_due_reminders()


# ------------------------------------------------------------ just before it leaves


@pytest.fixture
def waiting(tuesday):
    tick(2026, 11, 22, 9)
    with time_machine.travel(wall(2026, 11, 22, 9, 1), tick=False):
        yield reminders("days").get(recipient__first_name="yes")


def test_a_reminder_still_useful_leaves(waiting):
    assert mail_types.cancel_reason(waiting) is None


def test_not_to_someone_who_said_no_meanwhile(waiting, people):
    Reply.objects.filter(membership=people["yes"]).update(answer="no")

    assert mail_types.cancel_reason(waiting)


@pytest.mark.parametrize("change", [{"cancelled_at": wall(2026, 11, 22)}, {"sequence": 1}], ids=["cancelled", "moved"])
def test_not_for_a_meeting_cancelled_or_moved_meanwhile(waiting, tuesday, change):
    Meeting.objects.filter(pk=tuesday.pk).update(**change)

    assert mail_types.cancel_reason(waiting)


def test_not_to_someone_who_left_meanwhile(waiting, people):
    people["yes"].become("alumni")

    assert mail_types.cancel_reason(waiting)


def test_not_after_the_start(waiting):
    with time_machine.travel(wall(2026, 11, 24, 12, 1), tick=False):
        assert mail_types.cancel_reason(waiting)


def test_the_task_runs_it(tuesday):
    from meetings.tasks import send_due_reminders as task

    with time_machine.travel(wall(2026, 11, 22, 9), tick=False):
        task()

    assert reminders().count() == 3
