"""The backlog of a community: topics proposed, supported, chosen for a meeting, announced, kept in reserve, set aside.

Each move is kept (`TopicEvent`): when, by whom, from which meeting and to which.
"""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User, normalised
from cmtl.numbers import parse_int
from communities.models import Community, Membership
from meetings.models import Meeting, Topic, TopicEvent, TopicSupport

# ------------------------------------------------------------ proposing and supporting


@transaction.atomic
def propose(community: Community, title: str, *, source: str, **fields) -> tuple[Topic, bool]:
    """Put a topic in the backlog, and say whether it is new: the same words, sent twice or by two people, are one."""
    Community.objects.select_for_update().get(pk=community.pk)  # one at a time: nobody adds it between look and write
    title = " ".join(title.split())
    if known := standing(community, title):
        return known, False
    return Topic.objects.create(community=community, title=title, source=source, **fields), True


def standing(community: Community, title: str) -> Topic | None:
    """The topic that is still to come in these words: waiting, chosen or announced."""
    wanted = normalised(title)
    to_come = community.topics.supportable().select_related("meeting")
    return next((topic for topic in to_come if normalised(topic.title) == wanted), None)


def support(topic: Topic, membership: Membership) -> None:
    """« Ce sujet m'interpelle ». Pressed twice, it counts once."""
    if not topic.is_to_come:
        raise ValidationError(_("This topic is over: propose it again to come back to it."))
    if membership.community_id != topic.community_id or membership.status == Membership.Status.ALUMNI:
        raise ValidationError(_("Only members of the community say which topics call them."))
    TopicSupport.objects.get_or_create(topic=topic, membership=membership)


def take_back(topic: Topic, membership: Membership) -> None:
    TopicSupport.objects.filter(topic=topic, membership=membership).delete()


def press(membership: Membership, number: str, *, undo: bool) -> None:
    """The same, from a page that opens without an account."""
    topic = membership.community.topics.filter(pk=parse_int(number)).first()
    if topic is None:
        raise ValidationError(_("This topic is no longer in the list."))
    take_back(topic, membership) if undo else support(topic, membership)


def member_of(community: Community, user: User) -> Membership | None:
    """Who says it, when they are signed in."""
    here = community.memberships.exclude(status=Membership.Status.ALUMNI)
    return here.filter(user=user).first()


def edit(topic: Topic, version: int, **fields) -> bool:
    """Write over the version one had read. False when someone else has written in between: theirs stays. What is
    written already makes no version."""
    known = Topic.objects.filter(pk=topic.pk, version=version).exclude(**fields)
    saved = known.update(version=F("version") + 1, **fields)
    return bool(saved) or Topic.objects.filter(pk=topic.pk, **fields).exists()


# ------------------------------------------------------------ deciding


@transaction.atomic
def choose(topic: Topic, meeting: Meeting, *, by: User | None = None) -> None:
    """For an upcoming meeting, which takes its title from it if it has none yet."""
    refuse_if_discussed(topic)
    told = Meeting.objects.upcoming().for_everyone()
    if meeting.community_id != topic.community_id or not told.filter(pk=meeting.pk).exists():
        raise ValidationError(_("Choose a coming meeting of this community."))
    if topic.meeting_id == meeting.pk and topic.state in Topic.PLANNED:
        return
    move(topic, Topic.State.CHOSEN, meeting, by=by)
    _lend_title(topic, meeting)
    meeting.touch()


@transaction.atomic
def announce(topic: Topic, *, by: User | None = None) -> None:
    """Told to the members from now on: on the meeting's page and in its reminder. Announced twice, the first day
    stays; « certaines personnes ne participeront à une rencontre que si un sujet les interpelle réellement »."""
    meeting = topic.meeting
    if topic.state == Topic.State.ANNOUNCED:
        return
    if topic.state != Topic.State.CHOSEN or meeting is None:
        raise ValidationError(_("Choose a date for this topic first: it is announced with it."))
    if not meeting.is_open or meeting.started_at or meeting.starts_at < timezone.now():
        raise ValidationError(_("This meeting has begun: there is nothing left to announce."))
    now = timezone.now()
    move(topic, Topic.State.ANNOUNCED, meeting, by=by, announced_at=now)
    Meeting.objects.filter(pk=meeting.pk, topic_announced_at=None).update(topic_announced_at=now)
    _lend_title(topic, meeting)
    meeting.touch()


