"""Times offered for a conversation, and one chosen: in both calendars, moved, called off."""

import datetime as dt
import threading
import zoneinfo
from functools import partial

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.models import AuditLine
from communities.domain.lifecycle import life
from communities.models import Draft, RoleAssignment
from evaluations.domain.follow_ups import times
from evaluations.domain.follow_ups.links import conversation_path
from evaluations.models import IndividualFollowUp, OfferedTime
from evaluations.tasks import tell_of_requests
from meetings.domain.portal import my_data
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, on_one_line, submit
from tests.racing import at_once, needs_row_locks

State = IndividualFollowUp.State
SECRET = "Elle parle de son organisme"
ZONE = zoneinfo.ZoneInfo("America/Montreal")


@pytest.fixture
def follow_up(sandrine, nadia):
    return make.a_follow_up(nadia.memberships.get(), sandrine, SECRET, reason="delicate")


@pytest.fixture
def page(follow_up):
    return conversation_path(follow_up.membership)


@pytest.fixture
def day():
    return timezone.localdate() + dt.timedelta(days=3)


def offering(day, *clocks):
    told = {"mode": "phone", "where": "514 555-0123"}
    for n, clock in enumerate(clocks, 1):
        told |= {f"day_{n}": day, f"starts_{n}": clock}
    return told


def mails(kind):
    return Message.objects.filter(kind=kind).order_by("pk")


def event_of(mail):
    (event,) = Calendar.from_ical(mail.calendar).walk("VEVENT")
    return event


def press(client, page, name, value):
    return form_on(client.get(page), button=f"{name}={value}").press(client, f"{name}={value}", follow=True)


# ---------------------------------------------------------------- offering


def test_three_times_are_offered_by_a_mail_that_says_neither_why_nor_what(follow_up, sandrine, nadia, day, signed_in):
    answer = submit(signed_in(sandrine), follow_up.get_absolute_url(), offering(day, "13:30", "15:00", "09:00"))
    assert answer.status_code == 302
    hours = [time.starts_at.astimezone(ZONE).hour for time in follow_up.times.all()]
    assert hours == [9, 13, 15]
    follow_up.refresh_from_db()
    assert follow_up.state == State.OFFERED
    (mail,) = mails("conversation-times")
    assert mail.recipient == nadia
    assert "Sandrine Beaulieu vous propose" in mail.text
    assert "13 h 30" in mail.text.replace("\xa0", " ")
    assert "/echange/" in mail.text
    told = (mail.subject + mail.text + mail.html).lower()
    assert not [word for word in ("organisme", "suivi individuel", "délicat", "difficile") if word in told]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"starts_1": "13:30"}, "Choisissez un jour"),
        ({"day_1": dt.date(2020, 1, 6), "starts_1": "13:30"}, "Ce moment est passé"),
        ({"day_1": dt.date(2040, 1, 6), "starts_1": "13:30", "day_2": dt.date(2040, 1, 7)}, "Dites à quelle heure"),
        ({"day_1": dt.date(2040, 1, 6), "starts_1": "13:30", "where": ""}, "Dites à quel endroit"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_leaves(told, said, follow_up, sandrine, signed_in):
    told = {"mode": "phone", "where": "514 555-0123", **told}
    shown = submit(signed_in(sandrine), follow_up.get_absolute_url(), told)
    assert shown.status_code == 422
    assert said in on_one_line(shown)
    assert SECRET in on_one_line(shown)
    assert not OfferedTime.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            {"day_1": "2027-03-14", "starts_1": "02:15", "day_2": "2027-03-14", "starts_2": "03:15"},
            "n’existe pas ce jour",
        ),
        ({"day_1": "9999-12-31", "starts_1": "23:00"}, "plus d’un an"),
        ({"day_1": "2028-01-10", "starts_1": "13:00"}, "plus d’un an"),
    ],
)
def test_an_hour_that_does_not_exist_and_a_day_too_far_are_said(told, said, follow_up, sandrine, signed_in):
    with time_machine.travel("2026-11-30T10:00:00-05:00", tick=False):
        told = {"mode": "phone", "where": "514 555-0123", **told}
        shown = submit(signed_in(sandrine), follow_up.get_absolute_url(), told)
    assert shown.status_code == 422
    assert said in on_one_line(shown)
    assert not OfferedTime.objects.exists()


def test_one_moment_said_by_two_clocks_is_offered_once(follow_up, sandrine):
    starts = [dt.datetime(2027, 3, 14, hour, 15, tzinfo=ZONE) for hour in (2, 3)]
    with time_machine.travel("2026-11-30T10:00:00-05:00", tick=False):
        times.offer(follow_up, starts, by=sandrine, minutes=30, mode="phone", where="514")
    assert follow_up.times.count() == 1


