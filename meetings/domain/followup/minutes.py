"""What members may read of a meeting, by the level their community chose: that of the day it was closed, or that of
today if less is shared now. People spoke under the first; a community that goes back on it takes all back.

An internal log: nothing here, whatever was noted; the follow-up says what its author puts in it. A synthesis: the
synthesis, once the follow-up is sent. Full minutes: the notes by topic too, once a person presses « publish ».
Lines « not to be recorded » are in none of them: closing has erased them.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User
from communities.models import Community
from meetings.models import FollowUp, Meeting, Minutes, Note, Topic

Level = Community.MinutesLevel
RISING: list[str] = [Level.LOG, Level.SYNTHESIS, Level.FULL]


def level_of(meeting: Meeting) -> str:
    today = meeting.community.minutes_level
    return min(Minutes.of(meeting).level or today, today, key=RISING.index)


def stays_as_it_was(meeting: Meeting) -> bool:
    """Closed when less was shared than its community shares now."""
    return level_of(meeting) != meeting.community.minutes_level


def shares_synthesis(meeting: Meeting) -> bool:
    return level_of(meeting) != Level.LOG and FollowUp.of(meeting).sent_at is not None


def are_published(meeting: Meeting) -> bool:
    is_kept = Minutes.of(meeting).published_at is not None and meeting.cancelled_at is None
    return is_kept and level_of(meeting) == Level.FULL


def may_read(user: User, meeting: Meeting) -> bool:
    """Those who run it at any time; its members and the coordination, once published."""
    is_shared = are_published(meeting) and user.has_perm("meetings.read_minutes", meeting)
    return is_shared or user.has_perm("meetings.see_notes", meeting)


def may_read_synthesis(user: User, meeting: Meeting) -> bool:
    """The highlights alone are told more widely: external evaluators read them too."""
    is_shared = shares_synthesis(meeting) and user.has_perm("meetings.read_synthesis", meeting)
    return is_shared or may_read(user, meeting)


@transaction.atomic
def publish(meeting: Meeting, *, by: User) -> None:
    """Pressed twice, the first day stays."""
    if meeting.community.minutes_level != Level.FULL:
        raise ValidationError(_("This community does not share full minutes: it is chosen in its settings."))
    if not meeting.closed_at or meeting.cancelled_at:
        raise ValidationError(_("Close the meeting first: minutes are published afterwards."))
    if level_of(meeting) != Level.FULL:
        raise ValidationError(_("This meeting was closed when less was shared: what was said then stays as it was."))
    meeting.touch()
    if Minutes.row_of(meeting).filter(published_at=None).update(published_at=timezone.now(), published_by=by):
        audit.write(Action.PUBLISHED, by=by, about=meeting, what="minutes")


@transaction.atomic
def withdraw_minutes(meeting: Meeting) -> None:
    meeting.touch()
    published = Minutes.objects.filter(meeting=meeting).exclude(published_at=None)
    if published.update(published_at=None, published_by=None):
        audit.write(Action.PUBLISHED, about=meeting, what="minutes", undone=True)


@dataclass(frozen=True)
class Section:
    """One topic, or one block where there was none, with its lines by kind."""

    title: str
    kinds: list[tuple[str, list[Note]]]


class ReadableMinutes:
    """As they are read, on a page or on paper."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        told = meeting.notes.told().exclude(kind=Note.Kind.TOPIC)  # suggestions live in the backlog
        self.notes = list(told.select_related("item__topic", "assignee__user", "group"))
        discussed = meeting.topics.filter(state=Topic.State.DISCUSSED)
        self.topics = list(discussed.order_by("discussed_at", "pk"))
        self.facilitators = list(meeting.facilitators.all())
        self.present = meeting.attendances.filter(status="present").count() + meeting.guests

    @property
    def sections(self) -> list[Section]:
        """In the order of the meeting; lines written outside any block come last."""
        found: dict[str, list[Note]] = defaultdict(list)
        far = max((n.item.position for n in self.notes if n.item), default=0) + 1
        for note in sorted(self.notes, key=lambda n: (n.item.position if n.item else far, n.written_at, n.pk)):
            found[self._title_of(note)].append(note)
        return [Section(title, _by_kind(notes)) for title, notes in found.items()]

    @staticmethod
    def _title_of(note: Note) -> str:
        if note.item is None:
            return _("Also noted")
        return note.item.topic.title if note.item.topic else note.item.title

    @property
    def is_empty(self) -> bool:
        return not (self.notes or self.topics or Minutes.of(self.meeting).synthesis)


def _by_kind(notes: list[Note]) -> list[tuple[str, list[Note]]]:
    return [(str(kind.label), same) for kind in Note.Kind if (same := [note for note in notes if note.kind == kind])]
