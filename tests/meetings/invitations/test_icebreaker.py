"""The question that warms a meeting up, and « Join » pressed on one's own page: neither says that anyone came."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from meetings.domain.invitations import icebreaker, invitations
from meetings.domain.links import links
from meetings.domain.scheduling import planning
from meetings.models import Attendance, JoinClick, Meeting, Reply, Topic, WarmUpAnswer
from meetings.tasks import send_due_reminders
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def asked(meeting):
    make.say_of(meeting, warm_up="Qu’est-ce qui vous a surpris ?")
    return Meeting.objects.select_related("community").get(pk=meeting.pk)


@pytest.fixture
def home(meeting, nadia):
    """Nadia's own page of the meeting."""
    return reverse("meetings:phone", args=[links.guest_token(meeting, nadia.memberships.get())])


def question_url(meeting):
    return reverse("meetings:icebreaker", args=[meeting.pk])


def test_the_invitation_asks_it_and_the_page_takes_the_answer(asked, nadia, home, client):
    invitations.invite(asked)

    submit(client, home, {"text": "  Le silence   des pères "})

    assert asked.invitation.warm_up in Message.objects.get().text
    assert WarmUpAnswer.objects.get().text == "Le silence des pères"
    assert "Le silence des pères" in client.get(home).content.decode()


def test_where_no_reply_is_asked_the_question_and_the_topics_still_are(asked, nadia, home, client):
    """« The link to all »: nothing to answer, and as much to say."""
    make.a_topic(asked.community, "Les pourboires")
    Meeting.objects.filter(pk=asked.pk).update(registration=Meeting.Registration.NONE)

    page = client.get(home).content.decode()

    assert asked.invitation.warm_up in page
    assert "Les pourboires" in page
    assert 'name="answer"' not in page
    assert "Inutile de répondre" in page


def test_where_one_registers_the_link_is_promised_to_a_yes_alone(asked, nadia, home, client):
    soon = timezone.now() + dt.timedelta(hours=5)
    Meeting.objects.filter(pk=asked.pk).update(
        registration=Meeting.Registration.REQUIRED,
        mode="online",
        link="https://zoom.example/j/7",
        starts_at=soon,
        ends_at=soon + dt.timedelta(hours=1),
    )

    before = client.get(home).content.decode()
    submit(client, home, button="answer=yes")

    assert "montré aux personnes qui disent oui" in before
    assert "zoom.example" not in before
    assert "zoom.example" in client.get(home).content.decode()


def test_an_answer_changes_at_will_and_is_taken_back(asked, home, client):
    for text in ("Un", "Deux", "Deux"):
        submit(client, home, {"text": text})
    assert [a.text for a in WarmUpAnswer.objects.all()] == ["Deux"]

    submit(client, home, {"text": ""})
    assert not WarmUpAnswer.objects.exists()


def test_a_meeting_without_a_question_takes_no_answer(asked, home, client):
    left_open = form_on(client.get(home), ["text"]).fill({"text": "Un"})
    make.say_of(asked, warm_up="")

    response = left_open.press(client, follow=True)

    assert not WarmUpAnswer.objects.exists()
    assert response.status_code == 200


def test_one_press_makes_a_topic_without_a_name(asked, nadia, sandrine, signed_in):
    answer = WarmUpAnswer.objects.create(meeting=asked, membership=nadia.memberships.get(), text="Le répit")
    client, make_topic = signed_in(sandrine), reverse("meetings:icebreaker_topic", args=[asked.pk, answer.pk])
    form = form_on(client.get(question_url(asked)), action=make_topic)
    for _ in range(2):
        form.press(client)

    answer.refresh_from_db()
    assert answer.topic == Topic.objects.get(title="Le répit")
    assert answer.topic.state == Topic.State.PROPOSED


def test_two_who_say_the_same_make_one_topic(asked, nadia):
    other = make.a_member(asked.community)
    for membership in (nadia.memberships.get(), other):
        answer = WarmUpAnswer.objects.create(meeting=asked, membership=membership, text="Le répit")
        icebreaker.make_topic(answer)

    assert Topic.objects.count() == 1


def test_two_people_writing_the_question_see_both(asked, sandrine, signed_in):
    client, url = signed_in(sandrine), question_url(asked)
    mine = form_on(client.get(url), ["warm_up"]).fill({"warm_up": "La mienne ?"})
    make.say_of(asked, warm_up="Autre question ?")

    response = mine.press(client)

    assert response.status_code == 409
    assert Meeting.objects.get(pk=asked.pk).invitation.warm_up == "Autre question ?"


# ------------------------------------------------------------ « Join »


@pytest.fixture
def tomorrow(meeting):
    """Ten hours before it: the link is shown."""
    with time_machine.travel(meeting.starts_at - dt.timedelta(hours=10), tick=False):
        yield meeting


def test_opening_the_page_or_its_addresses_is_no_press(tomorrow, home, client):
    client.get(home)
    client.head(home)

    assert client.get(f"{home}rejoindre/").status_code == 405
    assert not JoinClick.objects.exists()


def test_a_press_leads_to_the_call_and_is_noted_once(tomorrow, home, client):
    for _ in range(3):
        response = submit(client, home, action=f"{home}rejoindre/")

    assert response.status_code == 200
    assert f"url={tomorrow.link}".encode() in response.content
    assert JoinClick.objects.count() == 1
    assert not Attendance.objects.exists()
    assert not Reply.objects.exists()


def test_before_the_link_is_shown_there_is_nothing_to_press(meeting, home, client):
    client.post(f"{home}rejoindre/")

    assert not JoinClick.objects.exists()
    assert b"rejoindre/" not in client.get(home).content


def test_those_who_lead_see_it_as_a_hint(tomorrow, nadia, home, client, sandrine, signed_in):
    submit(client, home, action=f"{home}rejoindre/")

    response = signed_in(sandrine).get(reverse("meetings:replies", args=[tomorrow.pk]))

    assert [line.pressed_at is not None for line in response.context["lines"]] == [True]
    assert response.context["turnout"].yes == 0


# ------------------------------------------------------------ those who join late


@pytest.fixture
def invited(meeting, nadia):
    invitations.invite(meeting, "Au plaisir de vous lire")
    return Meeting.objects.get(pk=meeting.pk)


def test_who_joins_after_the_invitations_gets_theirs_at_once_with_the_same_words(invited):
    late = make.a_member(invited.community)

    for _ in range(3):
        send_due_reminders()

    mail = Message.objects.get(recipient=late.user)
    assert mail.calendar_method == "REQUEST"
    assert "Au plaisir de vous lire" in mail.text
    assert Message.objects.count() == 2


def test_nobody_is_written_to_before_somebody_invites(meeting, nadia):
    assert invitations.invite_late() == 0


@pytest.mark.parametrize("state", ["cancelled_at", "closed_at", "started_at"])
def test_nor_to_what_is_off_over_or_under_way(invited, state):
    make.a_member(invited.community)
    Meeting.objects.filter(pk=invited.pk).update(**{state: timezone.now()})

    assert invitations.invite_late() == 0


def test_nor_by_a_community_at_rest(invited):
    make.a_member(invited.community)
    invited.community.status = "dormant"
    invited.community.save()

    assert invitations.invite_late() == 0


def test_nor_to_those_told_of_the_new_date(invited, sandrine):
    planning.change(invited, version=invited.version, facilitators=[sandrine], link="https://zoom.example/j/9")

    assert invitations.invite_late() == 0


def test_nobody_late_asks_one_question(invited, django_assert_num_queries):
    with django_assert_num_queries(1):
        invitations.invite_late()
