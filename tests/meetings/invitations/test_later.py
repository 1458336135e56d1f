"""An invitation that leaves by itself: once, at the hour chosen, as it is by then, and only while whoever chose may."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from cmtl.wall_clock import at_wall_clock
from communities.models import Community, Role
from evaluations.web.today.page import Today
from meetings import tasks
from meetings.domain.invitations import invitations, later
from meetings.domain.scheduling import planning
from meetings.models import Invitation, Meeting
from outbox.domain import delivery
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit
from tests.racing import at_once, needs_row_locks

EIGHT = dt.time(8)


@pytest.fixture
def meeting(meeting):
    """In a month, so that there is time before it."""
    return at(meeting, timezone.now() + dt.timedelta(days=30))


@pytest.fixture
def julien(db):
    return make.a_person("Julien", "Roy", email="julien@exemple.quebec")


@pytest.fixture
def neighbour(julien):
    """Another meeting, of another community that Julien facilitates, planned to leave at the same hour."""
    other = make.a_community("Voisine")
    make.a_role(julien, community=other)
    make.a_member(other, make.a_person("Yara", email="yara@exemple.quebec"))
    return at(make.a_meeting(other, title="Ailleurs", link="https://zoom.example/j/9"), in_days(30))


def at(meeting, starts_at):
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=1))
    meeting.refresh_from_db()
    return meeting


def in_days(days):
    return timezone.now() + dt.timedelta(days=days)


def page_of(meeting):
    return reverse("meetings:invite", args=[meeting.pk])


def day_of(meeting, days):
    return timezone.now().astimezone(meeting.zone).date() + dt.timedelta(days=days)


def choose(client, meeting, days=1, words="", starts="08:00"):
    form = form_on(client.get(page_of(meeting)), ["words"])
    return form.fill({"words": words, "day": day_of(meeting, days), "starts": starts}).press(client, "step=later")


def its_hour_comes(*meetings):
    Invitation.objects.filter(meeting__in=meetings, send_at__isnull=False).update(
        send_at=timezone.now() - dt.timedelta(seconds=1)
    )


def told(meeting):
    return sorted(Message.objects.about(meeting).values_list("recipient__first_name", flat=True))


# ------------------------------------------------------------ choosing the hour


def test_it_leaves_at_the_hour_chosen_and_not_before(meeting, neighbour, nadia, sandrine, signed_in, mailoutbox):
    client = signed_in(sandrine)

    answer = choose(client, meeting, days=2, words="Apportez vos idées")

    kept = Invitation.objects.get(meeting=meeting)
    assert answer.status_code == 302
    assert kept.send_at == at_wall_clock(day_of(meeting, 2), EIGHT, meeting.zone)
    assert (kept.asked_by, kept.words) == (sandrine, "Apportez vos idées")
    tasks.send_due_reminders()
    assert not Message.objects.exists()

    its_hour_comes(meeting)
    tasks.send_due_reminders()
    delivery.deliver_due()

    assert [mail.to for mail in mailoutbox] == [["nadia@exemple.quebec"]]
    assert "Apportez vos idées" in mailoutbox[0].body
    meeting.refresh_from_db()
    assert meeting.invited_at
    assert not told(neighbour), "whose hour was not chosen"


def test_an_hour_that_is_proposed_is_chosen_in_one_press(meeting, nadia, sandrine, signed_in):
    client = signed_in(sandrine)
    form = form_on(client.get(page_of(meeting)), ["words"])
    hour = later.proposals(meeting)[0].astimezone(meeting.zone)

    form.press(client, f"step=later {hour:%Y-%m-%d %H:%M}")

    assert Invitation.objects.get(meeting=meeting).send_at == hour


def test_the_hours_proposed_are_to_come_and_before_the_meeting(meeting):
    sunday = dt.datetime(2026, 11, 29, 20, tzinfo=meeting.zone)
    at(meeting, dt.datetime(2026, 12, 24, 12, tzinfo=meeting.zone))
    assert [f"{hour.astimezone(meeting.zone):%m-%d %H}" for hour in later.proposals(meeting, sunday)] == [
        "11-30 08",  # tomorrow, which is Monday
        "12-03 08",
        "12-10 08",
        "12-17 08",
    ]
    at(meeting, dt.datetime(2026, 11, 30, 7, tzinfo=meeting.zone))
    assert later.proposals(meeting, sunday) == []


def test_a_past_hour_is_refused_at_the_field(meeting, nadia, sandrine, signed_in):
    client = signed_in(sandrine)

    past, after = choose(client, meeting, days=-1), choose(client, meeting, days=31)
    nothing = choose(client, meeting, days=2, starts="")

    assert [answer.status_code for answer in (past, after, nothing)] == [422, 422, 422]
    assert past.context["hour"].errors["day"] == ["Cette heure est passée\xa0: choisissez-en une plus tard."]
    assert after.context["hour"].errors["day"] == [
        "La rencontre sera commencée\xa0: choisissez une heure avant son début."
    ]
    assert "starts" in nothing.context["hour"].errors
    assert not Invitation.objects.filter(send_at__isnull=False).exists()


def test_the_clock_is_that_of_the_community(meeting, nadia, signed_in):
    """Vancouver is three hours behind: eight there is eleven in Montréal."""
    away = make.a_person("Maude", time_zone="America/Vancouver")
    make.a_role(away, community=meeting.community)

    choose(signed_in(away), meeting, days=2)

    assert Invitation.objects.get(meeting=meeting).send_at.astimezone(meeting.zone).hour == 8


def test_the_page_of_the_meeting_says_when_and_lets_one_change_ones_mind(meeting, nadia, sandrine, signed_in):
    client = signed_in(sandrine)
    choose(client, meeting, days=2, words="À bientôt")
    page = reverse("meetings:prepare", args=[meeting.pk])
    said = later.said_of(Meeting.objects.get(pk=meeting.pk))

    shown = client.get(page)
    assert f"Partira {said}" in shown.text
    form_on(shown, button="step=not-later").press(client, "step=not-later")

    its_hour_comes(meeting)
    tasks.send_due_reminders()
    assert not Message.objects.exists()
    kept = Invitation.objects.get(meeting=meeting)
    assert (kept.words, kept.asked_by) == ("À bientôt", None)
    assert said not in client.get(page).text


def test_sent_now_from_the_page_of_the_meeting_it_leaves_once_with_its_words(meeting, nadia, sandrine, signed_in):
    client = signed_in(sandrine)
    choose(client, meeting, days=2, words="À bientôt")

    form_on(client.get(reverse("meetings:prepare", args=[meeting.pk])), button="step=send-now").press(
        client, "step=send-now"
    )
    its_hour_comes(meeting)
    tasks.send_due_reminders()

    assert "À bientôt" in Message.objects.get().text
    assert Invitation.objects.get(meeting=meeting).send_at is None


def test_the_press_that_chose_the_hour_is_undone(meeting, nadia, sandrine, signed_in):
    client = signed_in(sandrine)
    after = client.get(choose(client, meeting, days=2)["Location"])

    form_on(after, button="Annuler").press(client, "Annuler")

    assert Invitation.objects.get(meeting=meeting).send_at is None


def test_a_member_and_a_note_taker_choose_no_hour(meeting, nadia, karim, signed_in):
    for person in (nadia, karim):
        assert signed_in(person).get(page_of(meeting)).status_code == 403
        assert page_of(meeting) not in signed_in(person).get(meeting.get_absolute_url()).text


# ------------------------------------------------------------ as it is by then


def test_those_who_joined_since_are_invited_and_the_words_edited_since_are_said(meeting, nadia, sandrine, signed_in):
    client = signed_in(sandrine)
    choose(client, meeting, days=2, words="Premier jet")
    choose(client, meeting, days=3, words="Deuxième jet")
    form_on(client.get(page_of(meeting)), ["words"]).fill({"words": "Version corrigée"}).press(client, "step=keep")
    make.a_member(meeting.community, make.a_person("Zoé"))
    nadia.memberships.update(status="paused")

    its_hour_comes(meeting)
    tasks.send_due_reminders()

    assert told(meeting) == ["Zoé"]
    assert "Version corrigée" in Message.objects.get().text


def test_a_meeting_called_off_invites_nobody(meeting, neighbour, nadia, sandrine, julien):
    later.send_later(meeting, in_days(1), "", by=sandrine)
    later.send_later(neighbour, in_days(1), "", by=julien)
    planning.cancel(meeting, "Tempête")
    its_hour_comes(neighbour)
    Invitation.objects.filter(meeting=meeting).update(send_at=timezone.now())

    tasks.send_due_reminders()

    assert (told(meeting), told(neighbour)) == ([], ["Yara"])
    assert Invitation.objects.get(meeting=meeting).asked_by is None


def test_moved_before_its_hour_the_invitation_is_to_be_planned_anew(meeting, nadia, sandrine, signed_in):
    later.send_later(meeting, in_days(20), "", by=sandrine)
    at(meeting, in_days(10))

    shown = signed_in(sandrine).get(reverse("meetings:prepare", args=[meeting.pk])).text

    assert "Partirait une fois la rencontre commencée" in shown
    assert "Partira " not in shown


# ------------------------------------------------------------ rights that were lost


def test_whoever_chose_and_may_no_longer_invite_invites_nobody_and_today_says_so(
    meeting, neighbour, nadia, sandrine, julien, philippe
):
    make.a_role(julien, community=meeting.community)
    later.send_later(meeting, in_days(1), "", by=sandrine)
    later.send_later(neighbour, in_days(1), "", by=julien)
    sandrine.role_assignments.update(ended_at=timezone.now())
    its_hour_comes(meeting, neighbour)

    tasks.send_due_reminders()
    tasks.send_due_reminders()

    assert (told(meeting), told(neighbour)) == ([], ["Yara"])
    for person in (julien, philippe):
        items = [item for item in Today(person).to_do if item.url == page_of(meeting)]
        assert [item.urgency for item in items] == ["late"]
        assert "n’est pas partie" in items[0].detail
    assert invitations.begin(meeting) == 1, "and whoever may sends it"
    assert not [item for item in Today(julien).to_do if item.url == page_of(meeting)]


def test_an_account_closed_since_sends_nothing(meeting, nadia, sandrine):
    later.send_later(meeting, in_days(1), "", by=sandrine)
    its_hour_comes(meeting)
    type(sandrine).objects.filter(pk=sandrine.pk).update(is_active=False)

    tasks.send_due_reminders()

    assert told(meeting) == []


@pytest.mark.parametrize(("status", "names"), [("dormant", []), ("archived", []), ("self_run", ["Nadia"])])
def test_a_community_put_to_sleep_writes_nothing_by_itself(meeting, nadia, sandrine, status, names):
    later.send_later(meeting, in_days(1), "", by=sandrine)
    its_hour_comes(meeting)
    Community.objects.filter(pk=meeting.community_id).update(status=status)

    tasks.send_due_reminders()

    assert told(meeting) == names


def test_today_asks_nothing_of_an_invitation_that_leaves_by_itself(meeting, nadia, sandrine):
    at(meeting, in_days(5))
    asked = [item.url for item in Today(sandrine).to_do]
    later.send_later(meeting, in_days(1), "", by=sandrine)

    assert page_of(meeting) in asked
    assert page_of(meeting) not in [item.url for item in Today(sandrine).to_do]


# ------------------------------------------------------------ once only


@needs_row_locks
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_minute_write_to_each_once(meeting, neighbour, nadia, sandrine, julien):
    later.send_later(meeting, in_days(1), "", by=sandrine)
    later.send_later(neighbour, in_days(1), "", by=julien)
    its_hour_comes(meeting, neighbour)

    at_once(*[later.send_due] * 4)

    assert (told(meeting), told(neighbour)) == (["Nadia"], ["Yara"])


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_midway_has_written_nothing_and_the_next_minute_writes_all(
    meeting, neighbour, nadia, sandrine, julien, monkeypatch
):
    later.send_later(meeting, in_days(1), "", by=sandrine)
    later.send_later(neighbour, in_days(1), "", by=julien)
    its_hour_comes(meeting, neighbour)
    real = invitations.invite_some

    def dies(*args, **kwargs):
        assert real(*args, **kwargs) == 1, "it had written them"
        raise KeyboardInterrupt

    monkeypatch.setattr(invitations, "invite_some", dies)
    with pytest.raises(KeyboardInterrupt):
        later.send_due()
    assert not Message.objects.exists()
    monkeypatch.setattr(invitations, "invite_some", real)

    tasks.send_due_reminders()
    tasks.send_due_reminders()

    assert (told(meeting), told(neighbour)) == (["Nadia"], ["Yara"])


def test_of_many_the_timetable_writes_them_all_once(meeting, sandrine):
    for n in range(invitations.CHUNK + 3):
        make.a_member(meeting.community, make.a_person(email=f"p{n}@exemple.quebec"))
    later.send_later(meeting, in_days(1), "", by=sandrine)
    its_hour_comes(meeting)

    tasks.send_due_reminders()
    tasks.send_due_reminders()

    assert Message.objects.count() == invitations.CHUNK + 3


def test_the_role_of_an_external_facilitator_is_enough_until_it_ends(meeting, nadia, signed_in):
    hired = make.a_person("Hugo")
    mandate = make.a_role(hired, Role.EXTERNAL, community=meeting.community)
    choose(signed_in(hired), meeting, days=2)
    mandate.ends_on = timezone.localdate() - dt.timedelta(days=1)
    mandate.save()
    its_hour_comes(meeting)

    tasks.send_due_reminders()
    assert told(meeting) == []

    mandate.ends_on = None
    mandate.save()
    later.send_later(meeting, in_days(1), "", by=hired)
    its_hour_comes(meeting)
    tasks.send_due_reminders()
    assert told(meeting) == ["Nadia"], "control"


# ------------------------------------------------------------ in a browser


@pytest.mark.browser
def test_the_hour_is_chosen_beside_the_button_that_sends(open_as, meeting, nadia, sandrine):
    page = open_as(sandrine, width=390)
    page.goto(page_of(meeting))
    page.get_by_text("Plus tard", exact=True).click()

    page.get_by_role("list", name="Heures proposées").get_by_role("button").first.click()

    expect(page.get_by_text("Partira ").first).to_be_visible()
    page.goto(reverse("meetings:prepare", args=[meeting.pk]))
    page.get_by_role("button", name="Ne pas envoyer").click()
    expect(page.get_by_text("ne partira pas d’elle-même")).to_be_visible()
    assert not Message.objects.exists()


def test_the_plain_press_still_sends_at_once(meeting, nadia, sandrine, signed_in):
    submit(signed_in(sandrine), page_of(meeting), {"words": "Au plaisir !"}, button="step=send")

    assert told(meeting) == ["Nadia"]
