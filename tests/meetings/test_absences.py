"""Why one was not there: a link that opens a page, one press, counts for the team, a name only by one's will."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from meetings import absences, attendance, follow_up, links
from meetings.corrections import Because
from meetings.models import Absence, Meeting
from outbox.models import Message
from tests import factories as make
from tests.forms import submit


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
    return reverse("meetings:say_why", args=[links.token_for(held, away)])


def others_say(meeting, *reasons, **fields):
    for reason in reasons:
        member = make.a_member(meeting.community)
        make.an_attendance(meeting, member, "absent")
        absences.say(meeting, member, reason, **fields)


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
    own = reverse("meetings:say_why", args=[links.token_for(held, came)])

    assert client.get(own).status_code == 302
    assert client.post(own, {"reason": "moment"}).status_code == 302
    assert not Absence.objects.exists()
    with pytest.raises(ValidationError):
        absences.say(held, came, "moment")


def test_before_the_closing_nobody_is_asked(held, away, page, client):
    Meeting.objects.filter(pk=held.pk).update(closed_at=None)

    assert client.get(page).status_code == 302


def test_the_page_of_the_meeting_asks_and_then_says_what_was_said(held, away, client):
    home = reverse("meetings:phone", args=[links.token_for(held, away)])
    assert 'name="reason" value="moment"' in client.get(home).content.decode()

    absences.say(held, away, "moment")

    after = client.get(home).content.decode()
    assert 'name="reason"' not in after
    assert str(Absence.Reason.MOMENT.label) in after


def test_counts_are_told_from_three_and_names_never_but_by_their_own_will(held, away, sandrine, signed_in):
    others_say(held, "moment", "moment")
    absences.say(held, away, "topic")
    told = absences.told_of(held)
    assert told.counts == [(str(Absence.Reason.MOMENT.label), 2), (str(Absence.Reason.TOPIC.label), 1)]

    page = signed_in(sandrine).get(reverse("meetings:roster", args=[held.pk])).content.decode()
    reasons = page.split('id="absences-title"')[1].split("</section>")[0]
    assert away.user.full_name not in reasons

    absences.say(held, away, "topic", is_named=True)
    told = absences.told_of(held)
    assert [a.attendance.membership for a in told.named] == [away]
    assert (told.counts, told.withheld) == ([], 2), "two without a name would say who"


def test_whoever_is_corrected_to_present_is_absent_no_more(held, away, sandrine):
    absences.say(held, away, "moment", is_named=True)

    attendance.record(held, away, "present", by=sandrine, because=Because("mistake"))

    assert not absences.told_of(held).said


def test_the_follow_up_asks_those_absent_and_only_them(held, away):
    came, quiet = make.a_member(held.community), make.a_member(held.community)
    make.an_attendance(held, came)
    follow_up.save(held, "Merci.", 0, "Vous nous avez manqué.")

    assert follow_up.send(held, follow_up.ABSENT) == 2
    assert set(Message.objects.values_list("recipient", flat=True)) == {away.user_id, quiet.user_id}
    to_nadia = Message.objects.get(recipient=away.user)
    assert "Vous nous avez manqué." in to_nadia.text
    assert "absence/?raison=moment" in to_nadia.text
    assert "absence/?raison=moment" in to_nadia.html
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
    assert Meeting.objects.get(pk=held.pk).followed_up_at is None
    assert not follow_up.deliveries(held)
    assert follow_up.send(held, follow_up.EVERYONE) == 1
