"""A year of dates: last year's copied, one changed with the following, the calendar, and what it warns of."""

import datetime as dt
import uuid
import zoneinfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from cmtl.wall_clock import at_wall_clock
from communities.domain import alerts
from communities.models import Membership, Policies
from meetings.domain.agenda import agendas
from meetings.domain.invitations import invitations, replies
from meetings.domain.scheduling import advising, planning, series
from meetings.models import Meeting, Reply
from outbox.domain import mail_types
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit
from tests.meetings.scheduling.test_planning import filled

MONTREAL = zoneinfo.ZoneInfo("America/Toronto")


def wall(*parts):
    return dt.datetime(*parts, tzinfo=MONTREAL)


# ------------------------------------------------------------ last year's dates


@pytest.mark.parametrize(
    ("day", "year", "copied"),
    [
        (dt.date(2026, 11, 10), 2027, dt.date(2027, 11, 9)),  # second Tuesday
        (dt.date(2026, 9, 29), 2027, dt.date(2027, 9, 28)),  # the fifth becomes the last
        (dt.date(2028, 2, 29), 2029, dt.date(2029, 2, 27)),
    ],
)
def test_a_date_keeps_its_rank_in_the_month(day, year, copied):
    assert series.shifted(day, year) == copied


def test_last_years_dates_join_the_list_and_nothing_is_written(community, sandrine, signed_in):
    with time_machine.travel(wall(2026, 11, 23)):
        for month in (3, 9, 11):
            make.a_meeting(community, wall(2026, month, 10, 12))
        make.a_meeting(community, wall(2026, 5, 12, 12), cancelled_at=timezone.now())
        make.a_meeting(community, wall(2027, 3, 9, 12))  # planned already
        plan = reverse("meetings:plan", args=[community.pk])
        page = submit(signed_in(sandrine), plan, button="step=copy-2026")

    assert page.context["rows"].rows == [
        {"day": "2027-09-09", "starts": "12:00"},
        {"day": "2027-11-09", "starts": "12:00"},
    ]
    assert community.meetings.filter(cancelled_at=None).count() == 4


@pytest.mark.parametrize("year", ["2026", "deux", "²", "99999", ""])
def test_whatever_year_is_asked_the_page_opens(year, community, sandrine, signed_in):
    client = signed_in(sandrine)

    assert client.get(reverse("meetings:plan", args=[community.pk]), {"copier": year}).status_code == 200
    assert client.get(reverse("meetings:year", args=[community.pk]), {"annee": year}).status_code == 200


# ------------------------------------------------------------ this one and the following


@pytest.fixture
def second_tuesdays(community, sandrine):
    """Noon, from September 2026 to June 2027: across both changes of the clocks."""
    days = planning.days_of(rank=2, weekday=1, since=dt.date(2026, 9, 1), until=dt.date(2027, 6, 30))
    starts = [at_wall_clock(day, dt.time(12), MONTREAL) for day in days]
    planned = planning.plan(
        community, starts, key=uuid.uuid4(), minutes=60, facilitators=[sandrine], link="https://zoom.example/j/1"
    )
    return {meeting.local_start.month: meeting for meeting in planned}


def save(client, meeting, **changes):
    return submit(client, reverse("meetings:edit", args=[meeting.pk]), changes)


def clocks(community):
    return {m.local_start.month: f"{m.local_start:%d %H:%M}-{m.local_end:%H:%M}" for m in community.meetings.all()}


def test_a_member_who_co_facilitates_one_date_changes_no_other_and_not_who_runs_it(
    second_tuesdays, sandrine, nadia, client, signed_in
):
    october, november = second_tuesdays[10], second_tuesdays[11]
    october.co_facilitators.add(nadia.memberships.get())
    edit = reverse("meetings:edit", args=[october.pk])
    with time_machine.travel(wall(2026, 9, 1)):
        form = form_on(signed_in(nadia).get(edit), ["title"]).fill({"title": "Répit", "place": "Salle 3"})
        forged = {"extent": "following", "facilitators": [], "note_taker_email": nadia.email}
        answer = client.post(edit, dict(form.data().lists()) | forged)

    october.refresh_from_db()
    november.refresh_from_db()
    assert answer.status_code == 302
    assert (october.title, october.place, november.place) == ("Répit", "Salle 3", "")
    assert (list(october.facilitators.all()), october.note_taker) == ([sandrine], None)


