"""Recording who came: from the roster, from a phone, on the spot. The last press wins, and each is one row."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User, normalised
from communities.models import Membership, Organisation
from meetings.domain.attendance import corrections
from meetings.domain.attendance.corrections import Because
from meetings.models import Attendance, Meeting, RoomSeat


def permission(meeting: Meeting) -> str:
    """Those who run it record it; once it is closed, fewer people correct it."""
    return "meetings.correct_attendance" if meeting.closed_at else "meetings.record_attendance"


@transaction.atomic
def record(
    meeting: Meeting,
    membership: Membership,
    status: str,
    *,
    method: str = Attendance.Method.ROSTER,
    mode: str = "",
    mark: str = "",
    by: User | None = None,
    because: Because | None = None,
) -> Attendance:
    """Write what is known of one person at one meeting, over what was known before. `mark` is « late » or « early »;
    after the closing it is a correction, which says `because` of what."""
    if membership.community_id != meeting.community_id:
        raise ValidationError(_("This person is not in this community."))
    # First: it takes the meeting's row, so that presses of two devices and the closing come in turn.
    is_closed = corrections.hold(meeting)
    reason = corrections.reason_for(meeting, because) if is_closed else None
    was = corrections.standing(meeting, [membership]) if reason else {}
    fields = _mode_and_marks(meeting, status, mode, mark)
    attendance = _write(meeting, membership, status=status, method=method, recorded_by=by, **fields)
    if reason:
        corrections.record_correction(meeting, was, {membership.pk: attendance.standing}, reason, by)
    return attendance


def _write(meeting: Meeting, membership: Membership, **fields) -> Attendance:
    """Over what was known. The time is read once the row is held: the order of times is the order of writing."""
    fields["recorded_at"] = timezone.now
    return Attendance.objects.update_or_create(meeting=meeting, membership=membership, defaults=fields)[0]


def _mode_and_marks(meeting: Meeting, status: str, mode: str, mark: str) -> dict:
    """A mark adds to what is known of a presence; whoever is not present has none."""
    known = mode or ("" if meeting.is_hybrid else meeting.mode)
    fields: dict = {"mode": known} if known or not mark else {}
    if status != Attendance.Status.PRESENT:
        return fields | {"came_late": False, "left_early": False}
    return fields | {name: True for name in [{"late": "came_late", "early": "left_early"}.get(mark)] if name}


def check_in(meeting: Meeting, membership: Membership, *, method: str, mode: str = "") -> Attendance:
    """« Je suis là » : by the person, from their own phone. Refused outside the hours of check-in."""
    refuse_outside_hours(meeting)
    said = corrections.SAID_ON_ONES_PAGE  # up to a day after the end, closed or not
    return record(meeting, membership, Attendance.Status.PRESENT, method=method, mode=mode, because=said)


@transaction.atomic
def check_in_by_code(meeting: Meeting, name: str, organisation: str = "", *, mode: str = "") -> RoomSeat:
    """« Je suis là » : by a name typed in the room, until the meeting closes. The room has a size, so that nobody fills
    it from outside."""
    refuse_outside_hours(meeting)
    membership = walk_in(meeting, name, organisation, method=Attendance.Method.CODE, mode=mode).membership
    seat, _is_new = RoomSeat.objects.get_or_create(meeting=meeting, membership=membership)
    if meeting.room_seats.count() > room_size(meeting):
        raise ValidationError(_("This room is full: ask the person who facilitates to add your name to the list."))
    return seat


def refuse_outside_hours(meeting: Meeting) -> None:
    if meeting.accepts_check_in():
        return
    if meeting.cancelled_at:
        raise ValidationError(_("This meeting was cancelled."))
    if timezone.now() > meeting.ends_at:
        raise ValidationError(_("Check-in is over for this meeting."))
    raise ValidationError(_("Check-in opens one hour before the meeting."))


def room_size(meeting: Meeting) -> int:
    """How many may check in with a code: twice the members, and never fewer than sixty."""
    return max(60, 2 * meeting.community.memberships.active().count())


@transaction.atomic
def walk_in(
    meeting: Meeting,
    name: str,
    organisation: str = "",
    *,
    method: str,
    mode: str = "",
    by: User | None = None,
    because: Because | None = None,
) -> Attendance:
    """Someone who is not on the list came. A person of that name already in the community is that person (of two,
    the one of that organisation); anyone else joins its pool as eligible, without an address, for the facilitator
    to complete."""
    if corrections.hold(meeting):  # takes the meeting's row: a name sent twice at the same moment is one person
        if method == Attendance.Method.CODE:
            raise ValidationError(_("Check-in is over for this meeting."))
        because = corrections.reason_for(meeting, because)
    known = named(meeting, name, organisation)
    here = meeting.attendances.present().filter(membership=known).first() if known else None
    if here and method == Attendance.Method.CODE:
        return here  # what proves more than a typed name stays
    if known:
        return record(meeting, known, Attendance.Status.PRESENT, method=method, mode=mode, by=by, because=because)
    first, _space, last = " ".join(name.split()).partition(" ")
    membership = newcomer(meeting, first, last, Organisation.named(organisation))
    return record(meeting, membership, Attendance.Status.PRESENT, method=method, mode=mode, by=by, because=because)


def newcomer(meeting: Meeting, first_name: str, last_name: str, organisation: Organisation | None) -> Membership:
    """Someone who came without being on the list."""
    return Membership.objects.create(
        community=meeting.community,
        user=User.objects.create_user(first_name=first_name[:80], last_name=last_name[:80]),
        organisation=organisation,
        status=Membership.Status.ELIGIBLE,
        source=Membership.Source.WALK_IN,
    )


def take_off_if_unused(memberships: Iterable[int]) -> None:
    """People who were listed as having come, and of whom nothing else is known."""
    unused = Membership.objects.filter(
        pk__in=memberships, status=Membership.Status.ELIGIBLE, source=Membership.Source.WALK_IN, attendances=None,
        replies=None, user__email=None,
    )  # fmt: skip
    people = list(unused.values_list("user", flat=True))
    unused.delete()
    User.objects.filter(pk__in=people, memberships=None).delete()


def named(meeting: Meeting, name: str, organisation: str = "") -> Membership | None:
    people = meeting.community.memberships.select_related("user", "organisation")
    same = [m for m in people if normalised(m.user.full_name) == normalised(name)]
    theirs = (m for m in same if m.organisation and m.organisation.sort_key == normalised(organisation))
    return next(theirs, same[0] if same else None)


@transaction.atomic
def count_guests(meeting: Meeting, guests: int, *, by: User | None = None, because: Because | None = None) -> None:
    """Heads that no name goes with."""
    is_closed = corrections.hold(meeting)
    if is_closed:
        counted = Meeting.objects.values_list("guests", flat=True).get(pk=meeting.pk)
        corrections.write_guests(meeting, counted, guests, corrections.reason_for(meeting, because), by)
    Meeting.objects.filter(pk=meeting.pk).update(guests=guests)


def is_to_record(meeting: Meeting) -> bool:
    """It has begun by the clock, and nobody started it on the console: those who met elsewhere bring their file."""
    return meeting.is_open and meeting.started_at is None and timezone.now() >= meeting.starts_at


def present_at(meeting: Meeting) -> list[Attendance]:
    """With the names that pages show."""
    rows = meeting.attendances.filter(status=Attendance.Status.PRESENT)
    return list(rows.select_related("membership__user", "membership__organisation").order_by("membership"))


def people_of(meeting: Meeting) -> QuerySet[Membership]:
    """Whom a line can be entrusted to: everyone who has not left."""
    current = meeting.community.memberships.exclude(status=Membership.Status.ALUMNI)
    return current.select_related("user").order_by("user__sort_key", "pk")
