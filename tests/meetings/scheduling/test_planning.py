"""Planning: dates on the wall clock, a series made once, changes that lose nothing."""

import datetime as dt
import html
import re
import zoneinfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from cmtl.wall_clock import at_wall_clock
from communities.domain import alerts
from communities.models import Community, Role, profiles
from meetings.domain.agenda import agendas
from meetings.domain.invitations import invitations
from meetings.domain.scheduling import planning
from meetings.models import AgendaItem, Meeting, Note
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, on_one_line, submit
from tests.racing import at_once

MONTREAL = zoneinfo.ZoneInfo("America/Toronto")
on_postgresql = pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite writes one at a time")


def noon(day):
    return at_wall_clock(day, dt.time(12), MONTREAL)


# ------------------------------------------------------------ the clock on the wall


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        (dt.date(2026, 10, 31), 16),
        (dt.date(2026, 11, 1), 17),
        (dt.date(2027, 3, 13), 17),
        (dt.date(2027, 3, 14), 16),
    ],
)
def test_noon_is_noon_on_both_sides_of_each_change(day, utc_hour):
    assert noon(day) == dt.datetime(day.year, day.month, day.day, utc_hour, tzinfo=dt.UTC)


def test_an_hour_that_comes_twice_is_its_first_time():
    instant = at_wall_clock(dt.date(2026, 11, 1), dt.time(1, 30), MONTREAL)

    assert instant == dt.datetime(2026, 11, 1, 5, 30, tzinfo=dt.UTC)


def test_an_hour_that_does_not_exist_is_refused_in_words():
    with pytest.raises(ValidationError):
        at_wall_clock(dt.date(2027, 3, 14), dt.time(2, 30), MONTREAL)


def test_a_series_across_both_changes_keeps_its_hour():
    days = planning.days_of(rank=2, weekday=1, since=dt.date(2026, 9, 1), until=dt.date(2027, 6, 30))

    assert [d.isoformat() for d in days] == [
        "2026-09-08",
        "2026-10-13",
        "2026-11-10",
        "2026-12-08",
        "2027-01-12",
        "2027-02-09",
        "2027-03-09",
        "2027-04-13",
        "2027-05-11",
        "2027-06-08",
    ]
    assert {noon(d).astimezone(MONTREAL).hour for d in days} == {12}


def test_the_last_friday_every_second_month():
    days = planning.days_of(rank=5, weekday=4, since=dt.date(2026, 9, 10), until=dt.date(2027, 1, 31), every=2)

    assert days == [dt.date(2026, 9, 25), dt.date(2026, 11, 27), dt.date(2027, 1, 29)]


# ------------------------------------------------------------ the agenda by default


@pytest.mark.parametrize("minutes", [15, 45, 60, 90, 120, 240, 600])
@pytest.mark.parametrize("profile", [profiles.Profile.OPEN, profiles.Profile.INDIVIDUALS])
def test_the_default_agenda_adds_up_and_ends_with_the_evaluation(db, minutes, profile):
    community = make.a_community(profile=profile)
    start = timezone.now()
    meeting = make.a_meeting(community, start, ends_at=start + dt.timedelta(minutes=minutes))

    agendas.default_agenda(meeting)

    blocks = list(meeting.agenda.all())
    assert sum(b.minutes for b in blocks) == minutes
    assert (blocks[-1].kind, blocks[-1].minutes) == (AgendaItem.Kind.EVALUATION, 5)
    kinds = [b.kind for b in blocks]
    assert (AgendaItem.Kind.TOPICS in kinds) == community.chooses_topics_on_the_spot


# ------------------------------------------------------------ planning by the form


def plan_url(community):
    return reverse("meetings:plan", args=[community.pk])


def filled(client, community, dates, **changes):
    """The page's form with a line for each date, as (day, time), and what they share; to press."""
    page = client.get(plan_url(community))
    for _ in dates[1:]:
        page = submit(client, page, button="step=add")
    typed = {"link": "https://zoom.example/j/1"}
    for n, (day, starts) in enumerate(dates):
        typed |= {f"{n}-day": day, f"{n}-starts": starts}
    return form_on(page, button="step=plan").fill(typed | changes)


