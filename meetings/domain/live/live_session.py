"""Running a meeting: it starts, goes from block to block, is summed up and closed. Two people may press at once."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from communities.models import LEADING, Community, Role, RoleAssignment
from meetings.domain.attendance.roster import prepare
from meetings.domain.live import purge
from meetings.domain.topics import transitions
from meetings.models import AgendaItem, Attendance, Meeting, Minutes, Reply, Topic

LATE_WRITING = dt.timedelta(hours=24)  # lines written while the network was away still come in after closing


@transaction.atomic
def start(meeting: Meeting) -> None:
    """Everyone expected gets a row that says nothing yet, and the first block opens. Starting twice does nothing.

    Started after its planned end (to record on screen what happened on paper), it opens no block.
    """
    now = timezone.now()
    waiting = Meeting.objects.planned().filter(pk=meeting.pk, started_at=None)
    started = waiting.update(started_at=now, revision=F("revision") + 1)
    meeting.refresh_from_db()
    if not started:
        if meeting.cancelled_at:
            raise ValidationError(_("This meeting was cancelled."))
        return
    prepare(meeting)
    first = meeting.agenda.first()
    if first and now < meeting.ends_at:
        _open(first, now)


@transaction.atomic
def advance(meeting: Meeting, item: AgendaItem) -> None:
    """Open this block and end the one that was open. Two people may press at once: it opens once.

    A block opened again goes on from where it stood.
    """
    hold(meeting)
    now = timezone.now()
    meeting.agenda.filter(started_at__isnull=False, ended_at=None).exclude(pk=item.pk).update(ended_at=now)
    _open(meeting.agenda.get(pk=item.pk), now)


@transaction.atomic
def go_back(meeting: Meeting, item: AgendaItem) -> None:
    """Undo an `advance`: this block is open as if it had never ended, and the one that was opened has not begun."""
    hold(meeting)
    meeting.agenda.filter(started_at__isnull=False, ended_at=None).exclude(pk=item.pk).update(started_at=None)
    meeting.agenda.filter(pk=item.pk).update(ended_at=None)


@transaction.atomic
def give_minutes(meeting: Meeting, item_pk: int, total: int) -> None:
    """Set what a block has on top of its plan: a total, so that a press sent twice counts once."""
    hold(meeting)
    meeting.agenda.filter(pk=item_pk).update(added_minutes=total)


@transaction.atomic
def mark_discussed(meeting: Meeting, topic: Topic, *, by: User | None = None) -> None:
    """A topic of the meeting, or one of the backlog that came up."""
    hold(meeting)
    transitions.change(topic, "discuss", meeting, at=timezone.now(), by=by)


@transaction.atomic
def unmark_discussed(meeting: Meeting, topic: Topic, *, by: User | None = None) -> None:
    """It was ticked by mistake: it stays a topic of this meeting, and the tick leaves no trace, whoever it is `by`."""
    hold(meeting)
    verb = "untick_announced" if topic.announced_at else "untick"
    transitions.change_all(meeting.topics.filter(pk=topic.pk), verb, meeting)


@transaction.atomic
def postpone(meeting: Meeting, topic: Topic, *, by: User | None = None) -> None:
    """No time for it: chosen for the next meeting that members are told of, if there is one; else postponed, in the
    backlog."""
    hold(meeting)
    later = Meeting.objects.next_after(meeting)
    if Topic.objects.filter(Q(meeting=meeting) | Q(meeting=None, state__in=Topic.WAITING), pk=topic.pk).exists():
        transitions.change(topic, "leave_for_next" if later else "leave", later, by=by)


@transaction.atomic
def save_synthesis(meeting: Meeting, text: str, version: int) -> bool:
    """As `Minutes.write_over`, and every screen shows it."""
    refuse_if_over(meeting)
    if text == Minutes.of(meeting).synthesis:
        return True
    meeting.touch()  # first: whoever completes the record takes both rows in this order too
    return Minutes.write_over(meeting, text, version)


@transaction.atomic
def close(meeting: Meeting, by: User) -> None:
    """End the open block, and take whoever was not recorded as absent, or as excused where they had replied no. Closing
    twice does nothing."""
    now = timezone.now()
    closing = Meeting.objects.planned().filter(pk=meeting.pk, started_at__isnull=False)
    closed = closing.update(closed_at=now, closed_by=by, attendance_confirmed_at=now, revision=F("revision") + 1)
    meeting.refresh_from_db()
    if not closed:
        if meeting.is_open:
            raise ValidationError(_("Start the meeting first: attendance is recorded from then on."))
        return
    level = Community.objects.values_list("minutes_level", flat=True).get(pk=meeting.community_id)
    Minutes.write(meeting, level=level)
    meeting.agenda.filter(started_at__isnull=False, ended_at=None).update(ended_at=now)
    unknown = meeting.attendances.filter(status=Attendance.Status.UNKNOWN)
    had_said_no = Q(membership__in=meeting.replies.filter(answer=Reply.Answer.NO).values("membership"))
    unknown.filter(had_said_no).update(status=Attendance.Status.EXCUSED, recorded_at=now, recorded_by=by)
    unknown.update(status=Attendance.Status.ABSENT, recorded_at=now, recorded_by=by)
    purge.purge_live_traces(meeting)


def is_unchanged(pk: int, revision: int, user: User) -> bool:
    """The question every open console asks every three seconds, in one query: whether there is nothing new
    for someone who runs this meeting now. No says nothing: the full answer asks the rules."""
    here = Q(community=OuterRef("community")) | Q(programme=OuterRef("community__programme"))
    held = RoleAssignment.objects.in_force().filter(here, user=user)
    notes = Q(note_taker=user) | Q(note_taker=None) & Exists(held.filter(role=Role.NOTE_TAKER))
    helped = Meeting.objects.co_facilitated_by(user).filter(pk=OuterRef("pk"))
    runs = Exists(held.filter(role__in=LEADING)) | notes | Exists(helped)
    return Meeting.objects.filter(runs, pk=pk, revision=revision).exists()


def refuse_if_over(meeting: Meeting) -> None:
    """Words come in during the meeting, and for a day after its closing."""
    if meeting.cancelled_at:
        raise ValidationError(_("This meeting was cancelled."))
    if meeting.closed_at and timezone.now() > meeting.closed_at + LATE_WRITING:
        raise ValidationError(_("This meeting is closed: its notes no longer change."))


def hold(meeting: Meeting) -> None:
    """Take the meeting's row until the transaction ends and count the change; refuse when it is not under way."""
    live = Meeting.objects.planned().filter(pk=meeting.pk, started_at__isnull=False)
    if not live.update(revision=F("revision") + 1):
        raise ValidationError(_("This meeting is not under way."))


def _open(item: AgendaItem, now: dt.datetime) -> None:
    if item.started_at and not item.ended_at:
        return
    spent = item.ended_at - item.started_at if item.started_at and item.ended_at else dt.timedelta()
    item.started_at, item.ended_at = now - spent, None
    item.save(update_fields=["started_at", "ended_at"])
