"""One answer per person and meeting, whatever is pressed, and the wish that joins the backlog once."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.utils import timezone

from meetings.domain.invitations import replies
from meetings.domain.topics import topics
from meetings.models import Meeting, Reply, Topic
from tests import factories as make


@pytest.fixture
def membership(nadia):
    return nadia.memberships.get()


def test_an_answer_is_changed_in_place(meeting, membership):
    replies.answer(meeting, membership, "yes")
    replies.answer(meeting, membership, "no")

    assert meeting.replies.get().answer == "no"


def test_the_mode_is_kept_for_a_hybrid_meeting_only(meeting, membership):
    replies.answer(meeting, membership, "yes", mode="online")
    assert meeting.replies.get().mode == ""

    Meeting.objects.filter(pk=meeting.pk).update(mode="hybrid")
    meeting.refresh_from_db()
    replies.answer(meeting, membership, "yes", mode="online")
    assert meeting.replies.get().mode == "online"

    replies.answer(meeting, membership, "no", mode="online")
    assert meeting.replies.get().mode == ""


def test_a_wish_joins_the_backlog_once(meeting, membership):
    replies.answer(meeting, membership, "yes", wish="Le deuil  périnatal")
    replies.answer(meeting, membership, "yes", wish="Le deuil périnatal")

    topic = Topic.objects.get()
    assert (topic.title, topic.source, topic.state) == ("Le deuil périnatal", "survey", "proposed")


def test_an_answer_without_a_wish_leaves_the_wish(meeting, membership):
    replies.answer(meeting, membership, "yes", wish="Les pourboires")
    replies.answer(meeting, membership, "maybe")

    assert meeting.replies.get().wish == "Les pourboires"


def test_a_wish_changed_takes_its_topic_along(meeting, membership):
    replies.answer(meeting, membership, "yes", wish="Les pourboire")
    replies.answer(meeting, membership, "yes", wish="Les pourboires")
    assert [t.title for t in Topic.objects.all()] == ["Les pourboires"]

    replies.answer(meeting, membership, "yes", wish="")
    assert not Topic.objects.exists()


def test_a_wish_changed_leaves_what_others_wrote(meeting, membership, community):
    founding = make.a_topic(community, "Les pourboires")
    replies.answer(meeting, membership, "yes", wish="les pourboires")

    replies.answer(meeting, membership, "yes", wish="Autre chose")

    assert set(Topic.objects.values_list("title", flat=True)) == {founding.title, "Autre chose"}


@pytest.mark.parametrize("is_theirs", [False, True])
def test_a_wish_changed_leaves_a_topic_that_calls_somebody_else(is_theirs, meeting, membership, community):
    replies.answer(meeting, membership, "yes", wish="Les pourboires")
    topics.support(Topic.objects.get(), make.a_member(community) if is_theirs else membership)

    replies.answer(meeting, membership, "yes", wish="Autre chose")

    assert Topic.objects.filter(title="Les pourboires").exists() is is_theirs
    assert Topic.objects.filter(title="Autre chose").exists()


def test_a_wish_changed_leaves_a_topic_already_chosen(meeting, membership):
    replies.answer(meeting, membership, "yes", wish="Les pourboires")
    Topic.objects.update(state=Topic.State.CHOSEN, meeting=meeting)

    replies.answer(meeting, membership, "yes", wish="Autre chose")

    assert Topic.objects.count() == 2


def test_too_late_is_said(community, membership):
    past = make.a_meeting(community, timezone.now() - dt.timedelta(hours=3))
    cancelled = make.a_meeting(community, cancelled_at=timezone.now())

    for meeting in (past, cancelled):
        with pytest.raises(ValidationError):
            replies.answer(meeting, membership, "yes")
    assert not Reply.objects.exists()


def test_a_reply_is_not_a_presence(meeting, membership):
    replies.answer(meeting, membership, "yes")

    assert not meeting.attendances.exists()


# ------------------------------------------------------------ two presses at the same instant


@pytest.fixture
def many_writers(transactional_db):
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time there")


def at_once(*presses):
    """Run them together, each with a connection of its own; the errors they met."""
    start, errors = threading.Barrier(len(presses)), []

    def run(press):
        try:
            start.wait(5)
            press()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[press]) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return errors


def test_two_presses_at_once_are_one_reply_and_one_topic(many_writers, meeting, membership):
    for n in range(5):
        wish = f"Souhait {n}"

        errors = at_once(*[lambda w=wish: replies.answer(meeting, membership, "yes", wish=w)] * 4)

        assert errors == []
        assert meeting.replies.count() == 1
        assert Topic.objects.filter(title=wish).count() == 1


def test_the_race_is_real(many_writers, meeting, membership):
    """The same presses without the care: looking, then writing. The constraint refuses one of them."""
    looked = threading.Barrier(2)

    def carelessly():
        exists = Reply.objects.filter(meeting=meeting, membership=membership).exists()
        looked.wait(5)
        if not exists:
            Reply.objects.create(meeting=meeting, membership=membership, answer="yes")

    errors = at_once(carelessly, carelessly)

    assert [type(e) for e in errors] == [IntegrityError]