def test_the_following_take_the_hour_and_keep_their_day_across_both_changes(second_tuesdays, sandrine, signed_in):
    october = second_tuesdays[10]
    with time_machine.travel(wall(2026, 9, 1)):
        save(
            signed_in(sandrine),
            october,
            day="2026-10-15",
            starts="09:30",
            ends="11:00",
            title="Répit",
            extent="following",
        )

    community = october.community
    assert clocks(community) == {
        9: "08 12:00-13:00",
        10: "15 09:30-11:00",
        11: "10 09:30-11:00",  # after the clocks went back
        12: "08 09:30-11:00",
        1: "12 09:30-11:00",
        2: "09 09:30-11:00",
        3: "09 09:30-11:00",
        4: "13 09:30-11:00",  # after they went forward
        5: "11 09:30-11:00",
        6: "08 09:30-11:00",
    }
    assert list(community.meetings.exclude(title="").values_list("title", flat=True)) == ["Répit"]


def test_alone_it_changes_alone(second_tuesdays, sandrine, signed_in):
    with time_machine.travel(wall(2026, 9, 1)):
        save(signed_in(sandrine), second_tuesdays[10], starts="11:00", extent="one")

    assert Meeting.objects.filter(sequence=1).count() == 1


def test_only_what_was_changed_follows(second_tuesdays, sandrine, karim, signed_in):
    elsewhere = second_tuesdays[2]
    Meeting.objects.filter(pk=elsewhere.pk).update(mode="in_person", place="Salle 2")
    with time_machine.travel(wall(2026, 9, 1)):
        save(signed_in(sandrine), second_tuesdays[9], note_taker=karim.pk, extent="following")

    elsewhere.refresh_from_db()
    assert (elsewhere.mode, elsewhere.place, elsewhere.sequence) == ("in_person", "Salle 2", 0)
    assert Meeting.objects.filter(note_taker=karim).count() == 10


def test_those_begun_closed_or_cancelled_stay(second_tuesdays, sandrine, signed_in):
    now = timezone.now()
    Meeting.objects.filter(pk=second_tuesdays[11].pk).update(started_at=now)
    Meeting.objects.filter(pk=second_tuesdays[12].pk).update(started_at=now, closed_at=now)
    Meeting.objects.filter(pk=second_tuesdays[1].pk).update(cancelled_at=now)
    with time_machine.travel(wall(2026, 9, 1)):
        save(signed_in(sandrine), second_tuesdays[10], starts="11:00", extent="following")

    untouched = {11, 12, 1, 9}
    assert {m for m, clock in clocks(second_tuesdays[9].community).items() if "12:00-13" in clock} == untouched


def test_another_series_and_single_dates_stay(second_tuesdays, community, sandrine, signed_in):
    single = make.a_meeting(community, wall(2026, 12, 1, 12))
    with time_machine.travel(wall(2026, 9, 1)):
        save(signed_in(sandrine), second_tuesdays[9], starts="11:00", extent="following")

    single.refresh_from_db()
    assert single.sequence == 0
    assert not series.following(single).exists()


def test_each_changed_date_tells_its_own_people_once(second_tuesdays, sandrine, nadia, signed_in):
    with time_machine.travel(wall(2026, 9, 1)):
        invitations.invite(second_tuesdays[10])
        Message.objects.update(sent_at=timezone.now())
        save(signed_in(sandrine), second_tuesdays[9], starts="11:00", extent="following")

    (told,) = Message.objects.filter(kind="moved")
    (event,) = Calendar.from_ical(told.calendar).walk("VEVENT")
    assert str(event["UID"]).startswith(str(second_tuesdays[10].uid))
    assert (event["SEQUENCE"], event["DTSTART"].dt.hour) == (1, 11)


def test_a_conflict_on_the_first_changes_none(second_tuesdays, sandrine, signed_in):
    client, october = signed_in(sandrine), second_tuesdays[10]
    mine = form_on(client.get(reverse("meetings:edit", args=[october.pk])), ["extent"])
    Meeting.objects.filter(pk=october.pk).update(version=5)

    response = mine.fill({"starts": "11:00", "extent": "following"}).press(client)

    assert response.status_code == 409
    assert not Meeting.objects.filter(sequence__gt=0).exists()


def test_an_hour_that_one_of_the_dates_does_not_have_changes_none(community, sandrine, signed_in):
    nights = [wall(2027, 2, 14, 12), wall(2027, 3, 14, 12)]
    first, _second = planning.plan(community, nights, key=uuid.uuid4(), minutes=60, facilitators=[sandrine])

    save(signed_in(sandrine), first, starts="02:30", ends="03:30", extent="following")

    assert not Meeting.objects.filter(sequence__gt=0).exists()


# ------------------------------------------------------------ replies after a change


@pytest.fixture
def answered(community, sandrine, nadia):
    """At noon in ten days, invited to; Nadia comes and wishes for a topic."""
    day = timezone.localdate() + dt.timedelta(days=10)
    noon = at_wall_clock(day, dt.time(12), MONTREAL)
    meeting = make.a_meeting(community, noon, link="https://zoom.example/j/1")
    invitations.invite(meeting)
    make_reply(meeting, nadia.memberships.get(), "yes", wish="Le répit")
    meeting.refresh_from_db()
    return meeting