def test_in_a_draft_no_time_is_offered(follow_up, sandrine, community, day, signed_in):
    community.status = "draft"
    community.save()
    Draft.write(community, prepared_by=sandrine)
    shown = submit(signed_in(sandrine), follow_up.get_absolute_url(), offering(day, "13:30"))
    assert "n’est pas encore ouverte" in on_one_line(shown)
    assert not OfferedTime.objects.exists()


def test_a_time_that_the_author_gave_already_is_not_offered_again(follow_up, sandrine, community, day, signed_in):
    other = make.a_follow_up(make.a_member(community), sandrine)
    held = dt.datetime.combine(day, dt.time(13, 15), ZONE)
    make.a_time(other, starts_at=held, is_chosen=True)
    shown = submit(signed_in(sandrine), follow_up.get_absolute_url(), offering(day, "13:30"))
    assert "déjà un échange" in on_one_line(shown)
    assert submit(signed_in(sandrine), follow_up.get_absolute_url(), offering(day, "13:45")).status_code == 302


def test_times_offered_anew_take_back_those_of_before(follow_up, sandrine, nadia, day, page, client):
    make.a_time(follow_up)
    old = follow_up.times.get()
    IndividualFollowUp.objects.update(state=State.OFFERED)
    form = form_on(client.get(page), button=f"choose={old.pk}")
    times.offer(follow_up, [timezone.now() + dt.timedelta(days=5)], by=sandrine, minutes=30, mode="phone", where="514")
    shown = on_one_line(form.press(client, f"choose={old.pk}", follow=True))
    assert "ou a été retiré" in shown
    assert not OfferedTime.objects.filter(is_chosen=True).exists()


# ---------------------------------------------------------------- choosing


def offered(follow_up, *days):
    IndividualFollowUp.objects.filter(pk=follow_up.pk).update(state=State.OFFERED)
    return [make.a_time(follow_up, days) for days in days or (3, 4)]


def test_one_is_chosen_and_both_have_it_in_their_calendar(follow_up, sandrine, nadia, client, page):
    first, second = offered(follow_up)
    lines = AuditLine.objects.count()
    shown = on_one_line(press(client, page, "choose", second.pk))
    assert "Votre échange avec Sandrine Beaulieu" in shown
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.on, follow_up.mode) == (State.PLANNED, second.local_start.date(), "phone")
    assert [time.pk for time in follow_up.times.all()] == [second.pk]
    assert AuditLine.objects.count() == lines
    hers, authors = mails("conversation-settled")
    assert {hers.recipient, authors.recipient} == {nadia, sandrine}
    for mail in (hers, authors):
        event = event_of(mail)
        assert mail.calendar_method == "REQUEST"
        assert str(event["uid"]).startswith(str(second.pk))
        assert event["dtstart"].dt == second.starts_at
        assert event["dtend"].dt - event["dtstart"].dt == dt.timedelta(minutes=30)
        assert str(event["location"]) == "514 555-0123"
        assert "organisme" not in mail.calendar + mail.text
    authors = mails("conversation-settled").get(recipient=sandrine)
    assert "Nadia" not in authors.subject + authors.text + authors.html + authors.calendar


def test_two_presses_are_one(follow_up, client, page):
    time, _other = offered(follow_up)
    form = form_on(client.get(page), button=f"choose={time.pk}")
    form.press(client, f"choose={time.pk}")
    form.press(client, f"choose={time.pk}")
    assert mails("conversation-settled").count() == 2


def test_a_time_that_is_past_is_neither_shown_nor_chosen(follow_up, client, page):
    time, _later = offered(follow_up, 1, 30)
    form = form_on(client.get(page), button=f"choose={time.pk}")
    with time_machine.travel(time.starts_at + dt.timedelta(minutes=1), tick=False):
        assert "est passé" in on_one_line(form.press(client, f"choose={time.pk}", follow=True))
        assert str(time.pk) not in client.get(page).content.decode()
    assert not OfferedTime.objects.filter(is_chosen=True).exists()


