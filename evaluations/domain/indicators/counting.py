"""From what was read to a community's year."""

import datetime as dt
import statistics
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from communities.models import Community, Membership
from evaluations.domain.indicators.decline import FEWEST, USUAL, Circumstance, Decline, Rule, decline, rules_of
from evaluations.domain.indicators.measures import Measure
from evaluations.domain.indicators.reading import (
    LONGEST_MEMORY,
    MeetingRead,
    MemberRead,
    PoolRead,
    first_met_at_training,
    first_record,
    meetings_of,
    members_of,
    met_before,
    name_crews,
    read_replies,
    record_attendance,
    released_satisfaction,
    told_pools,
)
from evaluations.domain.indicators.year import WORTH_IT, Presence, Satisfaction, Year
from evaluations.domain.surveys.releases import Told
from meetings.models import Attendance, Reply

YES, NO = Reply.Answer.YES, Reply.Answer.NO
ABSENT, EXCUSED, UNKNOWN = Attendance.Status.ABSENT, Attendance.Status.EXCUSED, Attendance.Status.UNKNOWN


def of(
    communities: Iterable[Community], year: int, *, today: dt.date | None = None, in_depth: bool = False
) -> dict[int, Year]:
    """Community → its year. `in_depth` adds what one report needs and a list of communities does not: new faces,
    replies kept or not, where new members come from."""
    found = over(communities, (year,), today=today, in_depth=in_depth)
    return {pk: years[year] for pk, years in found.items()}


def over(
    communities: Iterable[Community],
    years: Collection[int],
    *,
    today: dt.date | None = None,
    in_depth: bool = False,
    summed_only: Collection[int] = (),
) -> dict[int, dict[int, Year]]:
    """Community → each of these years in a row: in as many queries as one of them, unless `in_depth`.

    Of those in `summed_only`, the last of these years alone, and what several communities add up to (`Together`):
    who came, organisations, answers, meetings; no measure, no decline. Much less is read of them.
    """
    known = {c.pk: c for c in communities}
    today = today or timezone.localdate()
    meetings = meetings_of(known, years, summed_only)
    name_crews(meetings, known)
    record_attendance(meetings, years, summed_only)
    members = members_of(known)
    told, pools = released_satisfaction(meetings, years), told_pools(meetings, years)
    rules = rules_of(known[pk] for pk, some in meetings.items() if sum(m.makes_rhythm for m in some) >= FEWEST)
    depths: dict[int, Depth] = {}
    if in_depth:
        read_replies(meetings, years)
        first = first_record(known)
        depths = {y: Depth(met_before(known, y), first_met_at_training(members, known, y), first) for y in years}
    return {
        pk: {
            y: _Count(
                community, y, today, meetings[pk], members[pk], told, pools, depths.get(y), rules.get(pk, USUAL)
            ).year_of(is_summed_only=pk in summed_only)
            for y in ((max(years),) if pk in summed_only else years)
        }
        for pk, community in known.items()
    }


@dataclass(frozen=True)
class Depth:
    """Memberships that only a report asks about, and the first day that anybody is known to have come."""

    met_before: set[int]
    by_training: set[int]
    first_record: dict[int, dt.date]  # by community