def without_pickers(form):
    """A browser that offers neither calendar nor clock shows plain fields, and sends them as they are typed."""
    for control in form.fields:
        control.type = {"date": "text", "time": "text"}.get(control.type, control.type)
    return form


def alerts_on(form, client):
    """What is said beside the form as it is filled; htmx asks for that part alone after each change."""
    given = form.press(client, "step=add").context["alerts"]
    part = html.unescape(on_one_line(form.ask(client, "#look")))
    assert part.startswith('<section id="look"')
    assert [a.code for a in given if str(a.sentence) not in part] == []
    assert ("<li" in part) == bool(given)
    return given


def looked_at(form, client):
    return {alert.code for alert in alerts_on(form, client)}


def test_four_dates_make_four_meetings_with_their_agenda(community, sandrine, signed_in):
    dates = [("2026-12-08", "12:00"), ("2027-01-12", "12:00"), ("2027-03-16", "12:00"), ("2027-05-11", "09:30")]

    client = signed_in(sandrine)

    response = filled(client, community, dates, facilitators=[sandrine.pk]).press(client)

    assert response.status_code == 302
    meetings = list(community.meetings.all())
    assert [f"{m.local_start:%Y-%m-%d %H:%M}" for m in meetings] == [
        "2026-12-08 12:00",
        "2027-01-12 12:00",
        "2027-03-16 12:00",
        "2027-05-11 09:30",
    ]
    assert {m.length_in_minutes for m in meetings} == {60}
    assert all(m.agenda.exists() and list(m.facilitators.all()) == [sandrine] for m in meetings)
    assert not Message.objects.exists()


def test_a_programme_set_ahead_has_a_topic_for_each_date(community, sandrine, signed_in):
    dates = [("2026-12-08", "12:00"), ("2027-01-12", "12:00"), ("2027-03-16", "12:00")]

    titles = {"0-title": "Nos pratiques d’embauche", "2-title": "L’intégration"}
    client = signed_in(sandrine)

    response = filled(client, community, dates, **titles).press(client)

    assert [m.title for m in community.meetings.all()] == ["Nos pratiques d’embauche", "", "L’intégration"]
    assert response.url == reverse("meetings:year", args=[community.pk]) + "?annee=2027"  # where most of them are


def test_a_group_that_meets_in_the_evening_is_not_offered_noon(community, sandrine, signed_in):
    client = signed_in(sandrine)
    make.a_meeting(community, at_wall_clock(dt.date(2026, 12, 8), dt.time(18), MONTREAL))

    page = client.get(plan_url(community))
    poll = client.get(reverse("meetings:ask_dates", args=[community.pk]))

    assert page.context["rows"].rows[0]["starts"] == "18:00"
    assert page.context["series"]["at"].value() == dt.time(18)
    assert poll.context["rows"].rows[0]["starts"] == "18:00"


def test_where_nothing_is_laid_out_the_usual_blocks_are_offered(community, sandrine, signed_in):
    meeting = make.a_meeting(community)

    page = signed_in(sandrine).get(reverse("meetings:agenda", args=[meeting.pk]))

    assert page.context["total"] == 60
    assert page.context["keeps_last"]
    assert not meeting.agenda.exists()


SEVEN = [(f"2027-{month:02}-09", "12:00") for month in range(1, 8)]


def test_what_to_look_at_is_said_before_anything_is_planned(community, sandrine, signed_in):
    client = signed_in(sandrine)
    form, three = filled(client, community, SEVEN), filled(client, community, SEVEN[:3], mode="in_person")

    online = looked_at(form, client)
    short = looked_at(three, client)
    long = looked_at(three.fill({"minutes": "120"}), client)
    training = looked_at(form.fill({"kind": "training"}), client)

    assert online >= {"rhythm", "in_person"}
    assert (short, long, training) == ({"short_in_person"}, set(), set())
    assert not community.meetings.exists()


def test_what_was_set_aside_is_not_said_again_while_planning(community, sandrine, signed_in):
    client = signed_in(sandrine)
    form = filled(client, community, SEVEN)
    said = next(a for a in alerts_on(form, client) if a.subject)
    alerts.dismiss(community, said, "Tout le monde habite loin.", by=sandrine)

    assert said.code not in looked_at(form, client)