def make_reply(meeting, membership, answer, **fields):
    return Reply.objects.create(meeting=meeting, membership=membership, answer=answer, **fields)


@pytest.mark.parametrize(
    ("change", "asked_again"),
    [
        ({"title": "Autre"}, False),
        ({"link": "https://zoom.example/j/2"}, False),
        ({"place": "Salle 2"}, False),  # online: nobody's concern
        ({"mode": "in_person", "place": "Salle 2"}, True),
    ],
    ids=["topic", "link", "place of an online one", "mode"],
)
def test_replies_are_asked_again_only_when_time_or_place_changed(answered, sandrine, signed_in, change, asked_again):
    save(signed_in(sandrine), answered, **change)

    reply = answered.replies.get()
    assert (reply.answer, reply.answer_before) == (("", "yes") if asked_again else ("yes", ""))
    assert reply.wish == "Le répit"


def test_a_new_time_asks_again_and_the_new_answer_counts(answered, nadia):
    planning.change(
        answered, version=0, facilitators=[], starts_at=answered.starts_at - dt.timedelta(hours=1), link=answered.link
    )
    turnout = invitations.Turnout.of(answered)
    assert (turnout.yes, turnout.silent) == (0, 1)

    replies.answer(answered, nadia.memberships.get(), "no")
    assert (answered.replies.get().answer, answered.replies.get().answer_before) == ("no", "")


def test_an_invitation_that_waits_never_leaves_for_the_old_date(answered, nadia):
    waiting = Message.objects.get()
    assert mail_types.cancel_reason(waiting) is None

    planning.change(answered, version=0, facilitators=[], starts_at=answered.starts_at - dt.timedelta(days=1))

    waiting.refresh_from_db()
    assert waiting.state == "dropped"
    assert mail_types.cancel_reason(waiting)  # and one already in a worker's hands is refused at the door
    (moved,) = Message.objects.filter(kind="moved")
    assert mail_types.cancel_reason(moved) is None
    old, new = (next(iter(Calendar.from_ical(m.calendar).walk("VEVENT"))) for m in (waiting, moved))
    assert old["UID"] == new["UID"]
    assert (old["SEQUENCE"], new["SEQUENCE"]) == (0, 1)


# ------------------------------------------------------------ warnings


def codes(meeting):
    return {said.code for said in advising.of_meetings(meeting.community, [meeting])}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"mode": "online", "link": "https://zoom.example/1", "title": "Le répit"}, set()),
        ({"mode": "online", "title": "Le répit"}, {"no_link"}),
        ({"mode": "in_person", "place": "Salle 2", "title": "Le répit"}, {"short_in_person"}),
        ({"mode": "hybrid", "title": "Le répit"}, {"no_link", "no_place"}),
        ({"mode": "online", "link": "https://zoom.example/1"}, {"no_topic"}),
    ],
)
def test_what_deserves_a_second_look(community, fields, found):
    make.a_meeting(community, timezone.now() - dt.timedelta(days=90), closed_at=timezone.now())
    meeting = make.a_meeting(community, **fields)
    agendas.default_agenda(meeting)

    assert codes(meeting) == found


def test_a_topic_is_wanted_a_week_ahead_unless_chosen_on_the_spot(community):
    make.a_meeting(community, timezone.now() - dt.timedelta(days=90), closed_at=timezone.now())
    near, far = (
        make.a_meeting(community, timezone.now() + dt.timedelta(days=n), link="https://z.example") for n in (6, 9)
    )
    assert (codes(near), codes(far)) == ({"no_topic"}, set())

    make.a_topic(community, meeting=near)
    assert codes(near) == set()

    near.topics.all().delete()
    community.topic_policy = "on_the_spot"
    assert codes(Meeting.objects.get(pk=near.pk)) == {"no_topic"}  # negative control: not saved yet
    community.save()
    assert codes(Meeting.objects.get(pk=near.pk)) == set()


def test_a_sensitive_topic_is_better_in_person(community):
    make.a_meeting(community, timezone.now() - dt.timedelta(days=90), closed_at=timezone.now())
    meeting = make.a_meeting(community, title="Le deuil", link="https://zoom.example/1")
    make.a_topic(community, "Le deuil", meeting=meeting, is_sensitive=True)

    assert "sensitive_online" in codes(meeting)
    meeting.mode = "in_person"
    assert "sensitive_online" not in codes(meeting)