@dataclass
class _Count:
    """One year of one community: what was read, the groups its figures are counted over, and the figures."""

    community: Community
    year: int
    today: dt.date
    meetings: list[MeetingRead]  # of other years too
    members: list[MemberRead]
    released: dict[int, Told]
    pools: dict[int, PoolRead]
    depth: Depth | None
    rule: Rule = USUAL

    def year_of(self, *, is_summed_only: bool = False) -> Year:
        return Year(
            year=self.year,
            until=self.until,
            members=self.number_of_members,
            turnouts=tuple(m.turnout() for m in self.counted),
            apart=tuple(m.turnout() for m in self.held if not m.counts),
            unclosed=sum(m.day.year == self.year and m.day < self.today and not m.closed_at for m in self.meetings),
            measures=() if is_summed_only else tuple(self.measures()),
            around=() if is_summed_only else tuple(self.around()),
            satisfaction=self.satisfaction(),
            decline=None if is_summed_only else self.decline(),
            surveys=self.surveys,
            responded=self.responded,
            people=frozenset(m.user for m in self.reached),
            organisations=self.organisations,
            presences=tuple(self.presences()) if self.depth else (),
            new_organisations=self.organisations - self.known_before(self.depth) if self.depth else frozenset(),
            guest_minutes=sum(m.guests * m.minutes for m in self.recorded),
        )

    # -------------------------------------------------------- over what

    @property
    def until(self) -> dt.date:
        return min(dt.date(self.year, 12, 31), self.today)

    @cached_property
    def held(self) -> list[MeetingRead]:
        return [m for m in self.meetings if m.closed_at and m.day.year == self.year]

    @cached_property
    def counted(self) -> list[MeetingRead]:
        return [m for m in self.held if m.counts]

    @cached_property
    def recorded(self) -> list[MeetingRead]:
        return [m for m in self.counted if m.is_recorded]

    @cached_property
    def active(self) -> list[MemberRead]:
        return [m for m in self.members if m.is_active_between(dt.date(self.year, 1, 1), self.until)]

    @property
    def number_of_members(self) -> int:
        """Today, as every page counts them (`Community.number_of_members`); of a year that is over, on its last day."""
        if self.until == self.today:
            return sum(m.status == Membership.Status.ACTIVE for m in self.members)
        return sum(m.is_active_between(self.until, self.until) for m in self.members)

    @cached_property
    def here(self) -> set[int]:
        """Memberships present at least once."""
        return set().union(*(m.present for m in self.recorded))

    @cached_property
    def reached(self) -> list[MemberRead]:
        return [m for m in self.members if m.pk in self.here]

    @cached_property
    def organisations(self) -> frozenset[int]:
        """Those that the people present stood for that day."""
        return frozenset(
            organisation
            for meeting in self.recorded
            for m in self.reached
            if m.pk in meeting.present and (organisation := m.organisation_on(meeting.day))
        )

    def presences(self) -> Iterator[Presence]:
        for m in self.reached:
            for meeting in self.recorded:
                if m.pk in meeting.present:
                    stood_for = m.organisation_on(meeting.day)
                    yield Presence(m.pk, stood_for, meeting.pk, meeting.minutes, meeting.mode)

    def known_before(self, depth: Depth) -> set[int]:
        """Organisations whose members came in an earlier year: those they stood for when the year began, or before."""
        new_year = dt.date(self.year, 1, 1)
        earlier = [m for m in self.members if m.pk in depth.met_before]
        past = {one.organisation_id for m in earlier for one in m.represented if one.ends_on < new_year}
        return past | {stood_for for m in earlier if (stood_for := m.organisation_on(new_year))}

    @cached_property
    def surveys(self) -> tuple[int, ...]:
        """Those that were released, alone or with others."""
        pooled = set().union(*(pool.surveys for pool in self.pooled))
        return tuple(m.survey for m in self.held if m.survey and (m.survey in self.released or m.survey in pooled))

    @cached_property
    def pooled(self) -> list[PoolRead]:
        """Small meetings told together; of a pool all of whose meetings are of this year, as they were told."""
        here = {m.survey for m in self.held}
        numbers = {m.pool for m in self.held if m.pool in self.pools}
        return [self.pools[number] for number in sorted(filter(None, numbers)) if self.pools[number].surveys <= here]

    @cached_property
    def responded(self) -> tuple[int, int, int]:
        """In session, after, people who could."""
        asked = [m for m in self.counted if m.survey and m.survey_closed_at]
        return (
            sum(m.in_session or 0 for m in asked),
            sum(m.after or 0 for m in asked),
            sum(m.could_answer or 0 for m in asked),
        )

    # -------------------------------------------------------- figures

    def satisfaction(self) -> Satisfaction:
        alone = [self.released[survey] for survey in self.surveys if survey in self.released]
        told = [*alone, *(pool.worth for pool in self.pooled)]
        known = [(one.n, one.number_of(WORTH_IT)) for one in told]
        some = [(n, *between) for n, between in known if between]
        n, low, high = (sum(figures) for figures in zip(*some, strict=True)) if some else (0, 0, 0)
        return Satisfaction(worth=low, n=n, worth_most=high)

    def decline(self) -> Decline | None:
        """Of regular meetings alone, those of the years before included."""
        remembered = range(self.year - LONGEST_MEMORY, self.year + 1)
        regular = [m.turnout() for m in self.meetings if m.closed_at and m.makes_rhythm and m.day.year in remembered]
        curve = [turnout for turnout in regular if turnout.present is not None]
        return decline(
            [t.present or 0 for t in curve],
            [t.day for t in curve],
            [Circumstance(t.mode, t.is_announced) for t in curve],
            self.rule,
        )

    def measures(self) -> Iterator[Measure]:
        """In the order of the report. Overlap says nothing of a group where everyone is expected."""
        yield from self._on_presence()
        if not self.community.expects_everyone:
            yield _overlap(self.recorded)
        if self.depth:
            yield from _on_replies(self.recorded)
        if not self.community.is_of_individuals:
            yield Measure("P8", len(self.organisations) if self.recorded else None, len(self.recorded))
        if self.depth:
            yield from self._on_comings_and_goings(self.depth)
        hours = sum(m.minutes * m.people for m in self.recorded) / 60
        yield Measure("P10", hours if self.recorded else None, len(self.recorded))
        in_session, after, could = self.responded
        yield Measure.share("P11", in_session + after, could)
        yield Measure.share("P11s", in_session, could)
        yield Measure.share("P11a", after, could)

    def _on_presence(self) -> Iterator[Measure]:
        present = [m.people for m in self.recorded]
        yield Measure("P1", statistics.mean(present) if present else None, len(present), sum(present))
        could = [m for m in self.active if any(m.user not in meeting.crew for meeting in self.recorded)]
        yield Measure.share("P2", sum(m.pk in self.here for m in could), len(could))
        possible = {m.pk: [meeting for meeting in self.recorded if m.could_come(meeting)] for m in self.members}
        came = {pk: sum(pk in meeting.present for meeting in some) for pk, some in possible.items()}
        yield Measure.share("P3", sum(came.values()), sum(map(len, possible.values())))
        steady = {pk: some for pk, some in possible.items() if len(some) >= 2}
        yield Measure.share("P4", sum(2 * came[pk] >= len(some) for pk, some in steady.items()), len(steady))

    def _on_comings_and_goings(self, depth: Depth) -> Iterator[Measure]:
        new = len(self.here - depth.met_before) if self.recorded else None
        yield Measure("P9", new, len(self.here), since=self._unknown_before(depth))
        stopped = sum(bool(m.stopped_on and m.stopped_on.year == self.year) for m in self.active)
        yield Measure("P9b", stopped if self.recorded else None, len(self.active))

    def _unknown_before(self, depth: Depth) -> dt.date | None:
        """The first record, where the community is older than it."""
        first = depth.first_record.get(self.community.pk)
        return first if first and self.community.started_on < first else None

    def around(self) -> Iterator[Measure]:
        """How the year was made, rather than who came."""
        yield Measure.part("rhythm", sum(m.makes_rhythm for m in self.held), len(self.held))
        if self.depth:
            yield self._met_at_training(self.depth)
        somewhere = [m for m in self.held if m.has_room]
        yield Measure.part("hosted", sum(m.is_hosted for m in somewhere), len(somewhere))
        told = [m.people for m in self.recorded if m.is_announced]
        untold = [m.people for m in self.recorded if not m.is_announced]
        yield Measure.mean("told", told)
        yield Measure.mean("untold", untold)

    def _met_at_training(self, depth: Depth) -> Measure:
        new = [m for m in self.members if m.ever_joined and m.joined_on and m.joined_on.year == self.year]
        met = sum(m.source == Membership.Source.TRAINING or m.pk in depth.by_training for m in new)
        return Measure.part_of_people("training", met, len(new))