def test_generating_shows_real_dates_and_writes_nothing(community, sandrine, signed_in):
    series = {
        "series-rank": "2",
        "series-weekday": "1",
        "series-every": "1",
        "series-since": "2026-09-01",
        "series-until": "2027-06-30",
        "series-at": "12:00",
    }

    client = signed_in(sandrine)

    response = filled(client, community, [("", "12:00")], **series).press(client, "step=generate")

    rows = response.context["rows"].rows
    assert len(rows) == 10
    assert rows[0] == {"day": "2026-09-08", "starts": "12:00"}
    assert not community.meetings.exists()


def test_dates_that_find_no_room_on_the_page_are_told_and_none_is_lost_in_silence(community, sandrine, signed_in):
    typed = [(f"2026-12-{day:02}", "12:00") for day in range(1, 26)]
    series = {"series-rank": "2", "series-weekday": "1", "series-every": "1", "series-at": "12:00"}
    series |= {"series-since": "2026-09-01", "series-until": "2027-06-30"}

    client = signed_in(sandrine)

    shown = filled(client, community, typed, **series).press(client, "step=generate")

    assert len(shown.context["rows"].rows) == 30, "as many as the next press reads"
    assert "4 dates n’entrent pas dans cette page" in shown.content.decode()  # one of the ten was typed already


def test_rows_are_added_and_removed_without_javascript(community, sandrine, signed_in):
    client, dates = signed_in(sandrine), [("2026-12-08", "12:00"), ("2027-01-12", "09:00")]

    typed = filled(client, community, dates, objective="Souffler", **{"1-title": "Répit"})
    added = typed.press(client, "step=add")
    removed = filled(client, community, dates).press(client, "step=remove-0")

    assert added.context["rows"].rows[1:] == [
        {"day": "2027-01-12", "starts": "09:00", "title": "Répit"},
        {"day": "", "starts": "09:00"},
    ]
    assert added.context["form"]["objective"].value() == "Souffler"
    assert removed.context["rows"].rows == [{"day": "2027-01-12", "starts": "09:00", "title": ""}]
    assert not community.meetings.exists()


def test_htmx_gets_the_dates_alone(community, sandrine, signed_in):
    response = submit(signed_in(sandrine), plan_url(community), button="step=add", headers={"HX-Request": "true"})

    assert response.content.strip().startswith(b'<section class="card" id="dates"')


def test_one_bad_date_and_nothing_is_written(community, sandrine, signed_in):
    dates = [("2026-12-08", "12:00"), ("2027-03-14", "02:30"), ("2027-02-30", "12:00")]

    client = signed_in(sandrine)

    response = without_pickers(filled(client, community, dates, objective="Gardé")).press(client)

    assert response.status_code == 422
    errors = [line.errors for line in response.context["rows"].lines]
    assert [set(e) for e in errors] == [set(), {"starts"}, {"day"}]
    assert b"Gard\xc3\xa9" in response.content
    assert not community.meetings.exists()


def test_a_date_that_nobody_will_see_is_refused_and_breaks_nothing(community, sandrine, signed_in):
    client = signed_in(sandrine)
    far = filled(client, community, [("9999-12-31", "12:00")], minutes="600")

    shown = far.ask(client, "#look")
    refused = far.press(client)

    assert shown.status_code == 200
    assert (refused.status_code, set(refused.context["rows"].lines[0].errors)) == (422, {"day"})


def test_no_date_at_all_is_said(community, sandrine, signed_in):
    response = submit(signed_in(sandrine), plan_url(community), button="step=plan")

    assert response.status_code == 422
    assert response.context["no_date"]


def test_a_past_date_is_planned_with_a_warning(community, sandrine, signed_in):
    client = signed_in(sandrine)

    response = filled(client, community, [("2024-05-14", "12:00")]).press(client, follow=True)

    assert community.meetings.count() == 1
    assert [m.level_tag for m in response.context["messages"]] == ["warning", "success"]


def test_the_note_taker_does_not_facilitate(community, sandrine, karim, signed_in):
    make.a_role(karim, Role.FACILITATOR, community=community)
    client, both = signed_in(sandrine), [sandrine.pk, karim.pk]

    form = filled(client, community, [("2026-12-08", "12:00")], facilitators=both, note_taker=karim.pk)
    response = form.press(client)

    assert response.status_code == 422
    assert "note_taker" in response.context["form"].errors


