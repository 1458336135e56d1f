"""Who makes up a community, in three pictures: the core and those who come now and then, who comes back from one
meeting to the next, who arrives and who leaves. Counts alone: nobody is named, and nobody is given a rate."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.models import Community
from evaluations.domain.charts import Columns, columns
from evaluations.domain.indicators.reading import (
    MeetingRead,
    MemberRead,
    meetings_of,
    members_of,
    name_crews,
    record_attendance,
)

MEETINGS_SHOWN, YEARS_SHOWN = 6, 9
MEETING_STEP, YEAR_STEP = 48, 34  # pixels: all of them stand on a phone
FEWEST_MEETINGS = 2  # which a member could come to, before anything is said of how they come


@dataclass(frozen=True)
class Part:
    """Some of the members: how many, and what they have in common."""

    code: str
    n: int
    label: str


class WhoComes:
    """In six queries, whatever the meetings and the people."""

    def __init__(self, community: Community, year: int, today: dt.date | None = None) -> None:
        self.community, self.year, self.today = community, year, today or timezone.localdate()
        known = {community.pk: community}
        meetings = meetings_of(known, (year,))
        name_crews(meetings, known)
        record_attendance(meetings, (year,))
        self.meetings = [m for m in meetings[community.pk] if m.closed_at and m.counts and m.is_recorded]
        self.members = members_of(known)[community.pk]

    # ------------------------------------------------------------ the core, and now and then

    @cached_property
    def parts(self) -> list[Part]:
        """Of the members who could come to two meetings of the year or more, as the measure « core group » counts
        them."""
        core, sometimes, never = self._by_attachment()
        return [
            Part("core", core, _("at half of the meetings or more")),
            Part("sometimes", sometimes, _("now and then")),
            Part("never", never, _("not at all this year")),
        ]

    def _by_attachment(self) -> tuple[int, int, int]:
        of_year = [m for m in self.meetings if m.day.year == self.year]
        core = sometimes = never = 0
        for member in self.members:
            possible = [m for m in of_year if member.could_come(m)]
            if len(possible) < FEWEST_MEETINGS:
                continue
            came = sum(member.pk in m.present for m in possible)
            core += 2 * came >= len(possible)
            sometimes += 0 < 2 * came < len(possible)
            never += not came
        return core, sometimes, never

    @property
    def number(self) -> int:
        return sum(part.n for part in self.parts)

    # ------------------------------------------------------------ who comes back

    @cached_property
    def overlap(self) -> Columns | None:
        """The last meetings: of those present, who was at the meeting before. Guests counted by head are nobody's
        second time."""
        pairs = list(zip(self.meetings, self.meetings[1:], strict=False))[-MEETINGS_SHOWN:]
        return columns([self._column(*pair) for pair in pairs], MEETING_STEP) if pairs else None

    def _column(self, before: MeetingRead, meeting: MeetingRead) -> tuple[str, int, int, int]:
        again = len(before.present & meeting.present)
        return date_format(meeting.day, "j N"), again, len(meeting.present) - again, 0

    @property
    def overlap_said(self) -> str:
        return "; ".join(
            _("%(day)s: %(again)s were there the time before, %(others)s were not")
            % {"day": one.label, "again": one.full, "others": one.hollow}
            for one in (self.overlap.bars if self.overlap else ())
        )

    # ------------------------------------------------------------ who arrives, who leaves

    @cached_property
    def comings(self) -> Columns | None:
        """Year by year since the community began, nine at most; a pause that lasts counts as leaving."""
        years = range(max(self.community.started_on.year, self.today.year - YEARS_SHOWN + 1), self.today.year + 1)
        counted = [(year, *_moves(self.members, year, self.today)) for year in years]
        told = [(str(year), came, 0, left) for year, came, left in counted]
        return columns(told, YEAR_STEP) if any(came or left for _year, came, left in counted) else None

    @property
    def comings_said(self) -> str:
        return "; ".join(
            _("%(year)s: %(came)s arrived, %(left)s left") % {"year": one.label, "came": one.full, "left": one.under}
            for one in (self.comings.bars if self.comings else ())
        )


def _moves(members: Sequence[MemberRead], year: int, today: dt.date) -> tuple[int, int]:
    first, last = dt.date(year, 1, 1), min(dt.date(year, 12, 31), today)
    came = sum(bool(m.ever_joined and m.joined_on and m.joined_on.year == year) for m in members)
    active = (m for m in members if m.is_active_between(first, last))
    return came, sum(bool(m.stopped_on and m.stopped_on.year == year) for m in active)
