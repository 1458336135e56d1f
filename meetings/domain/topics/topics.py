"""The backlog of a community: topics proposed, supported, chosen for a meeting, announced, kept in reserve, dropped."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User, normalised
from cmtl import editing
from cmtl.numbers import parse_int
from communities.models import Community, Membership
from meetings.domain.topics import transitions
from meetings.models import Meeting, Topic, TopicSupport

# ------------------------------------------------------------ proposing and supporting


@transaction.atomic
def propose(
    community: Community, title: str, *, source: str, description: str = "", **fields: Any
) -> tuple[Topic, bool]:
    """Put a topic in the backlog, and say whether it is new: the same words, sent twice or by two people, are one.
    Words that a title has no room for are all kept in its description."""
    Community.objects.select_for_update().get(pk=community.pk)  # one at a time: nobody adds it between look and write
    words, title = " ".join(title.split()), as_title(title)
    known = same_topic(title, community.topics.supportable().select_related("meeting"))
    if words != title:
        known = [topic for topic in known if normalised(words) in normalised(topic.description)]
        description = f"{words}\n\n{description}".strip()
    if known:
        return known[0], False
    fields = {"title": title, "source": source, "description": description, **fields}
    return Topic.objects.create(community=community, **fields), True


def same_topic(title: str, among: Iterable[Topic]) -> list[Topic]:
    """Those among them that have this title already."""
    return [topic for key in [title_key(title)] for topic in among if title_key(topic.title) == key]


def as_title(words: str) -> str:
    """On one line, cut after the last word that a title has room for: what people wish for may be longer."""
    line, room = " ".join(words.split()), 200
    if len(line) <= room:
        return line
    return f"{(line[:room].rpartition(' ')[0] or line)[: room - 1].rstrip()}…"


def title_key(words: str) -> str:
    """Words that differ by capitals, accents, spaces or what a title has no room for have the same key: they are one
    topic."""
    return normalised(as_title(words))


def support(topic: Topic, membership: Membership) -> None:
    """« Ce sujet m'interpelle ». Pressed twice, it counts once."""
    if not topic.is_to_come:
        raise ValidationError(_("This topic is over: propose it again to come back to it."))
    if membership.community_id != topic.community_id or membership.status == Membership.Status.ALUMNI:
        raise ValidationError(_("Only members of the community say which topics interest them."))
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
    """False when someone else has written since `version`."""
    return editing.write_over(Topic.objects.filter(pk=topic.pk), version, **fields)


# ------------------------------------------------------------ deciding


def decide(topic: Topic, *, decision: str, meeting: Meeting | None, by: User) -> None:
    if decision == "choose" and meeting:
        choose(topic, meeting, by=by)
    elif decision == "announce":
        announce(topic, by=by)
    else:
        transitions.change(topic, decision, by=by)


@transaction.atomic
def choose(topic: Topic, meeting: Meeting, *, by: User | None = None) -> None:
    """For an upcoming meeting, which takes its title from it if it has none yet."""
    transitions.refuse(topic, "choose")
    told = Meeting.objects.upcoming().for_everyone()
    if meeting.community_id != topic.community_id or not told.filter(pk=meeting.pk).exists():
        raise ValidationError(_("Choose a coming meeting of this community."))
    if topic.meeting_id == meeting.pk and topic.state in Topic.PLANNED:
        return
    transitions.change(topic, "choose", meeting, by=by)
    _lend_title(topic, meeting)


@transaction.atomic
def announce(topic: Topic, *, by: User | None = None) -> None:
    """Told to the members from now on: on the meeting's page and in its reminder. Announced twice, the first day
    stays; « certaines personnes ne participeront à une rencontre que si un sujet les interpelle réellement »."""
    meeting = topic.meeting
    if topic.state == Topic.State.ANNOUNCED:
        return
    transitions.refuse(topic, "announce")
    if meeting is None:
        raise ValidationError(transitions.HAS_NO_DATE)
    if not meeting.is_open or meeting.started_at or meeting.starts_at < timezone.now():
        raise ValidationError(_("This meeting has begun: there is nothing left to announce."))
    now = timezone.now()
    transitions.change(topic, "announce", meeting, by=by, at=now)
    Meeting.objects.filter(pk=meeting.pk, topic_announced_at=None).update(topic_announced_at=now)
    _lend_title(topic, meeting)


def _lend_title(topic: Topic, meeting: Meeting) -> None:
    untitled = Meeting.objects.filter(pk=meeting.pk, title="")
    untitled.update(title=topic.title[:160], version=F("version") + 1)
    meeting.touch()


# ------------------------------------------------------------ what one finds around a topic

_EMPTY_WORDS = """avec dans pour leur leurs entre sans comment mieux plus notre nous vous faire chez sous tous tout
with from that this their what"""


def telling_words(text: str) -> set[str]:
    """What two texts about one thing have in common: longer words, plural marks left out."""
    cleaned = "".join(sign if sign.isalnum() else " " for sign in normalised(text))
    words = {word.rstrip("sx") for word in cleaned.split() if len(word) > 3 and word not in _EMPTY_WORDS.split()}
    return {word for word in words if len(word) > 3}
