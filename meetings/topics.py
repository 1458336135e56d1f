"""The backlog of a community: topics proposed, chosen for a meeting, kept in reserve, set aside."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import normalised
from communities.models import Community
from meetings.models import Meeting, Topic


@transaction.atomic
def propose(community: Community, title: str, *, source: str, before: dt.date | None = None) -> tuple[Topic, bool]:
    """Put a topic in the backlog, and say whether it is new: the same words, sent twice or by two people, are one."""
    Community.objects.select_for_update().get(pk=community.pk)  # one at a time: nobody adds it between look and write
    title = " ".join(title.split())
    wanted = normalised(title)
    for topic in community.topics.exclude(state__in=(Topic.State.DISCUSSED, Topic.State.DROPPED)):
        if normalised(topic.title) == wanted:
            return topic, False
    return Topic.objects.create(community=community, title=title, source=source, before=before), True


def edit(topic: Topic, version: int, **fields) -> bool:
    """Write over the version one had read. False when someone else has written in between: theirs stays."""
    saved = Topic.objects.filter(pk=topic.pk, version=version).update(version=F("version") + 1, **fields)
    return bool(saved)


@transaction.atomic
def choose(topic: Topic, meeting: Meeting) -> None:
    """For an upcoming meeting, which takes its title from it if it has none yet."""
    refuse_if_discussed(topic)
    if meeting.community_id != topic.community_id or not Meeting.objects.upcoming().filter(pk=meeting.pk).exists():
        raise ValidationError(_("Choose a coming meeting of this community."))
    _move(topic, Topic.State.CHOSEN, meeting)
    untitled = Meeting.objects.filter(pk=meeting.pk, title="")
    untitled.update(title=topic.title[:160], version=F("version") + 1)
    meeting.touch()


def reserve(topic: Topic) -> None:
    """Kept for the day when none comes up."""
    refuse_if_discussed(topic)
    _move(topic, Topic.State.RESERVE)


def set_aside(topic: Topic) -> None:
    refuse_if_discussed(topic)
    _move(topic, Topic.State.DROPPED)


def bring_back(topic: Topic) -> None:
    """Among the proposed ones again, whatever was decided before."""
    refuse_if_discussed(topic)
    _move(topic, Topic.State.PROPOSED)


def refuse_if_discussed(topic: Topic) -> None:
    if topic.state == Topic.State.DISCUSSED:
        raise ValidationError(_("This topic has been discussed: propose it again to come back to it."))


@transaction.atomic
def _move(topic: Topic, state: str, meeting: Meeting | None = None) -> None:
    """A meeting that had only borrowed its title from the topic, and was announced to nobody, gives it back."""
    former = topic.meeting
    Topic.objects.filter(pk=topic.pk).update(state=state, meeting=meeting, version=F("version") + 1)
    if former and former != meeting:
        borrowed = Meeting.objects.planned().filter(pk=former.pk, title=topic.title[:160], invited_at=None)
        borrowed.filter(started_at=None).update(title="", version=F("version") + 1)
        former.touch()
    topic.refresh_from_db()
