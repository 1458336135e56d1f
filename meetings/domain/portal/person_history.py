"""What communities asks of meetings about one person (`communities.domain.members.history`): only what this reader
may read of each meeting."""

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from communities.domain.members.history import Event, Presence
from communities.models import Membership
from meetings.domain.followup import minutes
from meetings.models import Attendance, Meeting, Note
from meetings.models.meeting import MeetingQuerySet

MOST = 36  # meetings


def presences(membership: Membership, reader: User) -> list[Presence]:
    """The earliest first. A presence known by a name typed in the room alone proves nothing, and is not one yet."""
    own = Attendance.objects.filter(meeting=OuterRef("pk"), membership=membership)
    held = _held(membership).annotate(status=Subquery(own.values("status")[:1]), method=Subquery(own.values("method")))
    found = [m for m in _of(membership, held[:MOST]) if reader.has_perm("meetings.see_attendance", m)]
    return [_presence(meeting) for meeting in reversed(found)]


def _held(membership: Membership) -> MeetingQuerySet:
    held = Meeting.objects.held().regular().for_everyone().filter(community=membership.community_id)
    if membership.joined_on:
        held = held.filter(starts_at__date__gte=membership.joined_on)
    if membership.left_on:
        held = held.filter(starts_at__date__lte=membership.left_on)
    return held.order_by("-starts_at")


def _of(membership: Membership, meetings: MeetingQuerySet) -> list[Meeting]:
    found = list(meetings)
    for meeting in found:
        meeting.community = membership.community
    return found


def _presence(meeting) -> Presence:
    is_provisional = meeting.method == Attendance.Method.CODE
    status = Attendance.Status.UNKNOWN if is_provisional or not meeting.status else Attendance.Status(meeting.status)
    address = meeting.get_absolute_url()
    return Presence(meeting.local_start.date(), meeting.heading, status.value, str(status.label), address)


def taken_on(membership: Membership, reader: User) -> list[Event]:
    """Actions, the meetings co-facilitated, those whose notes they took."""
    return [*_actions(membership, reader), *_helped(membership)]


def _actions(membership: Membership, reader: User) -> list[Event]:
    notes = Note.objects.told().filter(assignee=membership, kind=Note.Kind.ACTION)
    found = []
    for note in notes.select_related("meeting__minutes")[:MOST]:
        note.meeting.community = membership.community
        if minutes.may_read(reader, note.meeting):
            said = _("action, done") if note.done_at else _("action")
            day = note.meeting.local_start.date()
            found.append(Event(day, "action", note.text, said, note.meeting.get_absolute_url()))
    return found


def _helped(membership: Membership) -> list[Event]:
    held = Meeting.objects.held().for_everyone().filter(community=membership.community_id)
    shared = _of(membership, held.filter(co_facilitators=membership).order_by("-starts_at")[:MOST])
    noted = _of(membership, held.filter(note_taker=membership.user_id).order_by("-starts_at")[:MOST])
    return [
        Event(m.local_start.date(), "helped", m.heading, said, m.get_absolute_url())
        for some, said in ((shared, _("co-facilitated")), (noted, _("took the notes")))
        for m in some
    ]