def test_the_very_first_meeting_is_better_in_person(community):
    first, second = (
        make.a_meeting(community, timezone.now() + dt.timedelta(days=n), title="Sujet", link="https://z.example")
        for n in (20, 40)
    )

    assert (codes(first), codes(second)) == ({"opening"}, set())


def test_an_agenda_that_does_not_fit_is_said(meeting):
    meeting.agenda.create(kind="exchange", title="Tout", minutes=30)

    assert {"agenda_sum", "no_evaluation"} <= codes(meeting)


def test_set_aside_with_a_reason_it_stays_so_for_that_date_alone(community, sandrine, signed_in):
    make.a_meeting(community, timezone.now() - dt.timedelta(days=90), closed_at=timezone.now())
    one, other = (make.a_meeting(community, timezone.now() + dt.timedelta(days=n), title="Sujet") for n in (20, 40))
    (said,) = advising.on(one)[0]
    client = signed_in(sandrine)

    submit(client, one.get_absolute_url(), {"reason": "Le lien suivra"}, holding={"code": said.code})

    assert advising.on(one) == ([], [said])
    assert [a.code for a in advising.on(other)[0]] == ["no_link"]
    assert community.dismissed_alerts.get().reason == "Le lien suivra"


def test_none_of_it_refuses_anything(community, sandrine, signed_in):
    client = signed_in(sandrine)

    response = filled(client, community, [("2027-02-09", "12:00")], mode="in_person", minutes="30").press(client)

    assert response.status_code == 302
    assert {"short_in_person", "no_place"} <= codes(community.meetings.get())


# ------------------------------------------------------------ the page


def test_the_year_shows_each_date_in_its_month(community, sandrine, signed_in):
    late = make.a_meeting(community, wall(2026, 12, 31, 20), title="Veille", mode="in_person")
    make.a_meeting(community, wall(2027, 1, 1, 0, 30), title="Jour de l’An")
    make.a_meeting(community, wall(2026, 3, 10, 12), cancelled_at=timezone.now())

    page = signed_in(sandrine).get(reverse("meetings:year", args=[community.pk]), {"annee": "2026"})

    assert page.context["months"][11].meetings == [late]
    assert [len(month.meetings) for month in page.context["months"]] == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert (page.context["n_regular"], page.context["n_in_person"]) == (1, 1)


def test_the_years_warnings_are_for_those_who_plan(community, sandrine, nadia, signed_in):
    Policies.write(community, mode_policy="once_in_person")
    community.started_on = dt.date(2020, 1, 1)
    community.save()
    with time_machine.travel(wall(2026, 6, 1)):
        for month in (3, 9, 11):
            make.a_meeting(community, wall(2026, month, 10, 12), link="https://z.example", title="Sujet")
        url = reverse("meetings:year", args=[community.pk])

        led = signed_in(sandrine).get(url)
        read = signed_in(nadia).get(url)

    assert [a.code for a in led.context["alerts"]] == ["in_person"]
    assert read.context["alerts"] == []
    assert not any(m.alerts for month in read.context["months"] for m in month.meetings)


def test_the_year_asks_the_same_of_ten_dates_and_of_five_hundred(community, sandrine, signed_in):
    client, counts = signed_in(sandrine), []
    for total in (10, 500):
        Meeting.objects.bulk_create(
            Meeting(
                community=community,
                starts_at=wall(2026, 1 + n % 12, 1 + n % 28, 12),
                ends_at=wall(2026, 1 + n % 12, 1 + n % 28, 13),
                invited_at=timezone.now(),
            )
            for n in range(community.meetings.count(), total)
        )
        with time_machine.travel(wall(2026, 6, 1)):
            client.force_login(sandrine)
            client.get(reverse("meetings:year", args=[community.pk]))
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse("meetings:year", args=[community.pk])).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_hosting_is_kept_as_what_an_organisation_gave(community, sandrine, nadia, signed_in):
    meeting = make.a_meeting(community, timezone.now() + dt.timedelta(days=10), mode="in_person", place="Sous-sol")
    client = signed_in(sandrine)

    save(client, meeting, venue="member", host_name="table de quartier ahuntsic")
    meeting.refresh_from_db()
    assert meeting.host == Membership.objects.get(user=nadia).organisation

    save(client, meeting, venue="rented", host_name="Table de quartier Ahuntsic")
    meeting.refresh_from_db()
    assert meeting.host is None


def test_a_standing_alert_costs_one_query_for_the_list(community):
    for n in range(5):
        make.a_meeting(community, timezone.now() + dt.timedelta(days=10 + n))
    meetings = list(community.meetings.prefetch_related("agenda", "topics"))

    with CaptureQueriesContext(connection) as queries:
        found = advising.standing_by_meeting(community, meetings)

    assert len(queries) == 2
    assert all(found.values())
    assert alerts.standing(community, []) == ([], [])
