"""Names typed at the room's code, until somebody who runs the meeting confirms who they are.

A typed name is noted as a presence at once, for the meeting goes on; it counts in the evaluation once it is confirmed:
here, by a tick on the list, or by an attendance file.
"""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.models import User
from communities.models import Membership
from meetings.domain.attendance import attendance, corrections
from meetings.domain.attendance.corrections import Because
from meetings.domain.attendance.roster import staff_of
from meetings.models import Attendance, AttendanceCorrection, Meeting, RoomSeat

MISTAKEN = Because(AttendanceCorrection.Why.MISTAKE)


def to_confirm(meeting: Meeting) -> list[Attendance]:
    """Present by their typed name alone, by name."""
    typed = meeting.attendances.provisional().exclude(membership__user__in=staff_of(meeting))
    people = typed.select_related("membership__user", "membership__organisation")
    return list(people.order_by("membership__user__sort_key", "membership"))


class Typed:
    """What is asked of those who run the meeting about names typed in the room."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting

    @cached_property
    def to_confirm(self) -> list[Attendance]:
        return to_confirm(self.meeting)

    @cached_property
    def twice(self) -> list[Membership]:
        """Who opened their own link while their name was typed in the room too: perhaps by somebody of that name."""
        by_link = self.meeting.attendances.present().filter(method=Attendance.Method.LINK)
        there = Membership.objects.filter(room_seats__meeting=self.meeting, attendances__in=by_link).distinct()
        return list(there.select_related("user", "organisation").order_by("user__sort_key", "pk"))


@transaction.atomic
def confirm(meeting: Meeting, memberships: Collection[int], by: User) -> int:
    """They are who they typed, and here: as if each was ticked on the list. How many; what is confirmed stays."""
    corrections.hold(meeting)
    typed = meeting.attendances.provisional().filter(membership__in=memberships)
    return typed.update(method=Attendance.Method.ROSTER, recorded_by=by, recorded_at=timezone.now())


@transaction.atomic
def is_someone_else(meeting: Meeting, membership: Membership, by: User) -> Membership:
    """Another person of that name typed it: they are listed on their own and confirmed, with the seat their phone has;
    whoever was taken for them is no longer said to be here, unless something else than that name says so."""
    is_closed = corrections.hold(meeting)
    seats = RoomSeat.objects.select_for_update().filter(meeting=meeting, membership=membership)
    if not seats:
        raise ValidationError(_("Nobody has typed this name in the room."))
    user = membership.user
    newcomer = attendance.newcomer(meeting, user.first_name, user.last_name, None)
    seats.update(membership=newcomer)
    concerned = [membership, newcomer]
    was = corrections.standing(meeting, concerned)
    meeting.attendances.provisional().filter(membership=membership).delete()
    attendance.record(meeting, newcomer, Attendance.Status.PRESENT, by=by, because=MISTAKEN)
    if is_closed:
        corrections.record_correction(meeting, was, corrections.standing(meeting, [membership]), MISTAKEN, by)
    return newcomer


@transaction.atomic
def is_not_here(meeting: Meeting, membership: Membership, by: User) -> None:
    """Nobody of that name is in the room. Whoever was listed by that typing alone is taken off the list again."""
    is_closed = corrections.hold(meeting)
    was = corrections.standing(meeting, [membership])
    if not meeting.attendances.provisional().filter(membership=membership).delete()[0]:
        return
    if is_closed:
        corrections.record_correction(meeting, was, corrections.standing(meeting, [membership]), MISTAKEN, by)
    attendance.take_off_if_unused([membership.pk])