def _overlap(recorded: list[MeetingRead]) -> Measure:
    pairs = [(a.present, b.present) for a, b in zip(recorded, recorded[1:], strict=False) if a.present | b.present]
    both, either = sum(len(a & b) for a, b in pairs), sum(len(a | b) for a, b in pairs)
    return Measure.overlap(both, either, len(pairs))


def _on_replies(recorded: list[MeetingRead]) -> Iterator[Measure]:
    """Of whoever replied and whose presence was recorded; « non consignée » is neither kept nor broken, nor is the
    yes of whoever waited for a seat. A « no » is an absence announced."""
    asked = [m for m in recorded if m.asks_replies]
    kept = [
        (said, status)
        for m in asked
        for pk, said in m.said.items()
        if said in (YES, NO) and pk not in m.waiting and (status := m.statuses.get(pk, UNKNOWN)) != UNKNOWN
    ]
    yes = [status for said, status in kept if said == YES]
    announced = [status for said, status in kept if status == EXCUSED or (said, status) == (NO, ABSENT)]
    yield Measure.share("P6", yes.count(ABSENT), len(yes))
    yield Measure.share("P6e", len(announced), len(kept))
    silent = sum(pk not in m.said for m in asked for pk in m.present)
    yield Measure.share("P7", silent, sum(len(m.present) for m in asked))