def test_someone_else_of_the_team_takes_notes_by_their_address(community, sandrine, philippe, sam, signed_in):
    client, dates = signed_in(sandrine), [("2026-12-08", "12:00")]

    refused = filled(client, community, dates, note_taker_email=sam.email).press(client)
    submit(client, refused, {"note_taker_email": philippe.email.upper()}, button="step=plan")

    assert refused.status_code == 422
    assert "note_taker_email" in refused.context["form"].errors
    assert community.meetings.get().note_taker == philippe


@pytest.mark.parametrize("clock", ["12 h", "12h00", "12:00"])
def test_the_hour_as_people_write_it(clock, community, sandrine, signed_in):
    client = signed_in(sandrine)

    without_pickers(filled(client, community, [("2026-12-08", clock)])).press(client)

    assert f"{community.meetings.get().local_start:%H:%M}" == "12:00"


def test_sent_twice_makes_one_series(community, sandrine, signed_in):
    client = signed_in(sandrine)
    form = filled(client, community, [("2026-12-08", "12:00"), ("2027-01-12", "12:00")])

    for _ in range(2):
        form.press(client)

    assert community.meetings.count() == 2
    assert AgendaItem.objects.filter(kind=AgendaItem.Kind.EVALUATION).count() == 2


def test_two_forms_make_two_series(community, sandrine, signed_in):
    """The negative control of the test above: it is the key that makes them one."""
    client = signed_in(sandrine)

    for _ in range(2):
        filled(client, community, [("2026-12-08", "12:00")]).press(client)

    assert community.meetings.count() == 2


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_the_same_instant_makes_one_series(community, sandrine):
    form = filled(client_of(sandrine), community, [("2026-12-08", "12:00"), ("2027-01-12", "12:00")])

    statuses = sorted(at_once(*[lambda: form.press(client_of(sandrine)).status_code] * 4))

    assert statuses == [302] * 4
    assert community.meetings.count() == 2
    assert AgendaItem.objects.filter(kind=AgendaItem.Kind.EVALUATION).count() == 2


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


# ------------------------------------------------------------ editing


@pytest.fixture
def midday(community, sandrine):
    day = timezone.localdate() + dt.timedelta(days=20)
    planned = make.a_meeting(community, noon(day), title="Rejoindre les pères", link="https://zoom.example/j/1")
    planned.facilitators.add(sandrine)
    return planned


def edit_url(meeting):
    return reverse("meetings:edit", args=[meeting.pk])


def test_a_new_topic_tells_no_calendar(midday, sandrine, nadia, signed_in):
    invitations.invite(midday)

    submit(signed_in(sandrine), edit_url(midday), {"title": "Le répit"})

    midday.refresh_from_db()
    assert (midday.title, midday.sequence, midday.version) == ("Le répit", 0, 1)
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"starts": "11:30"},
        {"ends": "13:30"},
        {"place": "Salle 2", "mode": "hybrid"},
        {"link": "https://zoom.example/j/2"},
        {"mode": "in_person"},
    ],
    ids=lambda c: next(iter(c)),
)
def test_a_change_of_time_or_place_is_told_and_replaces_what_was_waiting(midday, sandrine, nadia, signed_in, change):
    invitations.invite(midday)

    submit(signed_in(sandrine), edit_url(midday), change)

    midday.refresh_from_db()
    old, new = Message.objects.order_by("pk")
    assert midday.sequence == 1
    assert old.state == "dropped"
    assert (new.kind, new.state, new.calendar_method) == ("moved", "waiting", "REQUEST")
    assert "SEQUENCE:1" in new.calendar


def test_a_move_says_why_and_the_next_one_says_its_own_reason(midday, sandrine, nadia, signed_in):
    client, because = signed_in(sandrine), "La salle est prise ce jour-là"
    invitations.invite(midday)

    submit(client, edit_url(midday), {"starts": "11:30", "because": because})
    midday.refresh_from_db()
    told = Message.objects.latest("pk")
    shown = client.get(midday.get_absolute_url()).content.decode()
    submit(client, edit_url(midday), {"title": "Le répit"})
    midday.refresh_from_db()
    kept = midday.moved_because
    submit(client, edit_url(midday), {"place": "Salle 2", "mode": "in_person"})

    assert because in told.text
    assert because in told.html
    assert because in shown
    assert kept == because  # another topic is no other move
    assert because not in Message.objects.latest("pk").text


