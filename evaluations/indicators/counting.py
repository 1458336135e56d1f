"""From what was read to a community's year."""

import datetime as dt
import statistics
from collections.abc import Iterable, Iterator

from django.utils import timezone

from communities.models import Community
from evaluations.indicators.decline import decline
from evaluations.indicators.measures import Measure
from evaluations.indicators.reading import (
    MeetingRead,
    MemberRead,
    count_answers,
    meetings_of,
    members_of,
    met_before,
    name_crews,
    record_attendance,
)
from evaluations.indicators.year import Satisfaction, Year


def of(
    communities: Iterable[Community], year: int, *, today: dt.date | None = None, in_depth: bool = False
) -> dict[int, Year]:
    """Community → its year. `in_depth` adds what one report needs and a list of communities does not: new faces."""
    known = {c.pk: c for c in communities}
    today = today or timezone.localdate()
    meetings = meetings_of(known, year)
    name_crews(meetings, known)
    record_attendance(meetings, year)
    members = members_of(known)
    steps = count_answers(meetings, year)
    earlier = met_before(known, year) if in_depth else None
    return {
        pk: _count(community, year, today, meetings[pk], members[pk], steps, earlier) for pk, community in known.items()
    }


def _count(
    community: Community,
    year: int,
    today: dt.date,
    meetings: list[MeetingRead],
    members: list[MemberRead],
    steps: dict[int, list[int]],
    earlier: set[int] | None,
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
    curve = [(m.day, m.turnout().present) for m in meetings if m.closed_at and m.counts and m.is_recorded]
    return Year(
        year=year,
        until=until,
        members=len(active),
        turnouts=tuple(m.turnout() for m in counted),
        apart=tuple(m.turnout() for m in held if not m.counts),
        unclosed=sum(m.day.year == year and m.day < today and not m.closed_at for m in meetings),
        measures=tuple(
            _measures(community, year, recorded, members, active, reached, organisations, responded, earlier)
        ),
        satisfaction=Satisfaction.of(all_steps, threshold),
        decline=decline([n for _day, n in curve if n is not None], [day for day, _n in curve]),
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
    earlier: set[int] | None,
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
    if not community.is_of_individuals:
        yield Measure("P8", len(organisations) if recorded else None, len(recorded))
    if earlier is not None:
        yield Measure("P9", len(here - earlier) if recorded else None, len(here))
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