def reserve(topic: Topic, *, by: User | None = None) -> None:
    """Kept for the day when none comes up."""
    refuse_if_discussed(topic)
    move(topic, Topic.State.RESERVE, by=by)


def postpone(topic: Topic, *, by: User | None = None) -> None:
    """Wanted, not now: it waits for another date."""
    refuse_if_discussed(topic)
    move(topic, Topic.State.POSTPONED, by=by)


def set_aside(topic: Topic, *, by: User | None = None) -> None:
    refuse_if_discussed(topic)
    move(topic, Topic.State.DROPPED, by=by)


def bring_back(topic: Topic, *, by: User | None = None) -> None:
    """Among the proposed ones again, whatever was decided before."""
    refuse_if_discussed(topic)
    move(topic, Topic.State.PROPOSED, by=by)


def discuss(topic: Topic, meeting: Meeting, *, at: dt.datetime, by: User | None = None) -> None:
    """It came up at this meeting; announced beforehand, it stays so."""
    told = Topic.objects.filter(pk=topic.pk, meeting=meeting).values_list("announced_at", flat=True).first()
    move(topic, Topic.State.DISCUSSED, meeting, by=by, discussed_at=at, announced_at=told)


def refuse_if_discussed(topic: Topic) -> None:
    if topic.state == Topic.State.DISCUSSED:
        raise ValidationError(_("This topic has been discussed: propose it again to come back to it."))


# ------------------------------------------------------------ moving, and the history of it


@transaction.atomic
def move(
    topic: Topic, state: str, meeting: Meeting | None = None, *, by: User | None, told: str = "", **moments: Any
) -> bool:
    """Change its state and its meeting, and keep who did it and which meeting it left; `told` is what the history
    calls the move, where it is not the new state. The same press sent twice is one move. A meeting that had only
    borrowed its title from the topic, and was announced to nobody, gives it back."""
    before = Topic.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=topic.pk)
    moves = (before.state, before.meeting) != (state, meeting)
    if moves:
        fields = {"announced_at": None, "discussed_at": None, **moments}
        Topic.objects.filter(pk=topic.pk).update(state=state, meeting=meeting, version=F("version") + 1, **fields)
        _record([before], told or state, meeting, by)
        if before.meeting and before.meeting != meeting:
            _give_back(topic, before.meeting, before.state == Topic.State.ANNOUNCED)
    topic.refresh_from_db()
    return moves


def bring(some: QuerySet[Topic], meeting: Meeting | None, *, by: User | None = None, told: str = "") -> None:
    """Among those that the group of this meeting can choose from; with none, back where they were. Their state does
    not change, and the history keeps the move."""
    held = some.select_for_update(of=("self",)).select_related("meeting")
    moved = [topic for topic in held if topic.meeting != meeting]
    _record(moved, told, meeting, by)
    Topic.objects.filter(pk__in=[topic.pk for topic in moved]).update(meeting=meeting)


def _record(before: list[Topic], told: str, meeting: Meeting | None, by: User | None) -> None:
    """Keep a move in the history of each, as it was before it; `told` is empty where the state stays."""
    TopicEvent.objects.bulk_create(
        TopicEvent(
            topic=topic,
            state=told or topic.state,
            meeting=meeting,
            came_from=topic.meeting if topic.meeting != meeting else None,
            by=by,
        )
        for topic in before
    )


def _lend_title(topic: Topic, meeting: Meeting) -> None:
    untitled = Meeting.objects.filter(pk=meeting.pk, title="")
    untitled.update(title=topic.title[:160], version=F("version") + 1)


def _give_back(topic: Topic, former: Meeting, was_announced: bool) -> None:
    quiet = Meeting.objects.planned().filter(pk=former.pk, invited_at=None, started_at=None)
    quiet.filter(title=topic.title[:160]).update(title="", version=F("version") + 1)
    if was_announced and not former.topics.filter(state=Topic.State.ANNOUNCED).exists():
        quiet.update(topic_announced_at=None)
    former.touch()


# ------------------------------------------------------------ what one finds around a topic

_EMPTY_WORDS = """avec dans pour leur leurs entre sans comment mieux plus notre nous vous faire chez sous tous tout
with from that this their what"""


def telling_words(text: str) -> set[str]:
    """What two texts about one thing have in common: longer words, plural marks left out."""
    cleaned = "".join(sign if sign.isalnum() else " " for sign in normalised(text))
    words = {word.rstrip("sx") for word in cleaned.split() if len(word) > 3 and word not in _EMPTY_WORDS.split()}
    return {word for word in words if len(word) > 3}
