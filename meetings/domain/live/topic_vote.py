"""Topics chosen together in ten minutes: proposed in a line, three dots each, the first one for eight minutes, then
« continue or pass »; what is left returns to the backlog (the Groupe des Trente's way, guide, p. 15).

One dot at most on a topic: a press gives it, another takes it back. Nobody reads who proposed or gave what.
"""

import datetime as dt
import time
from collections.abc import Mapping
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User, normalised
from communities.models import Membership
from meetings.domain.live import live_session
from meetings.domain.topics import topics, transitions
from meetings.models import AgendaItem, Attendance, ContinueVote, Meeting, Topic, TopicVote

DOTS = 3
BOX, MORE = 8, 3  # minutes
SILENCES = (3, 5)  # minutes of writing before anything is shown
WORKING = (AgendaItem.Kind.TOPICS, AgendaItem.Kind.EXCHANGE)


def candidates(meeting: Meeting) -> QuerySet:
    """What the group can choose from, with its dots: most of them first."""
    dots = Count("topic_votes", filter=Q(topic_votes__meeting=meeting))
    kept = meeting.topics.supportable()
    return kept.annotate(given=dots).order_by("-given", "proposed_on", "pk")


class Choice:
    """Where the choice stands, each part read only if it is drawn."""

    def __init__(self, meeting: Meeting, current: AgendaItem | None) -> None:
        self.meeting = meeting
        self.current = current
        self.is_choosing = current is not None and current.kind == AgendaItem.Kind.TOPICS

    @cached_property
    def is_on(self) -> bool:
        """The block is one of those in which the group chooses, at a meeting where it does."""
        if not self.meeting.is_live or self.current is None or self.current.kind not in WORKING:
            return False
        if self.is_choosing or self.meeting.community.chooses_topics_on_the_spot:
            return True
        return self.meeting.agenda.filter(kind=AgendaItem.Kind.TOPICS).exists()

    @property
    def is_silent(self) -> bool:
        """Everyone writes, nothing is shown yet."""
        return self.is_choosing and bool(self.meeting.silent_until and timezone.now() < self.meeting.silent_until)

    @property
    def asks(self) -> bool:
        """The time of a topic is over: continue or pass?"""
        return self.ends_at is not None and timezone.now() >= self.ends_at

    @property
    def ends_at(self) -> dt.datetime | None:
        """Of the open topic."""
        is_box = self.current and self.current.topic_id and not self.is_choosing
        return self.current.planned_end if self.current and is_box and self.is_on else None

    @property
    def changes_at(self) -> dt.datetime | None:
        """When what people see changes though nobody presses anything."""
        moment = self.meeting.silent_until if self.is_silent else self.ends_at
        return moment if moment and moment > timezone.now() else None

    @cached_property
    def topics(self) -> list[Topic]:
        return list(candidates(self.meeting)) if self.is_on else []

    @property
    def topics_by_name(self) -> list[Topic]:
        """For those who vote: nobody follows the others, and nothing moves under a finger."""
        return sorted(self.topics, key=lambda topic: normalised(topic.title))

    silences = SILENCES

    @cached_property
    def reserve(self) -> int:
        """Topics kept for the day when none comes up."""
        return _reserve(self.meeting).count() if self.is_choosing and not self.topics else 0

    @cached_property
    def votes(self) -> dict[str, int]:
        """« Continue » and « pass »."""
        about = {"item": self.current, "asked_at": self.ends_at}
        said = ContinueVote.objects.filter(**about).values_list("goes_on", flat=True)
        return {"on": sum(said), "off": len(said) - sum(said)}


def _reserve(meeting: Meeting) -> QuerySet[Topic]:
    return meeting.community.topics.filter(state=Topic.State.RESERVE, meeting=None)


def is_due(sent: Mapping[str, str]) -> bool:
    """A page that waits for a moment (`Choice.changes_at`, in seconds) says which: it has come."""
    due = sent.get("until", "")
    return due.isascii() and due.isdigit() and len(due) < 12 and int(due) <= time.time()


# ---------------------------------------------------------------- what members do


@transaction.atomic
def propose_live(meeting: Meeting, title: str) -> Topic:
    """One line, without a name. The same words, sent twice or by two people, are one topic."""
    _hold_choice(meeting)
    title = topics.as_title(title)
    if not title:
        raise ValidationError(_("Write a few words first."))
    day = timezone.localdate(timezone=meeting.zone)
    topic, _new = topics.propose(meeting.community, title, source=Topic.Source.MEETING, proposed_on=day)
    if topic.meeting and topic.meeting != meeting and topic.meeting.is_open:
        when = date_format(topic.meeting.local_start, "MONTH_DAY_FORMAT")
        raise ValidationError(_("This topic is planned for the meeting of %(day)s.") % {"day": when})
    bring(meeting, topic)
    return topic


@transaction.atomic
def bring_now(meeting: Meeting, topic: Topic, *, by: User | None = None) -> None:
    """From the backlog, by whoever runs the meeting."""
    live_session.hold(meeting)
    bring(meeting, topic, by=by)


