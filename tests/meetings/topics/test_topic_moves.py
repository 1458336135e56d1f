"""Where a topic goes during a meeting: never out of sight of the members, never twice, and its history says by whom."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from meetings.domain.followup import completing
from meetings.domain.live import live_session, notes, topic_vote
from meetings.domain.topics import topics
from meetings.models import AgendaItem, Meeting, Note, Topic
from tests import factories as make
from tests.forms import submit
from tests.racing import at_once


@pytest.fixture
def live(meeting):
    return make.under_way_with_a_choice(meeting)


@pytest.fixture
def topic(live):
    return make.a_topic(live.community, "Les pourboires", meeting=live, state=Topic.State.CHOSEN)


def in_days(n):
    return timezone.now() + dt.timedelta(days=n)


def press(client, live, topic, do):
    """The button of the console that carries the topic and this word."""
    address = reverse("meetings:tick_topic", args=[live.pk, topic.pk])
    return submit(client, reverse("meetings:live", args=[live.pk]), action=address, button=f"do={do}", follow=True)


# ------------------------------------------------------------ « À la prochaine rencontre »


def test_a_topic_is_never_left_for_a_meeting_that_members_cannot_see(live, topic, sandrine, nadia, signed_in):
    held = make.a_meeting(live.community, in_days(1), title="Préparer", prepares=make.a_meeting(make.a_community()))
    make.a_meeting(live.community, in_days(2), cancelled_at=timezone.now())
    make.a_meeting(make.a_community(programme=live.community.programme), in_days(3))  # a neighbour's
    for_all = make.a_meeting(live.community, in_days(30))

    press(signed_in(sandrine), live, topic, "postpone")

    topic.refresh_from_db()
    assert topic.meeting == for_all
    assert not Meeting.objects.visible_to(nadia).filter(pk=held.pk).exists()


def test_with_only_a_preparatory_meeting_ahead_it_waits_in_the_list(live, topic, sandrine, signed_in):
    make.a_meeting(live.community, in_days(1), prepares=live)

    press(signed_in(sandrine), live, topic, "postpone")

    topic.refresh_from_db()
    assert (topic.meeting, topic.state) == (None, Topic.State.POSTPONED)


def test_a_date_that_is_behind_and_was_never_started_is_not_the_next_one(live, topic, sandrine):
    """The meeting was left open for a week; another date has passed since, without anyone."""
    Meeting.objects.filter(pk=live.pk).update(starts_at=in_days(-7), ends_at=in_days(-6))
    make.a_meeting(live.community, in_days(-2))
    ahead = make.a_meeting(live.community, in_days(5))

    live_session.postpone(Meeting.objects.get(pk=live.pk), topic, by=sandrine)

    topic.refresh_from_db()
    assert topic.meeting == ahead


def test_the_list_of_dates_offers_no_preparatory_meeting(live, sandrine, nadia, signed_in):
    hidden = make.a_meeting(live.community, in_days(1), title="Préparer ensemble", prepares=live)
    waiting = make.a_topic(live.community, "Les horaires")
    address = reverse("meetings:topics", args=[live.community_id])

    assert "Préparer ensemble" not in signed_in(nadia).get(address).content.decode()
    assert "Préparer ensemble" not in signed_in(sandrine).get(address).content.decode()
    with pytest.raises(ValidationError):
        topics.choose(waiting, hidden, by=sandrine)


# ------------------------------------------------------------ a suggestion that stands already


@pytest.mark.parametrize("state", [Topic.State.CHOSEN, Topic.State.ANNOUNCED])
@pytest.mark.parametrize("kind", [AgendaItem.Kind.WELCOME, AgendaItem.Kind.TOPICS])
def test_a_suggestion_that_stands_already_makes_no_second_topic(state, kind, live, karim):
    live_session.advance(live, live.agenda.get(kind=kind))
    live = Meeting.objects.get(pk=live.pk)
    later = make.a_meeting(live.community)
    stands = make.a_topic(live.community, "Santé mentale", meeting=later, state=state)
    make.a_topic(make.a_community(), "Santé mentale")  # a neighbour's is not it

    note = notes.add(live, key=uuid.uuid4(), kind=Note.Kind.TOPIC, text="santé  MENTALE", by=karim)

    stands.refresh_from_db()
    assert note.topic == stands
    assert (stands.state, stands.meeting) == (state, later)
    assert live.community.topics.count() == 1


def test_a_line_taken_away_leaves_the_topic_that_stood_before_it(live, karim, nadia):
    founding = make.a_topic(live.community, "Le bénévolat")
    wanted = make.a_topic(live.community, "Les pourboires", source=Topic.Source.MEETING)
    topics.support(wanted, nadia.memberships.get())

    for title in ("Le bénévolat", "Les pourboires"):
        notes.remove(notes.add(live, key=uuid.uuid4(), kind=Note.Kind.TOPIC, text=title, by=karim))

    assert set(live.community.topics.all()) == {founding, wanted}


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_who_note_the_same_words_at_once_make_one_topic(community, meeting, sandrine, karim):
    live = make.under_way_with_a_choice(meeting)

    def write(by):
        return lambda: notes.add(live, key=uuid.uuid4(), kind=Note.Kind.TOPIC, text="Les horaires", by=by)

    for _round in range(4):
        at_once(write(sandrine), write(karim), lambda: choosing_in(live))
        assert community.topics.count() == 1
        Note.objects.all().delete()
        Topic.objects.all().delete()


def choosing_in(live):
    """A phone proposes the same words meanwhile."""
    Meeting.objects.filter(pk=live.pk).update(revision=1)
    topics.propose(live.community, "les horaires", source=Topic.Source.MEETING)


# ------------------------------------------------------------ the history of moves


def history(topic):
    return [(e.state, e.came_from, e.meeting, e.by) for e in topic.events.select_related("meeting", "came_from", "by")]


def test_each_move_keeps_who_made_it_and_from_where(live, topic, sandrine, karim, signed_in):
    later = make.a_meeting(live.community, in_days(30))

    press(signed_in(karim), live, topic, "postpone")
    board = reverse("meetings:topics", args=[live.community_id])
    decide = reverse("meetings:decide_topic", args=[topic.pk])
    submit(signed_in(sandrine), board, action=decide, button="decision=bring_back")

    assert history(topic) == [
        (Topic.State.POSTPONED, live, later, karim),
        (Topic.State.PROPOSED, later, None, sandrine),
    ]


def test_the_page_of_a_topic_tells_its_moves(live, topic, sandrine, nadia, signed_in):
    later = make.a_meeting(live.community, in_days(30))
    live_session.postpone(live, topic, by=sandrine)
    address = reverse("meetings:topic", args=[topic.pk])

    told = signed_in(sandrine).get(address).content.decode()
    for_members = signed_in(nadia).get(address).content.decode()

    assert "de la rencontre du" in told
    assert "à la rencontre du" in told
    assert later.get_absolute_url() in told
    assert "Sandrine" in told.split('class="moments"')[1].split("</ol>")[0]
    assert "Sandrine" not in for_members.split('class="moments"')[1].split("</ol>")[0]


def test_what_the_group_chooses_from_and_what_returns_is_kept_too(live, sandrine, karim):
    live_session.advance(live, live.agenda.get(kind="topics"))
    kept = make.a_topic(live.community, "En réserve", state=Topic.State.RESERVE)
    other = make.a_topic(live.community, "Pas atteint", state=Topic.State.CHOSEN, meeting=live)

    topic_vote.offer_reserve(live, by=sandrine)
    topic_vote.put_back(live, by=karim)

    assert history(kept) == [
        (Topic.State.RESERVE, None, live, sandrine),
        (Topic.State.RESERVE, live, None, karim),
    ]
    assert history(other) == [(Topic.State.POSTPONED, live, None, karim)]
    for topic in (kept, other):
        topic.refresh_from_db()
    assert (kept.state, kept.meeting, other.state) == (Topic.State.RESERVE, None, Topic.State.POSTPONED)


def test_who_proposed_on_a_phone_is_kept_nowhere(live):
    live_session.advance(live, live.agenda.get(kind="topics"))

    proposed = topic_vote.propose_live(live, "Les horaires")

    assert Topic.objects.get(pk=proposed.pk).meeting == live
    assert history(proposed) == [(Topic.State.PROPOSED, None, live, None)]


def test_ticked_at_a_meeting_that_takes_it_from_another_says_from_which(live, sandrine):
    later = make.a_meeting(live.community, title="")
    topic = make.a_topic(live.community, "Les pourboires")
    topics.choose(topic, later, by=sandrine)

    live_session.mark_discussed(live, topic, by=sandrine)

    later.refresh_from_db()
    assert history(topic)[-1] == (Topic.State.DISCUSSED, later, live, sandrine)
    assert later.title == ""  # it had only borrowed it


def test_a_record_completed_afterwards_says_who_ticked(live, topic, sandrine, karim):
    live_session.close(live, by=sandrine)
    live.refresh_from_db()

    completing.complete(live, ticked=[topic], unticked=[], title="", synthesis="", version=0, by=karim)

    assert history(topic) == [(Topic.State.DISCUSSED, None, live, karim)]


def test_moves_cost_the_same_for_two_topics_and_for_twenty(live, sandrine, django_assert_max_num_queries):
    for n in (2, 20):
        for _ in range(n):
            make.a_topic(live.community, state=Topic.State.RESERVE)
        with django_assert_max_num_queries(8):
            topic_vote.offer_reserve(live, by=sandrine)
        with django_assert_max_num_queries(12):
            topic_vote.put_back(live, by=sandrine)