def test_no_reason_is_asked_of_whoever_moves_a_date_nobody_knows(midday, sandrine, signed_in):
    page = signed_in(sandrine).get(edit_url(midday))

    assert "because" not in page.context["form"].fields


def test_the_place_of_an_online_meeting_is_nobodys_concern(midday, sandrine, nadia, signed_in):
    invitations.invite(midday)

    submit(signed_in(sandrine), edit_url(midday), {"place": "Salle 2"})

    midday.refresh_from_db()
    assert (midday.place, midday.sequence) == ("Salle 2", 0)
    assert Message.objects.count() == 1


def test_nobody_is_told_of_a_change_before_the_invitation(midday, sandrine, nadia, signed_in):
    submit(signed_in(sandrine), edit_url(midday), {"starts": "11:30"})

    midday.refresh_from_db()
    assert midday.sequence == 1
    assert not Message.objects.exists()


def test_it_cannot_end_before_it_starts(midday, sandrine, signed_in):
    response = submit(signed_in(sandrine), edit_url(midday), {"starts": "12:00", "ends": "11:00", "title": "Gardé"})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"ends"}
    assert b"Gard\xc3\xa9" in response.content


def test_an_evening_may_end_after_midnight(midday, sandrine, signed_in):
    submit(signed_in(sandrine), edit_url(midday), {"starts": "22:30", "ends": "00:15"})

    midday.refresh_from_db()
    assert (midday.length_in_minutes, midday.local_end.date() - midday.local_start.date()) == (
        105,
        dt.timedelta(days=1),
    )

    submit(signed_in(sandrine), edit_url(midday), {"title": "Nuit blanche"})
    midday.refresh_from_db()
    assert (midday.title, midday.length_in_minutes) == ("Nuit blanche", 105)


def test_saving_unchanged_across_the_doubled_hour_moves_nothing(community, sandrine, signed_in):
    start = dt.datetime(2026, 11, 1, 4, 30, tzinfo=dt.UTC)  # 0:30, before the clocks go back
    meeting = make.a_meeting(community, start, ends_at=start + dt.timedelta(hours=2))  # ends at the second 1:30

    submit(signed_in(sandrine), edit_url(meeting), {"title": "Nuit"})

    meeting.refresh_from_db()
    assert (meeting.title, meeting.length_in_minutes, meeting.sequence) == ("Nuit", 120, 0)


def test_two_people_editing_lose_nothing(midday, sandrine, philippe, signed_in):
    mine = form_on(signed_in(sandrine).get(edit_url(midday)), ["title"])
    submit(signed_in(philippe), edit_url(midday), {"title": "Le sien"})

    response = mine.fill({"title": "Le mien", "place": "Chez nous"}).press(signed_in(sandrine))

    midday.refresh_from_db()
    assert response.status_code == 409
    assert midday.title == "Le sien"
    assert b"Le sien" in response.content
    assert b"Le mien" in response.content
    assert b"Chez nous" in response.content

    submit(signed_in(sandrine), response, button="Enregistrer le mien")
    midday.refresh_from_db()
    assert (midday.title, midday.place) == ("Le mien", "Chez nous")


@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seen_the_same", [True, False], ids=["race", "control: one after the other"])
def test_of_two_saves_at_once_one_wins_and_the_other_is_told(midday, sandrine, philippe, seen_the_same):
    mine, theirs = client_of(sandrine), client_of(philippe)
    first, second = (form_on(client.get(edit_url(midday)), ["title"]) for client in (mine, theirs))
    if not seen_the_same:
        one_by_one = (mine, "A"), (theirs, "B")
        statuses = [submit(client, edit_url(midday), {"title": title}).status_code for client, title in one_by_one]
    else:
        first.fill({"title": "A"})
        second.fill({"title": "B"})
        statuses = sorted(at_once(lambda: first.press(mine).status_code, lambda: second.press(theirs).status_code))

    midday.refresh_from_db()
    assert statuses == ([302, 409] if seen_the_same else [302, 302])
    assert midday.version == (1 if seen_the_same else 2)


