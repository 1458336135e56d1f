"""The record of a meeting that is over: what is missing of it, and how it is completed after the closing.

« À des fins d'évaluation et de suivi, il est important de consigner les présences, les sujets discutés et les faits
saillants » (guide, p. 19). The console no longer writes a day after the closing; this does, until the community is
handed over or archived.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from meetings.domain.topics import topics, transitions
from meetings.models import Attendance, FollowUp, Meeting, Minutes, Topic


class MissingItem(TextChoices):
    """What is missing, in the order one does it."""

    CLOSING = "closing", gettext_lazy("the meeting is not closed")
    ATTENDANCE = "attendance", gettext_lazy("nobody is recorded present")
    TOPICS = "topics", gettext_lazy("no topic is ticked as discussed")
    SYNTHESIS = "synthesis", gettext_lazy("the synthesis is empty")


def with_record(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """With what `missing_items` asks of each."""
    came = Attendance.objects.filter(meeting=OuterRef("pk"), status=Attendance.Status.PRESENT)
    discussed = Topic.objects.filter(meeting=OuterRef("pk"), state=Topic.State.DISCUSSED)
    return meetings.select_related("minutes", "follow_up").annotate(
        someone_came=Exists(came) | Q(guests__gt=0), has_discussed=Exists(discussed)
    )


def missing_items(meeting) -> list[MissingItem]:
    """Of a meeting that is over, annotated by `with_record`. A training or a preparatory meeting needs its attendance
    only; a follow-up that was sent says what a synthesis would."""
    if not meeting.closed_at:
        return [MissingItem.CLOSING]
    found = [] if meeting.someone_came else [MissingItem.ATTENDANCE]
    if meeting.kind in Meeting.COUNTED:
        found += [] if meeting.has_discussed else [MissingItem.TOPICS]
        is_told = Minutes.of(meeting).synthesis or FollowUp.of(meeting).sent_at
        found += [] if is_told else [MissingItem.SYNTHESIS]
    return found


def missing_items_of(meeting: Meeting) -> list[MissingItem]:
    return missing_items(with_record(Meeting.objects.filter(pk=meeting.pk)).get())


def missing_in_words(missing: Iterable[MissingItem]) -> str:
    return ", ".join(str(item.label) for item in missing)


@transaction.atomic
def complete(
    meeting: Meeting, *, ticked: Iterable[Topic], unticked: Iterable[Topic], title: str, synthesis: str, version: int,
    by: User,
) -> bool:  # fmt: skip
    """Topics first, which two people may tick at once; then the synthesis over the version one had read. False when
    someone else wrote in between: theirs stays, and the topics are kept."""
    if not meeting.closed_at or meeting.cancelled_at:
        raise ValidationError(_("Close the meeting first: its record is completed afterwards."))
    meeting.touch()
    for topic in ticked:
        transitions.change(topic, "discuss", meeting, at=meeting.ends_at, by=by)
    for topic in unticked:
        transitions.change_all(meeting.topics.filter(pk=topic.pk), "untick_afterwards", None)
    if title.strip():
        added, _new = topics.propose(meeting.community, title, source=Topic.Source.MEETING)
        transitions.change(added, "discuss", meeting, at=meeting.ends_at, by=by)
    text = synthesis.strip()
    return text == Minutes.of(meeting).synthesis or Minutes.write_over(meeting, text, version)
