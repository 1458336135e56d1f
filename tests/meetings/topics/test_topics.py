"""The backlog of topics: proposed by anyone of the community, decided by those who prepare meetings."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings.domain.topics import topics, transitions
from meetings.models import Topic
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def topic(community):
    return make.a_topic(community, "Les pourboires", source="news")


def test_the_same_words_are_one_topic(community):
    first, is_new = topics.propose(community, "Le deuil périnatal", source="survey")
    again, is_new_again = topics.propose(community, "  le deuil perinatal ", source="meeting")

    assert (first, is_new, is_new_again) == (again, True, False)


def test_what_was_discussed_may_be_proposed_again(community):
    make.a_topic(community, "Les pourboires", state=Topic.State.DISCUSSED)

    _topic, is_new = topics.propose(community, "Les pourboires", source="survey")

    assert is_new


def test_a_chosen_topic_gives_its_title_to_a_meeting_without_one(community, topic):
    meeting = make.a_meeting(community)

    topics.choose(topic, meeting)

    meeting.refresh_from_db()
    topic.refresh_from_db()
    assert (meeting.title, meeting.version, topic.state, topic.meeting) == ("Les pourboires", 1, "chosen", meeting)


def test_a_title_already_there_stays(meeting, topic):
    topics.choose(topic, meeting)

    meeting.refresh_from_db()
    assert meeting.title == "Rejoindre les pères isolés"


def test_a_topic_brought_back_takes_the_title_it_had_lent(community, topic):
    meeting = make.a_meeting(community)
    topics.choose(topic, meeting)

    transitions.change(topic, "bring_back", by=None)

    meeting.refresh_from_db()
    assert (meeting.title, topic.state, topic.meeting) == ("", "proposed", None)


def test_an_announced_title_is_not_taken_back(community, topic):
    meeting = make.a_meeting(community)
    topics.choose(topic, meeting)
    type(meeting).objects.update(invited_at=timezone.now())

    transitions.change(topic, "reserve", by=None)

    meeting.refresh_from_db()
    assert (meeting.title, topic.state) == ("Les pourboires", "reserve")


def test_only_a_coming_meeting_of_the_community_can_be_chosen(community, topic):
    past = make.a_meeting(community, timezone.now() - dt.timedelta(days=3))
    elsewhere = make.a_meeting(make.a_community())

    for meeting in (past, elsewhere):
        with pytest.raises(ValidationError):
            topics.choose(topic, meeting)


# ------------------------------------------------------------ pages


def test_a_member_proposes_and_decides_nothing(signed_in, nadia, community):
    client = signed_in(nadia)
    submit(client, reverse("meetings:propose_topic", args=[community.pk]), {"title": "Les horaires atypiques"})

    topic = Topic.objects.get()
    page = client.get(reverse("meetings:topics", args=[community.pk]))
    refused = client.post(reverse("meetings:decide_topic", args=[topic.pk]), {"decision": "reserve"})

    assert (topic.title, topic.source) == ("Les horaires atypiques", "survey")
    assert b"Les horaires atypiques" in page.content
    assert b'name="decision"' not in page.content
    assert refused.status_code == 403


def test_a_facilitator_says_where_it_comes_from_and_by_when(signed_in, sandrine, community):
    fields = {"title": "Le budget provincial", "source": "news", "before": "2026-03-24"}
    submit(signed_in(sandrine), reverse("meetings:propose_topic", args=[community.pk]), fields)

    assert Topic.objects.get().before == dt.date(2026, 3, 24)


def test_nothing_is_written_without_words(signed_in, nadia, community):
    response = submit(signed_in(nadia), reverse("meetings:propose_topic", args=[community.pk]), {"title": "   "})

    assert response.status_code == 422
    assert not Topic.objects.exists()


def test_choosing_from_the_list(signed_in, sandrine, meeting, topic):
    board = reverse("meetings:topics", args=[topic.community_id])
    submit(signed_in(sandrine), board, button=f"decision=choose:{meeting.pk}")

    topic.refresh_from_db()
    assert topic.meeting == meeting


@pytest.mark.parametrize("sent", [{"decision": "choose"}, {"decision": "explode"}, {}])
def test_a_decision_that_is_none_changes_nothing(signed_in, sandrine, topic, sent):
    response = signed_in(sandrine).post(reverse("meetings:decide_topic", args=[topic.pk]), sent)

    topic.refresh_from_db()
    assert response.status_code == 302
    assert (topic.state, topic.version) == ("proposed", 0)


def test_two_people_editing_one_topic_lose_nothing(signed_in, sandrine, topic):
    client, address = signed_in(sandrine), reverse("meetings:edit_topic", args=[topic.pk])
    mine = form_on(client.get(address), ["title"]).fill({"title": "Les pourboires au café"})
    submit(client, address, {"title": "Les pourboires, partout"})

    late = mine.press(client)

    assert late.status_code == 409
    assert b"partout" in late.content
    assert "Les pourboires au café".encode() in late.content
    topic.refresh_from_db()
    assert topic.title == "Les pourboires, partout"

    submit(client, late)
    topic.refresh_from_db()
    assert topic.title == "Les pourboires au café"


def test_the_list_asks_as_much_for_thirty_topics_as_for_ten(signed_in, sandrine, community, meeting):
    client, address, counts = signed_in(sandrine), reverse("meetings:topics", args=[community.pk]), []
    for more in (10, 20):
        for n in range(more):
            state = list(Topic.State)[n % 5]
            make.a_topic(community, state=state, meeting=meeting if state == "chosen" else None)
            make.a_meeting(community)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 16
