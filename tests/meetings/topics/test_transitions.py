"""Every pair of states of a topic: what leads from one to the other, and what refuses; and nothing else writes them."""

import ast
import datetime as dt
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from meetings.domain.topics import topics, transitions
from meetings.models import Topic
from tests import factories as make

State = Topic.State

NOT_DISCUSSED = ("proposed", "postponed", "reserve", "chosen", "announced", "dropped")
# From each state, what the board allows; during a meeting and after it, a list of their own.
BOARD = {
    "choose": dict.fromkeys(NOT_DISCUSSED, "chosen"),
    "announce": {"chosen": "announced"},
    "reserve": dict.fromkeys(NOT_DISCUSSED, "reserve"),
    "postpone": dict.fromkeys(NOT_DISCUSSED, "postponed"),
    "set_aside": dict.fromkeys(NOT_DISCUSSED, "dropped"),
    "bring_back": dict.fromkeys(NOT_DISCUSSED, "proposed"),
}
MEETING = {
    "bring": {s: s for s in ("proposed", "postponed", "reserve", "chosen", "announced")},
    "put_back": {"chosen": "postponed", "announced": "postponed"},
    "leave": dict.fromkeys(NOT_DISCUSSED, "postponed"),
    "leave_for_next": dict.fromkeys(NOT_DISCUSSED, "chosen"),
    "discuss": dict.fromkeys(State.values, "discussed"),
    "untick": {"discussed": "chosen"},
    "untick_announced": {"discussed": "announced"},
    "untick_afterwards": {"discussed": "proposed"},
}
EXPECTED = BOARD | MEETING
UNDOES = {"untick", "untick_announced", "untick_afterwards"}
TO_A_MEETING = {"choose", "announce", "bring", "leave_for_next", "discuss", "untick", "untick_announced"}


def test_the_story_below_knows_each_verb():
    assert set(EXPECTED) == set(transitions.TABLE)


@pytest.mark.parametrize(("verb", "state"), list(product(EXPECTED, State.values)))
def test_each_state_allows_or_refuses_each_verb(verb, state, community, sandrine):
    """A topic beside it, in the same state, never moves."""
    former, meeting = make.a_meeting(community), make.a_meeting(community)
    topic, neighbour = (make.a_topic(community, state=state, meeting=former) for _ in range(2))
    wanted = EXPECTED[verb].get(state)
    target = meeting if verb in TO_A_MEETING else None

    if wanted is None:
        with pytest.raises(ValidationError):
            transitions.change(topic, verb, target, by=sandrine)
    else:
        transitions.change(topic, verb, target, by=sandrine, at=timezone.now())

    topic.refresh_from_db()
    neighbour.refresh_from_db()
    assert (neighbour.state, neighbour.meeting, neighbour.version) == (state, former, 0)
    assert (topic.state, topic.meeting) == ((wanted, target) if wanted else (state, former))
    said = topic.events.values_list("state", "meeting", "came_from", "by")
    told = "postponed" if verb == "leave_for_next" else wanted
    is_told = wanted and verb not in UNDOES
    assert list(said) == ([(told, target and target.pk, former.pk, sandrine.pk)] if is_told else [])
    assert bool(topic.discussed_at) == (wanted == "discussed")


@pytest.mark.parametrize("verb", EXPECTED)
def test_of_several_only_those_that_the_table_allows_change(verb, community, sandrine):
    meeting = make.a_meeting(community)
    some = [make.a_topic(community, state=state, meeting=meeting) for state in State]
    neighbour = make.a_topic(make.a_community(), state=State.CHOSEN)

    with transaction.atomic():
        transitions.change_all(community.topics.all(), verb, None, by=sandrine)

    expected = [EXPECTED[verb].get(topic.state, topic.state) for topic in some]
    for topic in [*some, neighbour]:
        topic.refresh_from_db()
    assert [topic.state for topic in some] == expected
    assert (neighbour.state, neighbour.events.count()) == (State.CHOSEN, 0)


def test_a_press_sent_twice_is_one_change(community, meeting, sandrine, karim):
    topic, when = make.a_topic(community), timezone.now()

    for by, at in ((sandrine, when), (karim, when + dt.timedelta(minutes=5))):
        transitions.change(topic, "discuss", meeting, by=by, at=at)

    assert (topic.discussed_at, topic.version) == (when, 1)
    assert [event.by for event in topic.events.all()] == [sandrine]


