"""The roster of a meeting: who may come, who said yes, who is there, who comes for the first time."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from communities.models import LEADING, Membership, Role, RoleAssignment
from meetings.domain.agenda.agendas import default_agenda
from meetings.models import Attendance, Meeting, Reply

SEARCH_FROM = 12  # names: under that the eye is quicker than a search


@dataclass(frozen=True)
class Row:
    membership: Membership
    status: str
    mode: str
    reply: str
    is_first_time: bool
    came_late: bool = False
    left_early: bool = False
    method: str = ""

    @property
    def is_provisional(self) -> bool:
        """By a typed name alone: a tick confirms it."""
        return self.is_present and self.method == Attendance.Method.CODE

    @property
    def is_present(self) -> bool:
        return self.status == Attendance.Status.PRESENT

    @property
    def away(self) -> str:
        """What not having come makes of them: whoever replied no had announced it."""
        return Attendance.Status.EXCUSED if self.reply == Reply.Answer.NO else Attendance.Status.ABSENT

    @property
    def status_label(self) -> str:
        return str(Attendance.Status(self.status).label)


@dataclass(frozen=True)
class Roster:
    rows: list[Row]
    guests: int
    unknown: int = field(init=False)

    def __post_init__(self) -> None:
        unknown = sum(row.status == Attendance.Status.UNKNOWN for row in self.rows)
        object.__setattr__(self, "unknown", unknown)

    @property
    def present(self) -> int:
        """People, and guests counted by head."""
        return sum(row.is_present for row in self.rows) + self.guests

    @property
    def expected(self) -> int:
        return sum(row.reply == Reply.Answer.YES for row in self.rows)

    @property
    def has_search(self) -> bool:
        return len(self.rows) > SEARCH_FROM


def staff_of(meeting: Meeting) -> QuerySet[User]:
    """Who runs it, and so is not counted: those named for it or, where nobody is, those of the community."""
    named, community = meeting.facilitators.all(), meeting.community
    facilitators = Q(pk__in=named.values("pk")) | Q(pk__in=community.facilitators().values("pk")) & ~Exists(named)
    if meeting.note_taker_id:
        return User.objects.filter(facilitators | Q(pk=meeting.note_taker_id))
    return User.objects.filter(facilitators | Q(pk__in=community.note_takers().values("pk")))


def runs(meeting: Meeting, person: int) -> bool:
    """Whether this person is of `staff_of`: the same rule in plain steps, for what a whole room opens at once."""
    named = set(Meeting.facilitators.through.objects.filter(meeting=meeting.pk).values_list("user_id", flat=True))
    if person in named or person == meeting.note_taker_id:
        return True
    roles = [] if named else [*LEADING]
    if not meeting.note_taker_id:
        roles.append(Role.NOTE_TAKER)
    held = RoleAssignment.objects.in_force().filter(community=meeting.community_id, role__in=roles, user=person)
    return bool(roles) and held.exists()


def expected_at(meeting: Meeting) -> QuerySet[Membership]:
    """The members a meeting keeps attendance of: active, without those who run it."""
    return meeting.people.active().exclude(user__in=staff_of(meeting))


def roster_of(meeting: Meeting) -> Roster:
    """Active members, whoever said yes, and whoever has a row already; those expected first, then by name.

    The order depends on replies and names alone, so that no line moves under a finger when someone is ticked.
    """
    mine = Q(meeting=meeting)
    has_row = Exists(Attendance.objects.filter(mine, membership=OuterRef("pk")))
    said_yes = Exists(Reply.objects.filter(mine, membership=OuterRef("pk"), answer=Reply.Answer.YES))
    earlier = Attendance.objects.filter(membership=OuterRef("pk"), status=Attendance.Status.PRESENT).exclude(mine)
    memberships = (
        meeting.people.filter(has_row | said_yes | Q(status=Membership.Status.ACTIVE) & ~Q(user__in=staff_of(meeting)))
        .select_related("user", "organisation")
        .annotate(came_before=Exists(earlier))
        .order_by("user__sort_key", "pk")
    )
    people = list(memberships)
    is_first_meeting = not any(m.came_before for m in people)
    fields = ("membership", "status", "mode", "came_late", "left_early", "method")
    recorded = Attendance.objects.filter(mine).values_list(*fields)
    here = {pk: known for pk, *known in recorded}
    answers = dict(Reply.objects.filter(mine).values_list("membership", "answer"))
    rows = [_row(m, here.get(m.pk), answers.get(m.pk, ""), is_first_meeting) for m in people]
    return Roster(sorted(rows, key=lambda row: row.reply != Reply.Answer.YES), meeting.guests)


def _row(membership: Any, here: list | None, reply: str, is_first_meeting: bool) -> Row:
    """`membership` says whether it came before: `roster_of` asked."""
    status, mode, *marks = here or (Attendance.Status.UNKNOWN, "", False, False, "")
    awaited = status == Attendance.Status.PRESENT or reply == Reply.Answer.YES
    is_first_time = awaited and not membership.came_before and not is_first_meeting
    return Row(membership, status, mode, reply, is_first_time, *marks)


def prepare(meeting: Meeting) -> None:
    Attendance.objects.bulk_create(
        [Attendance(meeting=meeting, membership=membership) for membership in expected_at(meeting)],
        ignore_conflicts=True,
    )
    if not meeting.agenda.exists():
        default_agenda(meeting)
