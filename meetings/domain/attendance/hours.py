"""What one's presences come to: the meetings of each year, the hours, and the letter that attests them."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import ngettext

from communities.models import Membership, Pause
from meetings.models import Attendance, Meeting


@dataclass
class Year:
    """One person's presences of one year in one community: the meetings that count, and all the hours."""

    year: int
    came: int = 0
    possible: int = 0
    minutes: int = 0

    @property
    def sentence(self) -> str:
        if not self.possible:
            return ""
        words = ngettext(
            "present at %(came)s of %(possible)s meeting", "present at %(came)s of %(possible)s meetings", self.possible
        )
        return words % {"came": self.came, "possible": self.possible}


def held_with(memberships: list[Membership]):
    """Meetings held in these communities; `is_recorded` says whether anybody's presence is known."""
    known = Attendance.objects.filter(meeting=OuterRef("pk")).exclude(status=Attendance.Status.UNKNOWN)
    held = Meeting.objects.held().filter(community__in={m.community_id for m in memberships})
    return held.annotate(is_recorded=Exists(known)).select_related("community").order_by("starts_at")


def years_of(memberships: list[Membership]) -> dict[int, list[Year]]:
    """Membership → its years, the last first. Meetings one could come to: since joining, outside pauses, before
    leaving, where presences were recorded (evaluation.md, P3). Hours are the planned length of every meeting,
    trainings too, where one was present."""
    by_community = {m.community_id: m for m in memberships}
    statuses = dict(Attendance.objects.filter(membership__in=memberships).values_list("meeting_id", "status"))
    pauses: dict[int, list] = defaultdict(list)
    for pause in Pause.objects.filter(membership__in=memberships, ends_on__isnull=False):
        pauses[pause.membership_id].append(pause)
    found: dict[int, dict[int, Year]] = {m.pk: {} for m in memberships}
    for meeting in held_with(memberships):
        membership = by_community[meeting.community_id]
        day, status = meeting.local_start.date(), statuses.get(meeting.pk)
        was_there = status == Attendance.Status.PRESENT
        if not was_there and not _was_expected(membership, pauses[membership.pk], meeting, day, status):
            continue
        year = found[membership.pk].setdefault(day.year, Year(day.year))
        if meeting.kind in Meeting.COUNTED:
            year.possible += 1
            year.came += was_there
        year.minutes += meeting.length_in_minutes * was_there
    return {pk: sorted(years.values(), key=lambda y: -y.year) for pk, years in found.items()}


def _was_expected(membership: Membership, pauses: list, meeting: Meeting, day: dt.date, status: str | None) -> bool:
    is_recorded: bool = meeting.is_recorded  # type: ignore[attr-defined]
    if not is_recorded or status == Attendance.Status.UNKNOWN or meeting.kind not in Meeting.COUNTED:
        return False
    if membership.joined_on is None and membership.status not in Membership.CURRENT:
        return False
    if membership.joined_on and day < membership.joined_on:
        return False
    if membership.left_on and day >= membership.left_on:
        return False
    if membership.status == Membership.Status.PAUSED and membership.paused_on and day >= membership.paused_on:
        return False
    return not any(pause.covers(day) for pause in pauses)


@dataclass(frozen=True)
class Attestation:
    """The letter for an employer (B06): recorded presences only, in one community, between two days."""

    membership: Membership
    first: dt.date
    last: dt.date
    meetings: list[Meeting]

    @classmethod
    def of(cls, membership: Membership, first: dt.date, last: dt.date) -> "Attestation":
        came = Meeting.objects.held().filter(
            attendances__membership=membership, attendances__status=Attendance.Status.PRESENT
        )
        known = came.select_related("community").order_by("starts_at")
        return cls(membership, first, last, [m for m in known if first <= m.local_start.date() <= last])

    @property
    def minutes(self) -> int:
        return sum(meeting.length_in_minutes for meeting in self.meetings)
