"""From what was read to a community's year."""

import datetime as dt
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone

from communities.models import Community, Membership
from evaluations.indicators.decline import Circumstance, decline
from evaluations.indicators.measures import Measure
from evaluations.indicators.reading import (
    MeetingRead,
    MemberRead,
    count_answers,
    first_met_at_training,
    meetings_of,
    members_of,
    met_before,
    name_crews,
    read_replies,
    record_attendance,
)
from evaluations.indicators.year import Satisfaction, Year
from meetings.models import Attendance, Reply


def of(
    communities: Iterable[Community], year: int, *, today: dt.date | None = None, in_depth: bool = False
) -> dict[int, Year]:
    """Community → its year. `in_depth` adds what one report needs and a list of communities does not: new faces,
    replies kept or not, where new members come from."""
    known = {c.pk: c for c in communities}
    today = today or timezone.localdate()
    meetings = meetings_of(known, year)
    name_crews(meetings, known)
    record_attendance(meetings, year)
    members = members_of(known)
    steps = count_answers(meetings, year)
    depth = None
    if in_depth:
        read_replies(meetings, year)
        depth = Depth(met_before(known, year), first_met_at_training(members, year))
    return {
        pk: _count(community, year, today, meetings[pk], members[pk], steps, depth) for pk, community in known.items()
    }


@dataclass(frozen=True)
class Depth:
    """Memberships that only a report asks about."""

    met_before: set[int]
    by_training: set[int]


def _count(
    community: Community,
    year: int,
    today: dt.date,
    meetings: list[MeetingRead],
    members: list[MemberRead],
    steps: dict[int, list[int]],
    depth: Depth | None,
) -> Year:
    first, until = dt.date(year, 1, 1), min(dt.date(year, 12, 31), today)
    held = [m for m in meetings if m.closed_at and m.day.year == year]
    counted = [m for m in held if m.counts]
    recorded = [m for m in counted if m.is_recorded]
    active = [m for m in members if m.is_active_between(first, until)]
    here = set().union(*(m.present for m in recorded))
    reached = [m for m in members if m.pk in here]
    organisations = frozenset(
        organisation
        for meeting in recorded
        for m in reached
        if m.pk in meeting.present and (organisation := m.organisation_on(meeting.day))
    )
    threshold = community.anonymity_threshold
    shown = [m for m in held if m.survey and m.answers >= max(threshold, m.survey_threshold or 0)]
    limits = {m.survey: max(threshold, m.survey_threshold or 0) for m in shown if m.survey}
    all_steps = [step for survey, limit in limits.items() for step in steps[survey] if len(steps[survey]) >= limit]
    asked = [m for m in held if m.survey and m.survey_closed_at]
    responded = tuple(sum(getattr(m, name) or 0 for m in asked) for name in ("in_session", "after", "could_answer"))
    curve = [t for m in meetings if m.closed_at and m.makes_rhythm and (t := m.turnout()).present is not None]
    return Year(
        year=year,
        until=until,
        members=len(active),
        turnouts=tuple(m.turnout() for m in counted),
        apart=tuple(m.turnout() for m in held if not m.counts),
        unclosed=sum(m.day.year == year and m.day < today and not m.closed_at for m in meetings),
        measures=tuple(_measures(community, year, recorded, members, active, reached, organisations, responded, depth)),
        around=tuple(_around(year, held, members, depth)),
        satisfaction=Satisfaction.of(all_steps, threshold),
        decline=decline(
            [t.present or 0 for t in curve],
            [t.day for t in curve],
            [Circumstance(t.mode, t.is_announced) for t in curve],
        ),
        surveys=limits,
        responded=responded,  # type: ignore[arg-type]
        people=frozenset(m.user for m in reached),
        organisations=organisations,
    )


