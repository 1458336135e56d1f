"""A room with so many seats: first come, first seated; when a seat frees, the next in line is told.

Who has a seat follows from since when each person says yes (`Reply.yes_since`). `Reply.is_waiting` is what each was
last told: it is put right, and whoever got a seat is written to, after anything that may free one (`promote`).
"""

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from meetings.domain.invitations import emails
from meetings.models import Meeting, Reply


def are_counted(meeting: Meeting) -> bool:
    return meeting.capacity is not None and meeting.has_room


def line_of(meeting: Meeting) -> QuerySet[Reply]:
    """Those who say they will be in the room, in the order they said so."""
    in_room = meeting.replies.filter(answer=Reply.Answer.YES).exclude(mode=Meeting.Mode.ONLINE)
    return in_room.order_by(Coalesce("yes_since", "answered_at"), "pk")


def are_all_taken(meeting: Meeting) -> bool:
    return are_counted(meeting) and line_of(meeting).count() >= (meeting.capacity or 0)


def place_in_line(meeting: Meeting, reply: Reply) -> int:
    """1 is next."""
    waiting = list(line_of(meeting).filter(is_waiting=True).values_list("pk", flat=True))
    return waiting.index(reply.pk) + 1 if reply.pk in waiting else 0


def promote(meeting: Meeting) -> None:
    """In the transaction of what changed, which holds the meeting's row."""
    waits = set()
    if are_counted(meeting):
        waits = set(line_of(meeting).values_list("pk", flat=True)[meeting.capacity :])
    told = meeting.replies.filter(is_waiting=True)
    freed = [r for r in told.select_related("membership__user", "membership__community") if r.pk not in waits]
    meeting.replies.filter(pk__in=[reply.pk for reply in freed]).update(is_waiting=False)
    meeting.replies.filter(pk__in=waits).update(is_waiting=True)
    for reply in freed:
        if reply.answer == Reply.Answer.YES and meeting.is_open:
            since = reply.yes_since or reply.answered_at
            emails.seat_freed(meeting, reply.membership, turn=int(since.timestamp()))