def test_of_two_members_the_first_has_the_time(follow_up, sandrine, community, client, page):
    other = make.a_follow_up(make.a_member(community), sandrine)
    start = timezone.now() + dt.timedelta(days=3)
    mine, theirs = make.a_time(follow_up, starts_at=start), make.a_time(other, starts_at=start)
    beside = make.a_time(follow_up, starts_at=start + dt.timedelta(minutes=30))
    IndividualFollowUp.objects.update(state=State.OFFERED)
    form = form_on(client.get(page), button=f"choose={mine.pk}")
    assert times.choose(other.membership, str(theirs.pk)) is times.Answer.CHOSEN
    shown = on_one_line(form.press(client, f"choose={mine.pk}", follow=True))
    assert "vient d’être pris" in shown
    assert str(mine.pk) not in shown
    assert str(beside.pk) in shown, "what begins as the other ends is free"


def one_time_for_two(follow_up):
    other = make.a_follow_up(make.a_member(follow_up.community), follow_up.author)
    start = timezone.now() + dt.timedelta(days=3)
    IndividualFollowUp.objects.update(state=State.OFFERED)
    return [make.a_time(one, starts_at=start) for one in (follow_up, other)]


@needs_row_locks
@pytest.mark.services
def test_two_members_at_the_same_moment_do_not_get_one_time(transactional_db, follow_up):
    rows = one_time_for_two(follow_up)
    answers = at_once(*(partial(times.choose, row.follow_up.membership, str(row.pk)) for row in rows))
    assert set(answers) == {times.Answer.CHOSEN, times.Answer.TAKEN}
    assert OfferedTime.objects.filter(is_chosen=True).count() == 1


@needs_row_locks
@pytest.mark.services
def test_control_looking_before_writing_gives_one_time_to_both(transactional_db, follow_up):
    both_have_looked = threading.Barrier(2)

    def naive(row):
        is_free = not OfferedTime.objects.filter(is_chosen=True, starts_at=row.starts_at).exists()
        both_have_looked.wait(30)
        return is_free and OfferedTime.objects.filter(pk=row.pk).update(is_chosen=True)

    at_once(*(partial(naive, row) for row in one_time_for_two(follow_up)))
    assert OfferedTime.objects.filter(is_chosen=True).count() == 2


def test_a_time_of_another_member_is_not_chosen(follow_up, sandrine, community):
    time, _other = offered(follow_up)
    stranger = make.a_member(community)
    assert times.choose(stranger, str(time.pk)) is times.Answer.GONE
    times.turn_down(stranger, follow_up.pk, for_good=True)
    follow_up.refresh_from_db()
    assert follow_up.state == State.OFFERED


@pytest.mark.parametrize(("button", "state"), [("none", State.OFFERED), ("rather_not", State.DECLINED)])
def test_none_suits_or_rather_not_and_the_author_is_told_once(button, state, follow_up, sandrine, client, page):
    offered(follow_up)
    form = form_on(client.get(page), button=f"{button}={follow_up.pk}")
    form.press(client, f"{button}={follow_up.pk}")
    form.press(client, f"{button}={follow_up.pk}")
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.times.count()) == (state, 0)
    mail = mails("conversation-not-chosen").get()
    assert mail.recipient == sandrine
    at = mail.send_after.astimezone(ZONE)
    assert times.is_answered_otherwise(mail) is None
    assert (at.date(), at.time()) == (timezone.localdate(timezone=ZONE) + dt.timedelta(days=1), dt.time(9))
    assert "Nadia" not in mail.subject + mail.text + mail.html


def test_that_none_suits_is_not_said_once_others_are_offered(follow_up, sandrine):
    offered(follow_up)
    times.turn_down(follow_up.membership, follow_up.pk, for_good=False)
    times.offer(follow_up, [timezone.now() + dt.timedelta(days=5)], by=sandrine, minutes=30, mode="phone", where="514")
    assert times.is_answered_otherwise(mails("conversation-not-chosen").get())


# ---------------------------------------------------------------- moving, calling off


def test_moving_it_takes_the_old_time_out_of_both_calendars(follow_up, sandrine, nadia, day, signed_in):
    old = make.a_time(follow_up, is_chosen=True)
    submit(signed_in(sandrine), follow_up.get_absolute_url(), offering(day, "16:00"))
    anew = mails("conversation-times").get()
    off = mails("conversation-called-off").get()
    assert (anew.recipient, off.recipient) == (nadia, sandrine)
    assert "déplace l’échange" in anew.text
    for mail in (anew, off):
        event = event_of(mail)
        assert mail.calendar_method == "CANCEL"
        assert str(event["uid"]).startswith(str(old.pk))
        assert (str(event["status"]), int(event["sequence"])) == ("CANCELLED", 1)
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.on) == (State.OFFERED, None)


