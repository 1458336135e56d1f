"""A mail that a person sends waits ten seconds: one press takes it back, and nothing has left."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from meetings.domain.followup import follow_up
from meetings.domain.invitations import invitations
from meetings.models import FollowUp, Invitation, Meeting
from outbox.domain import delivery, mail_types, taking_back
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on


@pytest.fixture(autouse=True)
def ten_seconds(monkeypatch):
    monkeypatch.setattr(mail_types, "WAIT", dt.timedelta(seconds=10))


@pytest.fixture
def neighbour(sandrine):
    """Another meeting, of another community, whose invitations leave too."""
    other = make.a_community("Voisine")
    make.a_role(sandrine, community=other)
    make.a_member(other)
    planned = make.a_meeting(other, title="Ailleurs")
    invitations.begin(planned)
    return planned


def ten_seconds_later():
    Message.objects.waiting().update(send_after=timezone.now())


def test_nothing_leaves_before_ten_seconds(meeting, nadia, mailoutbox):
    invitations.begin(meeting)
    delivery.deliver_due()
    assert mailoutbox == []

    ten_seconds_later()
    delivery.deliver_due()

    assert [mail.to for mail in mailoutbox] == [["nadia@exemple.quebec"]]


def test_a_sign_in_code_does_not_wait(nadia, client, mailoutbox):
    form_on(client.get(reverse("account_login")), ["login"]).fill({"login": nadia.email}).press(client)

    delivery.deliver_due()

    assert [mail.to for mail in mailoutbox] == [[nadia.email]]


def test_a_press_takes_the_invitations_back_and_those_of_the_neighbour_leave(
    meeting, neighbour, nadia, sandrine, signed_in, mailoutbox
):
    client, page = signed_in(sandrine), reverse("meetings:invite", args=[meeting.pk])
    form_on(client.get(page), ["words"]).fill({"words": "Venez nombreux"}).press(client, "step=send")
    replies = client.get(reverse("meetings:replies", args=[meeting.pk]))

    back = form_on(replies, button="step").press(client, "step=take-back")

    assert back.status_code == 302
    meeting.refresh_from_db()
    assert (meeting.invited_at, meeting.topic_announced_at) == (None, None)
    assert Invitation.of(meeting).words == "Venez nombreux", "kept, to be sent again"
    ten_seconds_later()
    delivery.deliver_due()
    assert len(mailoutbox) == 1
    assert Message.objects.about(neighbour).get().sent_at
    assert not Message.objects.about(meeting).exists()

    assert invitations.begin(meeting) == 1, "and may be sent again"


def test_once_one_has_left_none_is_taken_back(meeting, nadia, community, sandrine, signed_in):
    make.a_member(community)
    invitations.begin(meeting)
    Message.objects.about(meeting).filter(recipient=nadia).update(attempts=1, sent_at=timezone.now())
    client = signed_in(sandrine)

    assert "take-back" not in client.get(reverse("meetings:replies", args=[meeting.pk])).text
    with pytest.raises(ValidationError, match="trop tard|Trop tard"):
        invitations.take_back_invitations(meeting)

    meeting.refresh_from_db()
    assert meeting.invited_at
    assert Message.objects.about(meeting).count() == 2


def test_what_the_worker_still_had_to_write_is_not_written_once_taken_back(meeting, nadia):
    invitations.begin(meeting)
    invitations.take_back_invitations(meeting)

    invitations.go_on(meeting.pk)
    assert invitations.invite(Meeting.objects.get(pk=meeting.pk), is_begun=True) == 0

    assert not Message.objects.about(meeting).exists()
    assert invitations.invite(Meeting.objects.get(pk=meeting.pk)) == 1, "control: a press writes them"


def test_a_worker_that_has_taken_them_is_not_overtaken(meeting, nadia):
    """Claimed and not sent yet: the relay may have it already."""
    invitations.begin(meeting)
    ten_seconds_later()
    assert len(Message.objects.claim(5)) == 1

    assert taking_back.leaving(invitations.mails_of_invitation(meeting)) is None


def test_the_follow_up_is_taken_back_with_its_words(community, sandrine, nadia, signed_in):
    start = timezone.now() - dt.timedelta(days=1)
    held = make.a_meeting(community, start, started_at=start, closed_at=timezone.now())
    make.an_attendance(held, nadia.memberships.get())
    make.say_of(held, follow_up="Merci à toutes et à tous")
    client, page = signed_in(sandrine), reverse("meetings:follow_up", args=[held.pk])
    follow_up.send(held, follow_up.EVERYONE)
    assert FollowUp.objects.get(meeting=held).sent_at

    form_on(client.get(page), button="step").press(client, "step=take-back")

    kept = FollowUp.objects.get(meeting=held)
    assert (kept.sent_at, kept.text) == (None, "Merci à toutes et à tous")
    assert not Message.objects.about(held).exists()
    assert follow_up.send(held, follow_up.EVERYONE) == 1


def test_who_may_not_invite_is_not_offered_to_take_back(meeting, nadia, karim, signed_in):
    invitations.begin(meeting)

    assert "take-back" not in signed_in(karim).get(reverse("meetings:replies", args=[meeting.pk])).text


@pytest.mark.browser
def test_the_offer_goes_by_itself_when_the_mails_begin_to_leave(open_as, meeting, nadia, sandrine, monkeypatch):
    monkeypatch.setattr(mail_types, "WAIT", dt.timedelta(seconds=3))
    page = open_as(sandrine)
    page.goto(reverse("meetings:invite", args=[meeting.pk]))
    page.get_by_role("button", name="Envoyer à 1 personne").click()
    expect(page.locator(".toast")).to_contain_text("1 courriel part dans quelques secondes")

    expect(page.locator(".toast")).to_have_count(0)

    meeting.refresh_from_db()
    assert meeting.invited_at


@pytest.mark.browser
def test_the_invitations_are_taken_back_from_the_page_that_says_they_leave(open_as, meeting, nadia, sandrine):
    page = open_as(sandrine)
    page.goto(reverse("meetings:invite", args=[meeting.pk]))
    page.get_by_role("button", name="Envoyer à 1 personne").click()

    page.get_by_role("button", name="Annuler l’envoi").click()

    page.wait_for_url(f"**{reverse('meetings:invite', args=[meeting.pk])}")
    expect(page.get_by_text("personne n’est encore invité")).to_be_visible()
    expect(page.get_by_role("button", name="Envoyer à 1 personne")).to_be_visible()
    assert not Message.objects.about(meeting).exists()
