"""How a topic changes state: one table of its transitions, and the only code that writes them and their history."""

import datetime as dt
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from meetings.models import Meeting, Topic, TopicEvent

State = Topic.State
EVERY = tuple(State)
NOT_DISCUSSED = tuple(state for state in State if state != State.DISCUSSED)
IS_DISCUSSED = _("This topic has been discussed: propose it again to come back to it.")
HAS_NO_DATE = _("Choose a date for this topic first: it is announced with it.")


class Transition(NamedTuple):
    starts: tuple[str, ...]
    becomes: str = ""  # empty: the state stays
    told: str = ""  # what the history calls it, where that is not the new state
    is_undo: bool = False  # takes a line out of the history instead of adding one


TABLE = {
    # decided on the board
    "choose": Transition(NOT_DISCUSSED, State.CHOSEN),
    "announce": Transition((State.CHOSEN,), State.ANNOUNCED),
    "reserve": Transition(NOT_DISCUSSED, State.RESERVE),
    "postpone": Transition(NOT_DISCUSSED, State.POSTPONED),
    "set_aside": Transition(NOT_DISCUSSED, State.DROPPED),
    "bring_back": Transition(NOT_DISCUSSED, State.PROPOSED),
    # during a meeting
    "bring": Transition(Topic.TO_COME),
    "put_back": Transition(Topic.PLANNED, State.POSTPONED),
    "leave": Transition(NOT_DISCUSSED, State.POSTPONED),
    "leave_for_next": Transition(NOT_DISCUSSED, State.CHOSEN, told=State.POSTPONED),
    "discuss": Transition(EVERY, State.DISCUSSED),
    "untick": Transition((State.DISCUSSED,), State.CHOSEN, is_undo=True),
    "untick_announced": Transition((State.DISCUSSED,), State.ANNOUNCED, is_undo=True),
    "untick_afterwards": Transition((State.DISCUSSED,), State.PROPOSED, is_undo=True),
}


def refuse(topic: Topic, verb: str) -> None:
    if topic.state not in TABLE[verb].starts:
        raise ValidationError(HAS_NO_DATE if verb == "announce" else IS_DISCUSSED)


@transaction.atomic
def change(topic: Topic, verb: str, meeting: Meeting | None = None, *, by: User | None, at=None) -> None:
    """Refuse what the table does not allow. The same press sent twice is one change."""
    is_allowed = change_all(Topic.objects.filter(pk=topic.pk), verb, meeting, by=by, at=at)
    topic.refresh_from_db()
    if not is_allowed:
        refuse(topic, verb)


def change_all(some: QuerySet[Topic], verb: str, meeting: Meeting | None, *, by: User | None = None, at=None) -> bool:
    """Change those that the table allows, leave the others, and say whether there was any."""
    step = TABLE[verb]
    held = some.filter(state__in=step.starts).select_for_update(of=("self",)).select_related("meeting")
    moved = [topic for topic in held if (topic.state, topic.meeting) != (step.becomes or topic.state, meeting)]
    left = [(t.meeting_id, t.title[:160], t.state) for t in moved if t.meeting not in (None, meeting)]
    if step.is_undo:
        TopicEvent.objects.filter(topic__in=moved, state=State.DISCUSSED, meeting=F("topic__meeting")).delete()
    else:
        TopicEvent.objects.bulk_create(_event(topic, step, meeting, by) for topic in moved)
    for topic in moved:
        _apply(topic, step, meeting, at)
    Topic.objects.bulk_update(moved, ["state", "meeting", "announced_at", "discussed_at", "version"])
    _give_back(left)
    return bool(held)


def _event(topic: Topic, step: Transition, meeting: Meeting | None, by: User | None) -> TopicEvent:
    came_from = topic.meeting if topic.meeting != meeting else None
    state = step.told or step.becomes or topic.state
    return TopicEvent(topic=topic, state=state, meeting=meeting, came_from=came_from, by=by)


def _apply(topic: Topic, step: Transition, meeting: Meeting | None, at: dt.datetime | None) -> None:
    """Undoing a tick makes no version: nobody who edits the topic meanwhile is told of it."""
    if step.becomes:
        kept = topic.announced_at if meeting and topic.meeting == meeting else None
        topic.announced_at = at if at and step.becomes == State.ANNOUNCED else kept
        topic.discussed_at = at if step.becomes == State.DISCUSSED else None
        topic.version += not step.is_undo
    topic.state, topic.meeting = step.becomes or topic.state, meeting


def _give_back(lent: list[tuple[int | None, str, str]]) -> None:
    """A meeting that had only borrowed its title from a topic, and was announced to nobody, gives it back."""
    former = Meeting.objects.filter(pk__in={pk for pk, _title, _state in lent})
    quiet = former.planned().filter(invited_at=None, started_at=None)
    quiet.filter(title__in=[title for _pk, title, _state in lent]).update(title="", version=F("version") + 1)
    if any(state == State.ANNOUNCED for _pk, _title, state in lent):
        quiet.exclude(topics__state=State.ANNOUNCED).update(topic_announced_at=None)
    former.update(revision=F("revision") + 1)