@pytest.mark.parametrize("who", ["member", "author"])
def test_either_calls_it_off_and_both_are_told(who, follow_up, sandrine, nadia, client, page):
    make.a_time(follow_up, is_chosen=True)
    if who == "author":
        client.force_login(sandrine)
        off = reverse("evaluations:call_off_conversation", args=[follow_up.pk])
        form_on(client.get(follow_up.get_absolute_url()), action=off).press(client)
    else:
        press(client, page, "call_off", follow_up.pk)
    assert {mail.recipient for mail in mails("conversation-called-off")} == {sandrine, nadia}
    assert all(mail.calendar_method == "CANCEL" for mail in mails("conversation-called-off"))
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.on, follow_up.times.count()) == (State.PLANNED, None, 0)


def test_a_mail_of_a_time_called_off_before_it_left_does_not_leave(follow_up, sandrine, client, page):
    time, _other = offered(follow_up)
    press(client, page, "choose", time.pk)
    settled = mails("conversation-settled").first()
    assert times.is_settled_no_more(settled) is None
    press(client, page, "call_off", follow_up.pk)
    assert times.is_settled_no_more(settled)


def test_notes_that_are_destroyed_call_off_what_was_to_come(follow_up, sandrine, signed_in):
    make.a_time(follow_up, is_chosen=True)
    client = signed_in(sandrine)
    gone = reverse("evaluations:destroy_follow_up", args=[follow_up.pk])
    form_on(client.get(follow_up.get_absolute_url()), action=gone).press(client)
    assert mails("conversation-called-off").count() == 2
    assert not OfferedTime.objects.exists()


def test_the_member_finds_it_in_their_data(follow_up, nadia):
    make.a_time(follow_up, is_chosen=True)
    (told,) = [held.rows for held in my_data.held_about(nadia) if held.section.name == "individual_follow_ups"]
    assert len(told) == 1


# ---------------------------------------------------------------- what can no longer be held


def hand_over(sandrine):
    RoleAssignment.objects.filter(user=sandrine).update(ended_at=timezone.now())


def test_a_time_of_whoever_leads_no_more_is_neither_shown_nor_chosen(follow_up, sandrine, client, page):
    time, _other = offered(follow_up)
    form = form_on(client.get(page), button=f"choose={time.pk}")
    hand_over(sandrine)
    assert "ou a été retiré" in on_one_line(form.press(client, f"choose={time.pk}", follow=True))
    assert str(time.pk) not in client.get(page).content.decode()
    assert not OfferedTime.objects.filter(is_chosen=True).exists()


def test_a_press_on_an_old_page_does_not_overwrite_what_was_held(follow_up, client, page):
    time, _other = offered(follow_up)
    form = form_on(client.get(page), button=f"choose={time.pk}")
    held = {"state": State.HELD, "on": timezone.localdate()}
    IndividualFollowUp.objects.filter(pk=follow_up.pk).update(**held)
    form.press(client, f"choose={time.pk}")
    OfferedTime.objects.filter(pk=time.pk).update(is_chosen=True)
    press(client, page, "call_off", follow_up.pk)
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.on) == (State.HELD, held["on"])


@pytest.mark.parametrize("state", [State.HELD, State.DECLINED])
def test_what_is_no_longer_to_be_held_is_called_off(state, follow_up, sandrine, nadia, signed_in):
    make.a_time(follow_up, is_chosen=True)
    submit(signed_in(sandrine), follow_up.get_absolute_url(), {"state": state}, action="")
    assert {mail.recipient for mail in mails("conversation-called-off")} == {sandrine, nadia}
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.times.count()) == (state, 0)


@pytest.mark.parametrize("why", ["left", "handed over", "archived"])
def test_by_itself_what_is_ahead_leaves_both_calendars(why, follow_up, sandrine, nadia, community, philippe):
    make.a_time(follow_up, is_chosen=True)
    beside = make.a_follow_up(make.a_member(make.a_community()), sandrine)
    make.a_role(sandrine, community=beside.community)
    make.a_time(beside, is_chosen=True)
    tell_of_requests()
    assert OfferedTime.objects.count() == 2
    if why == "left":
        follow_up.membership.become("alumni")
    elif why == "handed over":
        RoleAssignment.objects.filter(user=sandrine, community=community).update(ended_at=timezone.now())
    else:
        life.record(community, "archived", by=philippe)
    tell_of_requests()
    tell_of_requests()
    assert OfferedTime.objects.get().follow_up == beside
    assert {mail.recipient for mail in mails("conversation-called-off")} == {sandrine, nadia}
    assert mails("conversation-called-off").count() == 2
