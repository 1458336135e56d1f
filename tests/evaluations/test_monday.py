"""Monday's mail: to whoever facilitates or coordinates and asked for it, once, and with no figure of answers."""

import datetime as dt
import zoneinfo

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import RoleAssignment
from evaluations.domain import monday
from evaluations.domain.across.needs import needing
from meetings.models import Reply
from outbox.domain import mail_types
from outbox.domain.post import unsubscribe_token
from outbox.models import Message
from tests import factories as make
from tests.evaluations.vitality.test_early_warnings import held
from tests.forms import form_on, submit

MONTREAL = zoneinfo.ZoneInfo("America/Toronto")
PREFERENCES = reverse("outbox:preferences")
DAY = dt.timedelta(days=1)


@pytest.fixture
def now():
    """The next Monday at half past seven in Montréal."""
    today = timezone.localdate()
    day = today + dt.timedelta(days=7 - today.weekday())
    return dt.datetime.combine(day, dt.time(7, 30), tzinfo=MONTREAL)


@pytest.fixture
def asked(sandrine):
    sandrine.gets_monday_mail = True
    sandrine.save()
    return sandrine


@pytest.fixture
def week(community, now):
    """A meeting last week that six came to, one this week that two said yes to."""
    start = now - 4 * DAY
    held = make.a_meeting(
        community, start, title="Le logement", started_at=start, closed_at=start + dt.timedelta(hours=1)
    )
    for _ in range(6):
        make.an_attendance(held, make.a_member(community))
    coming = make.a_meeting(community, now + 2 * DAY, title="Les écoles")
    for membership in community.memberships.all()[:2]:
        Reply.objects.create(meeting=coming, membership=membership, answer="yes")
    return held, coming


def mails():
    return Message.objects.filter(kind="monday")


def test_nobody_receives_it_who_has_not_asked(week, sandrine, philippe, now):
    assert monday.send_due(now) == 0


def test_it_tells_last_week_this_week_and_what_is_missing(week, asked, community, programme, now):
    make.a_meeting(make.a_community("Voisine", programme=programme), now + DAY, title="Ailleurs")
    start = now - 20 * DAY
    make.a_meeting(community, start, title="Restée ouverte", started_at=start)

    assert monday.send_due(now) == 1

    mail = mails().get()
    assert mail.recipient == asked
    for body in (mail.text, mail.html):
        assert "Le logement" in body
        assert "6 personnes présentes" in body
        assert "Les écoles" in body
        assert "2 oui jusqu’ici" in body
        assert "son registre manque" in body
        assert reverse("evaluations:across") in body
        assert "Ailleurs" not in body


def test_it_leaves_once_on_monday_from_seven_where_they_live(week, asked, now):
    assert monday.send_due(now - dt.timedelta(hours=1)) == 0
    assert monday.send_due(now - 3 * DAY) == 0
    assert [monday.send_due(now), monday.send_due(now + dt.timedelta(hours=3))] == [1, 0]
    assert monday.send_due(now + DAY) == 0

    asked.time_zone = "America/Vancouver"
    asked.save()
    Message.objects.all().delete()
    assert monday.send_due(now) == 0
    assert monday.send_due(now + dt.timedelta(hours=3)) == 1


def test_with_nothing_to_say_there_is_no_mail(asked, community, now):
    make.a_meeting(community, now + 30 * DAY)

    assert monday.send_due(now) == 0


def test_what_is_ahead_and_what_was_called_off_are_not_last_week(asked, community, now):
    make.a_meeting(community, now + 9 * DAY, title="La semaine prochaine")
    make.a_meeting(community, now + 2 * DAY, title="Annulée", cancelled_at=now)

    assert monday.send_due(now) == 0


def test_asked_no_more_or_no_role_left_it_does_not_leave(week, asked, now):
    monday.send_due(now)
    mail = mails().get()
    mail.not_after = None
    assert mail_types.cancel_reason(mail) is None

    asked.gets_monday_mail = False
    asked.save()
    assert mail_types.cancel_reason(mails().get())
    asked.gets_monday_mail = True
    asked.save()
    RoleAssignment.objects.filter(user=asked).delete()
    assert mail_types.cancel_reason(mails().get())


def test_one_asks_for_it_among_ones_mails_and_the_link_in_the_mail_stops_it(week, sandrine, now, signed_in, client):
    page = signed_in(sandrine)
    submit(page, PREFERENCES, {"wanted": ["invitations", "monday"]}, button="choose=1")
    sandrine.refresh_from_db()
    assert sandrine.gets_monday_mail

    monday.send_due(now)
    link = next(word for word in mails().get().text.split() if reverse("outbox:unsubscribe", args=["x"])[:-2] in word)
    form_on(client.get(link), button="stop=1").press(client)

    sandrine.refresh_from_db()
    assert not sandrine.gets_monday_mail


def test_saved_as_it_stands_the_page_of_mails_asks_for_nothing(sandrine, signed_in):
    submit(signed_in(sandrine), PREFERENCES, button="choose=1")

    sandrine.refresh_from_db()
    assert not sandrine.gets_monday_mail


def test_a_member_is_not_offered_it(nadia, community, signed_in):
    assert "Courriel du lundi" not in signed_in(nadia).get(PREFERENCES).text


def test_choosing_for_one_community_leaves_it(asked, community, client):
    token = unsubscribe_token(asked, community.sender_list, "reminders")
    submit(client, reverse("outbox:unsubscribe", args=[token]), {"wanted": []}, button="choose=1")

    asked.refresh_from_db()
    assert asked.gets_monday_mail


def test_no_figure_of_answers_is_in_a_mail(asked, community, philippe):
    """Early warnings come from releases: they stay on pages, which say so; the mail has the rest."""
    held(community, [12, 12, 12, 6, 6, 6])

    summary = monday.summary_of(asked, timezone.now())

    (one,) = needing(asked, [community])
    assert [need.is_on_answers for need in one.needs].count(True) == 1
    assert [need.why for found in summary.missing for need in found.needs] == [
        need.why for need in one.needs if not need.is_on_answers
    ]
    assert summary.missing