def test_a_page_that_is_behind_does_not_take_back_what_was_discussed(community, meeting, sandrine):
    """Its facilitator read it before someone ticked it."""
    read_before = make.a_topic(community)
    transitions.change(Topic.objects.get(pk=read_before.pk), "discuss", meeting, by=sandrine, at=timezone.now())

    with pytest.raises(ValidationError):
        transitions.change(read_before, "reserve", by=sandrine)

    assert Topic.objects.get(pk=read_before.pk).state == State.DISCUSSED


def test_an_announced_topic_stays_so_at_its_meeting_and_nowhere_else(community, sandrine):
    meeting, later = make.a_meeting(community), make.a_meeting(community)
    topic = make.a_topic(community)
    topics.choose(topic, meeting, by=sandrine)
    topics.announce(topic, by=sandrine)
    announced_at = topic.announced_at

    transitions.change(topic, "discuss", meeting, by=sandrine, at=timezone.now())
    assert topic.announced_at == announced_at
    transitions.change(topic, "discuss", later, by=sandrine, at=timezone.now())
    assert topic.announced_at is None


def test_an_undone_tick_takes_only_its_own_line_of_the_history(community, sandrine):
    first, second = make.a_meeting(community), make.a_meeting(community)
    topic, neighbour = make.a_topic(community), make.a_topic(community)
    for meeting in (first, second):
        transitions.change(topic, "discuss", meeting, by=sandrine, at=timezone.now())
    transitions.change(neighbour, "discuss", second, by=sandrine, at=timezone.now())

    transitions.change(topic, "untick", second, by=sandrine)

    assert [event.meeting for event in topic.events.all()] == [first]
    assert neighbour.events.count() == 1


def test_a_title_is_there_already_whatever_its_capitals_accents_and_spaces(community):
    here = make.a_topic(community, "Le deuil périnatal")
    make.a_topic(community, "Le deuil")

    assert topics.same_topic(" le  DEUIL perinatal ", community.topics.all()) == [here]
    assert topics.same_topic("Le deuil, périnatal", community.topics.all()) == []


# ------------------------------------------------------------ nothing else writes them

WRITTEN = {"state", "meeting", "announced_at", "discussed_at"}
CALLS = {"update", "bulk_update", "update_or_create", "save"}
HOUSE = Path(settings.BASE_DIR)
MAY_WRITE = {"meetings/domain/topics/transitions.py", "meetings/models/topics.py"}


def writes_topics(source: str) -> bool:
    """A module that speaks of topics and writes one of their fields, or a line of their history."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name.endswith(("TopicEvent", "TopicEvent.objects.bulk_create", "events.create")):
                return True
            named = {word.arg for word in node.keywords} & WRITTEN
            if name.rpartition(".")[2] in CALLS and named and "topic" in name.lower():
                return True
        targets = node.targets if isinstance(node, ast.Assign) else []
        written = (t for group in targets for t in ast.walk(group) if isinstance(t, ast.Attribute))
        for target in written:
            if (
                isinstance(target.ctx, ast.Store)
                and target.attr in WRITTEN
                and "topic" in ast.unparse(target.value).lower()
            ):
                return True
    return False


def test_only_the_table_writes_the_state_of_a_topic():
    """The demonstration, which invents a past, and migrations write their own."""
    code = [p for app in ("communities", "meetings", "evaluations") for p in (HOUSE / app).rglob("*.py")]
    kept = [p for p in code if not {"migrations", "demonstration"} & set(p.parts)]
    guilty = {str(p.relative_to(HOUSE)) for p in kept if writes_topics(p.read_text())}

    assert guilty <= MAY_WRITE
    assert "meetings/domain/topics/transitions.py" in guilty


@pytest.mark.parametrize(
    "attack",
    [
        "Topic.objects.filter(pk=1).update(state='chosen')",
        "meeting.topics.update(meeting=None)",
        "topic.discussed_at = now",
        "topic.state, x = 1, 2",
        "TopicEvent(topic=topic)",
        "topic.events.create(state='chosen')",
        "TopicEvent.objects.bulk_create([])",
    ],
)
def test_a_module_that_writes_them_is_found(attack):
    assert writes_topics(attack)
    assert not writes_topics(
        "Survey.objects.update(state='x'); note.topic = topic; topic.title = topic.meeting.community = 'x'"
    )