def bring(meeting: Meeting, topic: Topic, *, by: User | None = None) -> None:
    """Among those the group can choose from today."""
    transitions.change_all(Topic.objects.filter(pk=topic.pk), "bring", meeting, by=by)


@transaction.atomic
def give_dot(meeting: Meeting, topic: Topic, membership: Membership, *, gives: bool) -> None:
    """Give a dot, or take it back."""
    _hold_choice(meeting)
    mine = TopicVote.objects.filter(meeting=meeting, membership=membership)
    if not gives:
        mine.filter(topic=topic).delete()
        return
    if mine.exclude(topic=topic).count() >= DOTS:
        raise ValidationError(_("Your three dots are given: take one back first."))
    TopicVote.objects.get_or_create(meeting=meeting, topic=topic, membership=membership)


def dots_of(meeting: Meeting, membership: Membership) -> set[int]:
    """The topics this person gave a dot."""
    return set(TopicVote.objects.filter(meeting=meeting, membership=membership).values_list("topic", flat=True))


@transaction.atomic
def say_whether_to_continue(meeting: Meeting, membership: Membership, *, goes_on: bool) -> None:
    """« Continue » or « pass ». Once more than half of those present say « continue », three minutes are added."""
    live_session.hold(meeting)
    box = meeting.agenda.filter(started_at__isnull=False, ended_at=None).first()
    choice = Choice(meeting, box)
    if box is None or not choice.asks:
        raise ValidationError(_("This question is over."))
    said = {"goes_on": goes_on, "asked_at": choice.ends_at}
    ContinueVote.objects.update_or_create(item=box, membership=membership, defaults=said)
    if choice.votes["on"] * 2 > meeting.attendances.filter(status=Attendance.Status.PRESENT).count():
        _lengthen(box)


def _lengthen(box: AgendaItem) -> None:
    """Three minutes from now, whatever the question took."""
    over = (timezone.now() - box.planned_end).total_seconds() // 60 if box.planned_end else 0
    box.added_minutes += max(0, int(over)) + MORE
    box.save(update_fields=["added_minutes"])


# ---------------------------------------------------------------- what the facilitator does


@transaction.atomic
def write_first(meeting: Meeting, minutes: int) -> None:
    """Everyone writes on their own, and nothing proposed is shown before; none shows it now. It leaves room to those
    who speak less (guide, p. 14)."""
    live_session.hold(meeting)
    until = timezone.now() + dt.timedelta(minutes=minutes) if minutes else None
    Meeting.objects.filter(pk=meeting.pk).update(silent_until=until)


@transaction.atomic
def offer_reserve(meeting: Meeting, *, by: User | None = None) -> None:
    """Nothing came up: the group chooses from what was kept for such a day."""
    live_session.hold(meeting)
    transitions.change_all(_reserve(meeting), "bring", meeting, by=by)


@transaction.atomic
def start_box(meeting: Meeting, topic: Topic, *, by: User | None = None) -> None:
    """The topic has eight minutes, taken from the exchange that is ahead. Two people may press: it opens once."""
    live_session.hold(meeting)
    box = meeting.agenda.filter(topic=topic, ended_at=None).first() or _new_box(meeting, topic)
    if not box.started_at:
        live_session.advance(meeting, box)
        live_session.mark_discussed(meeting, topic, by=by)


def _new_box(meeting: Meeting, topic: Topic) -> AgendaItem:
    items = list(meeting.agenda.all())
    current = next((i for i in items if i.started_at and not i.ended_at), None)
    place = items.index(current) + 1 if current else len(items)
    for position, item in enumerate(items):
        AgendaItem.objects.filter(pk=item.pk).update(position=position + (position >= place))
    ahead = [i for i in items[place:] if i.kind == AgendaItem.Kind.EXCHANGE and not (i.started_at or i.topic_id)]
    if ahead:
        taken = min(BOX, ahead[0].allotted)
        AgendaItem.objects.filter(pk=ahead[0].pk).update(added_minutes=F("added_minutes") - taken)
    return meeting.agenda.create(
        kind=AgendaItem.Kind.EXCHANGE, title=topic.title[:160], topic=topic, minutes=BOX, position=place
    )


@transaction.atomic
def lengthen(meeting: Meeting, item_pk: int) -> None:
    """Three more minutes, once for each time the question is asked."""
    live_session.hold(meeting)
    box = meeting.agenda.filter(pk=item_pk, started_at__isnull=False, ended_at=None).first()
    if box and Choice(meeting, box).asks:
        _lengthen(box)


@transaction.atomic
def put_back(meeting: Meeting, *, by: User | None = None) -> None:
    """What was not discussed returns to the backlog; what came from the reserve, to the reserve."""
    live_session.hold(meeting)
    transitions.change_all(meeting.topics.waiting(), "bring", None, by=by)
    transitions.change_all(meeting.topics.all(), "put_back", None, by=by)


def _hold_choice(meeting: Meeting) -> None:
    live_session.hold(meeting)
    current = meeting.agenda.filter(started_at__isnull=False, ended_at=None).first()
    if current is None or current.kind != AgendaItem.Kind.TOPICS:
        raise ValidationError(_("The group is not choosing its topics now."))