def _measures(
    community: Community,
    year: int,
    recorded: list[MeetingRead],
    members: list[MemberRead],
    active: list[MemberRead],
    reached: list[MemberRead],
    organisations: frozenset[int],
    responded: tuple,
    depth: Depth | None,
) -> Iterator[Measure]:
    """In the order of the report. Overlap says nothing of a group where everyone is expected."""
    here = {m.pk for m in reached}
    present = [len(m.present) + m.guests for m in recorded]
    yield Measure("P1", statistics.mean(present) if present else None, len(present), sum(present))
    yield Measure.share("P2", sum(m.pk in here for m in active), len(active) if recorded else 0)
    possible = {m.pk: [meeting for meeting in recorded if m.could_come(meeting)] for m in members}
    came = {pk: sum(pk in meeting.present for meeting in some) for pk, some in possible.items()}
    yield Measure.share("P3", sum(came.values()), sum(map(len, possible.values())))
    steady = {pk: some for pk, some in possible.items() if len(some) >= 2}
    yield Measure.share("P4", sum(2 * came[pk] >= len(some) for pk, some in steady.items()), len(steady))
    if not community.expects_everyone:
        yield _overlap(recorded)
    if depth:
        yield from _on_replies(recorded)
    if not community.is_of_individuals:
        yield Measure("P8", len(organisations) if recorded else None, len(recorded))
    if depth:
        yield Measure("P9", len(here - depth.met_before) if recorded else None, len(here))
        stopped = sum(bool(m.stopped_on and m.stopped_on.year == year) for m in active)
        yield Measure("P9b", stopped if recorded else None, len(active))
    hours = sum(m.minutes * n for m, n in zip(recorded, present, strict=True)) / 60
    yield Measure("P10", hours if recorded else None, len(recorded))
    in_session, after, could = responded
    yield Measure.share("P11", in_session + after, could)
    yield Measure.share("P11s", in_session, could)
    yield Measure.share("P11a", after, could)


def _overlap(recorded: list[MeetingRead]) -> Measure:
    pairs = [(a.present, b.present) for a, b in zip(recorded, recorded[1:], strict=False) if a.present | b.present]
    both, either = sum(len(a & b) for a, b in pairs), sum(len(a | b) for a, b in pairs)
    return Measure("P5", both / either if either else None, len(pairs), both)


def _on_replies(recorded: list[MeetingRead]) -> Iterator[Measure]:
    """Of whoever said yes and whose presence was recorded; « non consignée » is neither kept nor broken."""
    absent, excused = Attendance.Status.ABSENT, Attendance.Status.EXCUSED
    asked = [m for m in recorded if m.asks_replies]
    yes = [
        m.statuses[pk] for m in asked for pk, said in m.said.items() if said == Reply.Answer.YES and m.statuses.get(pk)
    ]
    kept = [status for status in yes if status != Attendance.Status.UNKNOWN]
    yield Measure.cautious("P6", kept.count(absent), len(kept))
    yield Measure.cautious("P6e", kept.count(excused), len(kept))
    silent = sum(pk not in m.said for m in asked for pk in m.present)
    yield Measure.cautious("P7", silent, sum(len(m.present) for m in asked))


def _around(year: int, held: list[MeetingRead], members: list[MemberRead], depth: Depth | None) -> Iterator[Measure]:
    """How the year was made, rather than who came."""
    yield Measure.part("rhythm", sum(m.makes_rhythm for m in held), len(held))
    if depth:
        new = [m for m in members if m.ever_joined and m.joined_on and m.joined_on.year == year]
        training = Membership.Source.TRAINING
        yield Measure.part("training", sum(m.source == training or m.pk in depth.by_training for m in new), len(new))
    somewhere = [m for m in held if m.gathers_somewhere]
    yield Measure.part("hosted", sum(m.is_hosted for m in somewhere), len(somewhere))
    turnouts = [t for t in (m.turnout() for m in held if m.counts) if t.present is not None]
    yield Measure.mean("told", [t.present for t in turnouts if t.present is not None and t.is_announced])
    yield Measure.mean("untold", [t.present for t in turnouts if t.present is not None and not t.is_announced])