def test_without_the_version_the_second_save_would_erase_the_first(midday):
    """The negative control: two copies read at the same time and saved as they are."""
    theirs, mine = Meeting.objects.get(pk=midday.pk), Meeting.objects.get(pk=midday.pk)
    theirs.title, mine.place = "Le sien", "Chez nous"

    theirs.save()
    mine.save()

    midday.refresh_from_db()
    assert midday.title == "Rejoindre les pères"


def test_a_cancelled_meeting_is_not_edited(midday, sandrine):
    planning.cancel(midday, "Tempête")

    with pytest.raises(ValidationError):
        planning.change(midday, version=midday.version, facilitators=[], title="Autre")


# ------------------------------------------------------------ the agenda


def agenda_url(meeting):
    return reverse("meetings:agenda", args=[meeting.pk])


def test_blocks_are_renamed_reordered_and_kept_as_they_are(midday, sandrine, signed_in):
    agendas.default_agenda(midday)
    before = list(midday.agenda.values_list("pk", flat=True))
    client = signed_in(sandrine)

    shown = submit(client, agenda_url(midday), {"0-title": "Entrée"}, button="step=down-0")
    submit(client, shown, button="step=save")

    after = list(midday.agenda.values_list("pk", flat=True))
    assert after == [before[1], before[0], *before[2:]]
    assert midday.agenda.get(pk=before[0]).title == "Entrée"


def test_the_sum_and_the_last_five_minutes_are_shown(midday, sandrine, signed_in):
    agendas.default_agenda(midday)

    response = submit(signed_in(sandrine), agenda_url(midday), button="step=remove-5")

    assert response.context["difference"] == -5
    assert not response.context["keeps_last"]
    assert midday.agenda.count() == 6


def test_a_block_that_was_opened_stays(midday):
    agendas.default_agenda(midday)
    first = midday.agenda.first()
    AgendaItem.objects.filter(pk=first.pk).update(started_at=timezone.now())

    agendas.arrange(midday, [{"pk": None, "kind": "exchange", "title": "Neuf", "minutes": 60}], version=0)

    assert set(midday.agenda.values_list("title", flat=True)) == {first.title, "Neuf"}


def test_two_people_arranging_lose_nothing(midday, sandrine, signed_in):
    agendas.default_agenda(midday)
    client = signed_in(sandrine)
    mine = form_on(client.get(agenda_url(midday)), ["0-title"]).fill({"0-title": "Le mien"})
    agendas.arrange(midday, [{"pk": None, "kind": "exchange", "title": "Le sien", "minutes": 60}], version=0)

    response = mine.press(client)

    assert response.status_code == 409
    assert b"Le sien" in response.content
    assert b"Le mien" in response.content
    assert list(midday.agenda.values_list("title", flat=True)) == ["Le sien"]


# ------------------------------------------------------------ cancelling


def test_cancelling_tells_those_invited_and_drops_what_waits(midday, nadia):
    invitations.invite(midday)

    planning.cancel(midday, "Tempête de neige")
    planning.cancel(midday, "Encore")

    old, new = Message.objects.order_by("pk")
    assert (old.state, new.state) == ("dropped", "waiting")
    assert (new.calendar_method, new.category) == ("CANCEL", "service")
    assert "Tempête de neige" in new.text
    assert midday.cancelled_because == "Tempête de neige"


def test_another_date_is_planned_in_place_of_a_cancelled_one(midday, sandrine, nadia, signed_in):
    client = signed_in(sandrine)
    Meeting.objects.filter(pk=midday.pk).update(title="Le répit", mode="hybrid", place="Salle 2")
    planning.cancel(midday, "Tempête")
    address = reverse("meetings:plan", args=[midday.community_id]) + f"?remplacer={midday.pk}"

    page = client.get(address)

    assert address in client.get(midday.get_absolute_url()).content.decode()
    assert address not in signed_in(nadia).get(midday.get_absolute_url()).content.decode()
    assert page.context["rows"].rows == [{"day": "", "starts": f"{midday.local_start:%H:%M}", "title": "Le répit"}]
    assert (page.context["form"]["mode"].value(), page.context["form"]["place"].value()) == ("hybrid", "Salle 2")


def test_a_meeting_that_was_held_is_not_cancelled(midday):
    midday.closed_at = timezone.now()
    midday.save()

    with pytest.raises(ValidationError):
        planning.cancel(midday, "Trop tard")


