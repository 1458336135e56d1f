"""Why one was not there: a link that opens a page, one press, counts for the team, a name only by one's will."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from meetings.domain.attendance import absences, attendance
from meetings.domain.attendance.corrections import Because
from meetings.domain.followup import follow_up
from meetings.domain.links import links
from meetings.models import Absence, FollowUp, Meeting
from outbox.models import Message
from tests import factories as make
from tests.forms import on_one_line, submit


@pytest.fixture
def held(community, sandrine):
    start = timezone.now() - dt.timedelta(hours=3)
    meeting = make.a_meeting(community, start, title="Les pères isolés", started_at=start, closed_at=timezone.now())
    meeting.facilitators.add(sandrine)
    return meeting


@pytest.fixture
def away(held, nadia):
    """Nadia is recorded absent."""
    member = nadia.memberships.get()
    make.an_attendance(held, member, "absent")
    return member


@pytest.fixture
def page(held, away):
    return reverse("meetings:say_why", args=[links.guest_token(held, away)])


def others_say(meeting, *reasons, **fields):
    for reason in reasons:
        member = make.a_member(meeting.community)
        make.an_attendance(meeting, member, "absent")
        absences.say_why_absent(meeting, member, reason, **fields)


def test_the_link_opens_a_page_and_only_a_press_acts(page, client):
    shown = client.get(page, {"raison": "moment"})

    assert shown.status_code == 200
    assert shown.content.decode().index('value="moment"') < shown.content.decode().index('value="unforeseen"')
    assert not Absence.objects.exists()

    submit(client, page, button="reason=moment")
    said = Absence.objects.get()
    assert (said.reason, said.is_named) == ("moment", False)


def test_the_last_press_stands_and_can_be_taken_back(page, client):
    submit(client, page, button="reason=moment")
    submit(client, page, {"is_named": True}, button="reason=forgot")
    said = Absence.objects.get()
    assert (said.reason, said.is_named) == ("forgot", True)

    submit(client, page, button="undo=1")
    assert not Absence.objects.exists()


def test_no_reason_at_all_is_said_on_the_page(page, client):
    assert client.post(page, {"reason": "vacances"}).status_code == 422


def test_whoever_came_is_asked_nothing(held, client):
    came = make.a_member(held.community)
    make.an_attendance(held, came)
    own = reverse("meetings:say_why", args=[links.guest_token(held, came)])

    assert client.get(own).status_code == 302
    assert client.post(own, {"reason": "moment"}).status_code == 302
    assert not Absence.objects.exists()
    with pytest.raises(ValidationError):
        absences.say_why_absent(held, came, "moment")


def test_before_the_closing_nobody_is_asked(held, away, page, client):
    Meeting.objects.filter(pk=held.pk).update(closed_at=None)

    assert client.get(page).status_code == 302


def test_the_page_of_the_meeting_asks_and_then_says_what_was_said(held, away, client):
    home = reverse("meetings:phone", args=[links.guest_token(held, away)])
    assert 'name="reason" value="moment"' in on_one_line(client.get(home))

    absences.say_why_absent(held, away, "moment")

    after = client.get(home).content.decode()
    assert 'name="reason"' not in after
    assert str(Absence.Reason.MOMENT.label) in after


def test_counts_are_told_from_three_and_names_never_but_by_their_own_will(held, away, sandrine, signed_in):
    others_say(held, "moment", "moment")
    absences.say_why_absent(held, away, "topic")
    told = absences.summary_of(held)
    assert told.counts == [(str(Absence.Reason.MOMENT.label), 2), (str(Absence.Reason.TOPIC.label), 1)]

    page = signed_in(sandrine).get(reverse("meetings:roster", args=[held.pk])).content.decode()
    reasons = page.split('id="absences-title"')[1].split("</section>")[0]
    assert away.user.full_name not in reasons

    absences.say_why_absent(held, away, "topic", is_named=True)
    told = absences.summary_of(held)
    assert [a.attendance.membership for a in told.named] == [away]
    assert (told.counts, told.withheld) == ([], 2), "two without a name would say who"


def test_whoever_is_corrected_to_present_is_absent_no_more(held, away, sandrine):
    absences.say_why_absent(held, away, "moment", is_named=True)

    attendance.record(held, away, "present", by=sandrine, because=Because("mistake"))

    assert not absences.summary_of(held).said


def test_the_follow_up_asks_those_absent_and_only_them(held, away):
    came, quiet = make.a_member(held.community), make.a_member(held.community)
    make.an_attendance(held, came)
    follow_up.save(held, "Merci.", 0, "Vous nous avez manqué.")

    assert follow_up.send(held, follow_up.ABSENT) == 2
    assert set(Message.objects.values_list("recipient", flat=True)) == {away.user_id, quiet.user_id}
    to_nadia = Message.objects.get(recipient=away.user)
    assert "Vous nous avez manqué." in to_nadia.text
    assert "absence/?raison=moment" in to_nadia.text
    assert "absence/" in to_nadia.html, "one link, to the page where the reasons are chosen"
    assert "raison=" not in Message.objects.get(recipient=quiet.user).text, "silence is not an absence"

    assert follow_up.send(held, follow_up.EVERYONE) == 1
    to_came = Message.objects.get(recipient=came.user)
    assert "raison=" not in to_came.text
    assert "manqué" not in to_came.text


def test_a_test_goes_to_oneself_alone_and_counts_as_nothing_sent(held, away, sandrine, signed_in):
    draft, trial = (reverse(f"meetings:{name}", args=[held.pk]) for name in ("follow_up", "try_follow_up"))
    submit(signed_in(sandrine), draft, {"text": "Merci.", "whom": "absent"}, action=trial)

    (mail,) = Message.objects.all()
    assert mail.to == sandrine.email
    assert "[Essai]" in mail.subject
    assert "absence/?raison=moment" in mail.text
    assert FollowUp.of(held).sent_at is None
    assert not follow_up.deliveries(held)
    assert follow_up.send(held, follow_up.EVERYONE) == 1


# ------------------------------------------------------------ « souhaitez-vous rester membre ? »


def test_once_the_reason_is_given_one_is_asked_whether_to_stay(page, away, client):
    answer = submit(client, page, button="reason=moment")

    assert answer.url == f"{page}#stay"
    asked = client.get(page)
    assert all(f'name="stay" value="{value}"' in on_one_line(asked) for value in ("yes", "pause", "leave"))
    submit(client, asked, button="stay=yes")
    away.refresh_from_db()
    assert away.status == "active"
    assert not Message.objects.exists()


@pytest.mark.parametrize(("press", "becomes"), [("pause", "paused"), ("leave", "alumni")])
def test_a_pause_or_a_departure_is_confirmed_on_ones_own_page_by_a_link_that_is_mailed(
    press, becomes, page, away, client
):
    """The meeting's link, which others may hold, takes nobody away; of two communities one only is left."""
    other = make.a_member(make.a_community("Groupe des Trente"), away.user)
    submit(client, page, button=f"stay={press}")

    away.refresh_from_db()
    assert away.status == "active", "nothing is done before it is confirmed"
    (mail,) = Message.objects.all()
    assert mail.to == away.user.email
    own_page = re.search(r"http://[^/\s]+(/moi/[^\s#]+)#go", mail.text)[1]
    assert client.get(own_page).status_code == 200
    submit(client, own_page, button=f"what={press}")
    away.refresh_from_db()
    other.refresh_from_db()
    assert (away.status, other.status) == (becomes, "active")
    assert "undo" in client.get(own_page).content.decode()
    assert 'id="stay"' not in client.get(page).content.decode(), "it has been said"


def test_asked_twice_the_link_is_mailed_once(page, client, away):
    for press in ("pause", "leave"):
        submit(client, page, button=f"stay={press}")

    assert Message.objects.count() == 1


def test_whoever_is_signed_in_goes_straight_to_their_own_page(page, away, nadia, sandrine, signed_in):
    answer = submit(signed_in(nadia), page, button="stay=leave")

    assert answer.url == reverse("meetings:space_choices", args=["compte", away.pk]) + "#go"
    signed_in(sandrine)
    submit(signed_in(sandrine), page, button="stay=leave")
    assert Message.objects.get().recipient == nadia, "somebody else signed in on this device goes nowhere"


def test_without_an_address_one_is_told_whom_to_write_to(page, away, client):
    away.user.email = None
    away.user.save()

    shown = client.get(page).content.decode()

    assert 'name="stay"' not in shown
    assert "mailto:sandrine@exemple.quebec" in shown
