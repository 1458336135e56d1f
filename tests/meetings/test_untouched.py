"""Who opens a page and saves it as it stands takes nothing from who is writing on the same one."""

import pytest
from django.test import Client
from django.urls import reverse

from communities.models import Role
from meetings.domain.agenda import agendas
from meetings.domain.live import live_session
from meetings.models import Logistics, MailWording
from tests import factories as make
from tests.forms import submit

WORDS = "Une ligne,\net une autre"


@pytest.fixture
def two(community, sandrine):
    """The browsers of Sandrine and of another facilitator."""
    other = make.a_person("Odile", "Roy")
    make.a_role(other, Role.FACILITATOR, community=community)
    clients = Client(), Client()
    for client, person in zip(clients, (sandrine, other), strict=True):
        client.force_login(person)
    return clients


@pytest.fixture
def live(meeting):
    agendas.default_agenda(meeting)
    live_session.start(meeting)
    make.say_of(meeting, synthesis=WORDS, follow_up=WORDS)
    return meeting


def test_a_topic(two, community):
    topic = make.a_topic(community, "Les pères")
    neighbour = make.a_topic(community, "Les mères")
    address = reverse("meetings:edit_topic", args=[topic.pk])
    hers = two[0].get(address)

    submit(two[1], address)
    answer = submit(two[0], hers, {"title": "Les pères isolés"})

    topic.refresh_from_db()
    neighbour.refresh_from_db()
    assert answer.status_code == 302
    assert (topic.title, topic.version) == ("Les pères isolés", 1)
    assert (neighbour.title, neighbour.version) == ("Les mères", 0)


def test_a_line_of_notes(two, live):
    note = make.a_note(live, "Une ligne")
    address = reverse("meetings:note", args=[note.pk])
    hers = two[0].get(address)

    submit(two[1], address, action=address)
    submit(two[0], hers, {"text": "Autre chose"}, action=address)

    note.refresh_from_db()
    assert (note.text, note.version) == ("Autre chose", 1)


def test_the_synthesis(two, live):
    address = reverse("meetings:live", args=[live.pk])
    hers, action = two[0].get(address), reverse("meetings:synthesis", args=[live.pk])

    submit(two[1], address, action=action)
    submit(two[0], hers, {"text": "Ce que le groupe retient"}, action=action)

    live.refresh_from_db()
    assert (live.minutes.synthesis, live.minutes.version) == ("Ce que le groupe retient", 1)


def test_the_follow_up(two, live):
    address = reverse("meetings:follow_up", args=[live.pk])
    hers = two[0].get(address)

    submit(two[1], address, {"text": WORDS})
    answer = submit(two[0], hers, {"text": "Merci à toutes et à tous"})

    live.refresh_from_db()
    assert answer.status_code == 302
    assert (live.follow_up.text, live.follow_up.version) == ("Merci à toutes et à tous", 1)


def test_logistics_and_wordings_saved_blank_keep_nothing(two, meeting):
    submit(two[0], reverse("meetings:logistics", args=[meeting.pk]))
    wording = reverse("meetings:mail_wording", args=[meeting.community_id, "invitation"])
    submit(two[0], wording, button="step=save")

    assert not Logistics.objects.exists()
    assert not MailWording.objects.exists()


def test_a_meeting_that_has_not_begun_is_not_offered_its_closing(two, meeting, live):
    other = make.a_meeting(meeting.community)

    assert "close-now" in two[0].get(reverse("meetings:close", args=[live.pk])).content.decode()
    assert "close-now" not in two[0].get(reverse("meetings:close", args=[other.pk])).content.decode()


def test_a_model_without_a_block_leaves_the_agenda_as_it_is(two, meeting):
    agendas.default_agenda(meeting)
    empty = make.an_agenda_model(meeting.community, "Vide", blocks=[])
    before = list(meeting.agenda.values_list())

    answer = submit(
        two[0],
        reverse("meetings:agenda", args=[meeting.pk]),
        button=f"model={empty.pk}",
        follow=True,
    )

    assert "aucun bloc" in answer.content.decode()
    assert list(meeting.agenda.values_list()) == before