def test_a_reason_is_asked(midday, sandrine, signed_in):
    response = submit(signed_in(sandrine), reverse("meetings:cancel", args=[midday.pk]), {"because": ""})

    assert response.status_code == 422
    assert "because" in response.context["form"].errors


# ------------------------------------------------------------ the pages


@pytest.mark.parametrize("page", ["list", "of_community"])
def test_the_lists_ask_the_same_whatever_their_length(page, community, sandrine, signed_in):
    url = reverse(f"meetings:{page}", args=[] if page == "list" else [community.pk])
    client = signed_in(sandrine)
    counts = []
    for total in (3, 30):
        for n in range(community.meetings.count(), total):
            shift = dt.timedelta(days=n + 1 if n % 2 else -n - 1)
            make.a_meeting(community, timezone.now() + shift, invited_at=timezone.now())
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_past_is_folded_by_year_and_paged(community, sandrine, signed_in):
    zone = dt.UTC
    for n in range(25):
        make.a_meeting(community, dt.datetime(2025, 6, n + 1, 15, tzinfo=zone), title=f"Juin {n}")
    for n in range(3):
        make.a_meeting(community, dt.datetime(2024, 3, n + 1, 15, tzinfo=zone), title=f"Mars {n}")
    client, address = signed_in(sandrine), reverse("meetings:list")

    first, second = (client.get(address, {"annee": "2025", "page": n}) for n in (1, 2))
    older, unknown = (client.get(address, {"annee": year}) for year in ("2024", "1999"))

    assert first.context["years"] == [(2025, 25), (2024, 3)]
    assert (len(first.context["page"]), len(second.context["page"]), len(older.context["page"])) == (20, 5, 3)
    assert unknown.context["year"] == 2025, "the last year is the one that is open"
    assert "Mars 1" not in first.content.decode()


def test_words_find_meetings_of_every_year_and_of_every_page(community, sandrine, signed_in):
    sister = make.a_community("Sœur", programme=community.programme)
    make.a_role(sandrine, community=sister)
    for n in range(30):
        make.a_meeting(community, dt.datetime(2025, 6, n + 1, 15, tzinfo=dt.UTC), title=f"Juin {n}")
    make.a_meeting(sister, dt.datetime(2024, 3, 1, 15, tzinfo=dt.UTC), title="Les pères isolés")

    def found(words):
        page = signed_in(sandrine).get(reverse("meetings:list"), {"q": words})
        return [m.title for m in [*page.context["upcoming"], *page.context["page"]]]

    assert found("pères ISOLÉS") == ["Les pères isolés"]
    assert found("juin constellation 29") == ["Juin 29"]
    assert found("sœur") == ["Les pères isolés"], "by its community too"
    assert found("juin sœur") == []


@pytest.mark.browser
def test_a_year_opens_where_it_is_and_the_list_follows_the_words(community, sandrine, open_as):
    for year in (2024, 2025):
        for n in range(8):
            make.a_meeting(community, dt.datetime(year, 6, n + 1, 15, tzinfo=dt.UTC), title=f"Juin {year} {n}")
    page = open_as(sandrine)
    page.goto(reverse("meetings:of_community", args=[community.pk]))
    expect(page.get_by_text("Juin 2024 3")).to_have_count(0)

    page.locator("#summary-2024").press("Enter")

    expect(page.get_by_role("link", name="Juin 2024 3")).to_be_visible()
    expect(page.locator("#summary-2024")).to_be_focused()
    page.get_by_role("searchbox", name="Titre de la rencontre").press_sequentially("2024 5")
    expect(page.locator("#found li")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=2024(%20|\+)5"))
    expect(page.get_by_role("searchbox", name="Titre de la rencontre")).to_be_focused()


def test_the_page_of_a_meeting_asks_the_same_whatever_happened(midday, sandrine, signed_in):
    client, counts = signed_in(sandrine), []
    midday.started_at = midday.invited_at = timezone.now()
    midday.save()
    for total in (3, 30):
        for n in range(midday.notes.count(), total):
            make.an_attendance(midday, make.a_member(midday.community, organisation=f"Org {n}"))
            make.a_note(midday)
            midday.agenda.create(kind="exchange", title="Bloc", minutes=5)
        client.get(midday.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(midday.get_absolute_url())
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.fixture
def held(midday, nadia):
    """Held and followed up, with a synthesis, a note and Nadia present."""
    now = timezone.now()
    past = dict.fromkeys(("started_at", "closed_at", "followed_up_at", "minutes_published_at"), now)
    make.say_of(midday, synthesis="On garde le samedi.", **past)
    make.a_note(midday, "Un registre commun", kind=Note.Kind.DECISION)
    make.an_attendance(midday, nadia.memberships.get())
    return midday


@pytest.mark.parametrize(
    ("level", "synthesis", "notes"),
    [("log", False, False), ("synthesis", True, False), ("full", True, True)],
)
def test_members_read_what_the_community_decided(held, nadia, signed_in, level, synthesis, notes):
    Community.objects.filter(pk=held.community_id).update(minutes_level=level)

    response = signed_in(nadia).get(held.get_absolute_url())

    assert bool(response.context["synthesis"]) == synthesis
    assert bool(response.context["notes"]) == notes
    assert response.context["came"] == []
    assert b"Table de quartier" not in response.content


def test_members_read_nothing_before_the_follow_up(held, nadia, signed_in):
    Community.objects.filter(pk=held.community_id).update(minutes_level="full")
    make.say_of(held, followed_up_at=None, minutes_published_at=None)

    response = signed_in(nadia).get(held.get_absolute_url())

    assert not response.context["synthesis"]
    assert not response.context["notes"]


def test_the_team_reads_it_all(held, sandrine, signed_in):
    response = signed_in(sandrine).get(held.get_absolute_url())

    assert response.context["synthesis"]
    assert response.context["notes"]
    assert [a.membership.user.first_name for a in response.context["came"]] == ["Nadia"]


def test_the_link_to_join_is_shown_to_members_from_the_day_before(midday, nadia, sandrine, signed_in):
    link = midday.link.encode()

    assert link in signed_in(sandrine).get(midday.get_absolute_url()).content
    assert link not in signed_in(nadia).get(midday.get_absolute_url()).content
    with time_machine.travel(midday.starts_at - dt.timedelta(hours=23)):
        assert link in signed_in(nadia).get(midday.get_absolute_url()).content


def test_an_external_evaluator_never_reads_the_link(midday, signed_in):
    evaluator = make.a_person("Eve")
    make.a_role(evaluator, Role.EVALUATOR, community=midday.community)

    with time_machine.travel(midday.starts_at):
        page = signed_in(evaluator).get(midday.get_absolute_url())
        file = signed_in(evaluator).get(reverse("meetings:calendar", args=[midday.pk]))

    assert midday.link.encode() not in page.content + file.content


# ------------------------------------------------------------ what a profile plans


def planned_first(client, person, profile, **fields):
    """The plan page as the browser sends it untouched, with one date; the meeting it makes."""
    community = make.a_community(profile=profile, **fields)
    make.a_role(person, Role.FACILITATOR, community=community)
    client.force_login(person)
    address = reverse("meetings:plan", args=[community.pk])
    day = (timezone.localdate() + dt.timedelta(days=40)).isoformat()
    submit(client, address, {"0-day": day}, button="step=plan")
    return community.meetings.order_by("-pk").first()


def test_a_community_led_by_trainings_plans_trainings_and_no_other_does(client, sandrine):
    kinds = {profile: planned_first(client, sandrine, profile).kind for profile in profiles.Profile}

    assert kinds.pop("training") == Meeting.Kind.TRAINING
    assert set(kinds.values()) == {Meeting.Kind.REGULAR}


def test_a_first_meeting_in_person_is_half_a_day_and_the_next_one_its_usual_length(client, sandrine):
    first = planned_first(client, sandrine, profiles.Profile.COHORT)
    assert (first.mode, first.length_in_minutes) == (Meeting.Mode.IN_PERSON, 180)

    form = client.get(reverse("meetings:plan", args=[first.community_id])).context["form"]
    assert (form["mode"].value(), form["minutes"].value()) == (Meeting.Mode.ONLINE, 60)
    assert planned_first(client, sandrine, profiles.Profile.COHORT, meeting_minutes=240).length_in_minutes == 240
    assert planned_first(client, sandrine, profiles.Profile.OPEN).length_in_minutes == 60
