"""The measures of a year, each with its definition and its n: who came, how often, what they answered.

`of` reads any number of communities in a fixed number of queries and counts in Python. Whoever runs a meeting is
not counted in it; a member who co-facilitates is. Trainings and preparatory meetings stand apart. Where there is
nothing to divide by, a measure has no value: « données insuffisantes », never zero. No figure is about one person.
"""

import datetime as dt
import math
import statistics
import zoneinfo
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from communities import representing
from communities.models import LEADING, Community, Grant, Membership, Pause, Representation, Role
from evaluations.models import Response
from meetings.models import Attendance, Meeting

METHOD = 1  # raised when a formula below changes, so that a report says which one it used
EASY_SIZE = (6, 20)  # people: the size that is easiest to facilitate (guide, p. 11)
LONGEST_MEMORY = 2  # earlier years read to tell a decline

# ------------------------------------------------------------ measures

_NAMES = {
    "P1": gettext_lazy("Attendance per meeting"),
    "P2": gettext_lazy("Reach in the year"),
    "P3": gettext_lazy("Assiduity"),
    "P4": gettext_lazy("Core group"),
    "P5": gettext_lazy("Overlap between meetings"),
    "P8": gettext_lazy("Organisations reached"),
    "P9": gettext_lazy("New faces"),
    "P9b": gettext_lazy("Left or paused"),
    "P10": gettext_lazy("Hours contributed"),
    "P11": gettext_lazy("Response rate"),
    "P11s": gettext_lazy("Response rate in session"),
    "P11a": gettext_lazy("Response rate afterwards"),
}
_DEFINITIONS = {
    "P1": gettext_lazy(
        "People present, on average: those identified and guests counted by head, without those who run the meeting."
    ),
    "P2": gettext_lazy("Active members present at least once ÷ active members in the year."),
    "P3": gettext_lazy(
        "Presences ÷ meetings each member could come to: since joining, outside pauses, before leaving."
    ),
    "P4": gettext_lazy(
        "Members present at half or more of the meetings they could come to ÷ members who could come to two or more."
    ),
    "P5": gettext_lazy(
        "People present at both of two meetings in a row ÷ people present at either: they are not always the same."
    ),
    "P8": gettext_lazy("Different organisations with at least one presence."),
    "P9": gettext_lazy("People present for the first time since the community began."),
    "P9b": gettext_lazy("Members who left or took a break during the year."),
    "P10": gettext_lazy("Planned length of each meeting × people present."),
    "P11": gettext_lazy("Answers received ÷ people present who could answer."),
    "P11s": gettext_lazy("Answers received before the end of the meeting ÷ people present who could answer."),
    "P11a": gettext_lazy("Answers received after the meeting ÷ people present who could answer."),
}
_SHARES = {"P2", "P3", "P4", "P5", "P11", "P11s", "P11a"}


@dataclass(frozen=True)
class Measure:
    """One figure of a year. `count` ÷ `n` for a share; `n` says over what."""

    code: str
    value: float | None
    n: int
    count: int | None = None

    @classmethod
    def share(cls, code: str, count: int, n: int) -> "Measure":
        return cls(code, count / n if n else None, n, count)

    @property
    def name(self) -> str:
        return str(_NAMES[self.code])

    @property
    def definition(self) -> str:
        return str(_DEFINITIONS[self.code])

    @property
    def is_known(self) -> bool:
        return self.value is not None

    @property
    def shown(self) -> str:
        """The figure as a person reads it, in the language of the moment."""
        if self.value is None:
            return _("insufficient data")
        if self.code in _SHARES:
            return percent(self.value)
        if self.code == "P10":
            return pgettext("hours", "%(n)s h") % {"n": number(self.value)}
        return number(self.value, 1 if self.code == "P1" else 0)

    @property
    def over(self) -> str:
        """« n = 52 membres »: over what the figure was computed."""
        n = self.n
        sentences = {
            "P1": ngettext("n = %(n)s meeting", "n = %(n)s meetings", n),
            "P2": ngettext("n = %(n)s member", "n = %(n)s members", n),
            "P3": ngettext("n = %(n)s possible presence", "n = %(n)s possible presences", n),
            "P4": ngettext("n = %(n)s member", "n = %(n)s members", n),
            "P5": ngettext("n = %(n)s pair of meetings", "n = %(n)s pairs of meetings", n),
            "P8": ngettext("n = %(n)s meeting", "n = %(n)s meetings", n),
            "P9": ngettext("n = %(n)s person met", "n = %(n)s people met", n),
            "P9b": ngettext("n = %(n)s member", "n = %(n)s members", n),
            "P10": ngettext("n = %(n)s meeting", "n = %(n)s meetings", n),
        }
        sentence = sentences.get(self.code) or ngettext("n = %(n)s person present", "n = %(n)s people present", n)
        return sentence % {"n": number(n)}


def percent(share: float) -> str:
    """A whole percentage, halves up, as people round."""
    return pgettext("percentage", "%(n)s%%") % {"n": math.floor(share * 100 + 0.5)}


def number(value: float, decimals: int = 0) -> str:
    return formats.number_format(math.floor(value * 10**decimals + 0.5) / 10**decimals, decimals)


# ------------------------------------------------------------ decline


@dataclass(frozen=True)
class Decline:
    """« Une baisse marquée et répétée »: the last three turnouts against those before."""

    before: float
    after: float
    spans_years: bool = False

    @property
    def is_weak(self) -> bool:
        """Few meetings over long years say little: a weak signal, which alerts nobody."""
        return self.spans_years

    @property
    def sentence(self) -> str:
        told = {"before": number(self.before), "after": number(self.after)}
        if self.is_weak:
            return _("Weak signal: from %(before)s to %(after)s people on average, over more than two years.") % told
        return (
            _(
                "Attendance went from %(before)s people on average to %(after)s over the last three meetings. "
                "To check: the time of the meetings, satisfaction, engagement, scattered discussions, changing needs."
            )
            % told
        )


LAST, FEWEST_BEFORE, MOST_BEFORE = 3, 3, 6
MARKED, LOW = 0.7, 0.85
SPAN = dt.timedelta(days=730)


def decline(turnouts: Sequence[int], days: Sequence[dt.date] = ()) -> Decline | None:
    """Marked: the mean of the last three is at most 70 % of the mean of the three to six before. Repeated: two of
    the three at least are under the lower quartile of those before, and under 85 % of their mean: one empty room
    next to an ordinary meeting is no decline. Fewer than six meetings tell nothing.

    `days`, when given, are theirs: a window of more than two years makes a weak signal only.
    """
    if len(turnouts) < LAST + FEWEST_BEFORE:
        return None
    window = list(turnouts)[-(LAST + MOST_BEFORE) :]
    before, last = window[:-LAST], window[-LAST:]
    if statistics.mean(last) > MARKED * statistics.mean(before):
        return None
    quartile = statistics.quantiles(before, n=4, method="inclusive")[0]
    if sorted(last)[1] >= min(quartile, LOW * statistics.mean(before)):
        return None
    dated = list(days)[-len(window) :]
    return Decline(statistics.mean(before), statistics.mean(last), bool(dated) and dated[-1] - dated[0] > SPAN)


# ------------------------------------------------------------ satisfaction

ROTI = "R1"  # « Le temps que j'ai consacré à cette rencontre... », five steps
WORTH_IT = 3  # « en valait la peine »


@dataclass(frozen=True)
class Satisfaction:
    """The return on time invested, over the surveys of the year that may be shown."""

    median: float | None = None
    worth: int = 0
    n: int = 0

    @classmethod
    def of(cls, steps: list[int], threshold: int) -> "Satisfaction":
        if len(steps) < threshold:
            return cls()
        return cls(statistics.median(steps), sum(step >= WORTH_IT for step in steps), len(steps))

    @property
    def is_known(self) -> bool:
        return self.median is not None

    @property
    def share(self) -> str:
        return percent(self.worth / self.n) if self.n else _("insufficient data")

    @property
    def shown(self) -> str:
        if self.median is None:
            return _("insufficient data")
        return number(self.median, 0 if self.median == int(self.median) else 1)


# ------------------------------------------------------------ a community's year


@dataclass(frozen=True)
class Turnout:
    """A meeting held, and how many came; `present` is None when nobody recorded it."""

    meeting: int
    day: dt.date
    kind: str
    mode: str
    title: str
    minutes: int
    present: int | None
    is_announced: bool = False  # people could know what it was about before the day; not kept in the first reports

    @property
    def kind_label(self) -> str:
        return str(Meeting.Kind(self.kind).label)

    @property
    def mode_label(self) -> str:
        return str(Meeting.Mode(self.mode).label)


@dataclass(frozen=True)
class Year:
    """Everything counted of one community for one year."""

    year: int
    until: dt.date
    members: int
    turnouts: tuple[Turnout, ...]
    apart: tuple[Turnout, ...]
    unclosed: int
    measures: tuple[Measure, ...]
    satisfaction: Satisfaction
    decline: Decline | None
    surveys: dict[int, int] = field(default_factory=dict, compare=False)  # that may be shown → answers it takes
    responded: tuple[int, int, int] = (0, 0, 0)  # in session, after, people who could
    people: frozenset[int] = field(default=frozenset(), compare=False)  # to count across communities; never kept
    organisations: frozenset[int] = field(default=frozenset(), compare=False)

    @property
    def by_code(self) -> dict[str, Measure]:
        return {m.code: m for m in self.measures}

    @property
    def attended(self) -> list[int]:
        """People present at each meeting that counts and was recorded, oldest first: the curve."""
        return [t.present for t in self.turnouts if t.present is not None]

    @property
    def by_announcement(self) -> str:
        """« Le fait de ne pas annoncer les sujets à l'avance peut [...] avoir un effet sur le taux de participation »
        (guide, p. 15): both turnouts, where there is at least one of each."""
        told = [t.present for t in self.turnouts if t.present is not None and t.is_announced]
        silent = [t.present for t in self.turnouts if t.present is not None and not t.is_announced]
        if not told or not silent:
            return ""
        return _(
            "With the topic announced: %(told)s people on average (n = %(n_told)s); without: %(silent)s "
            "(n = %(n_silent)s). Other things differ between these meetings: it suggests, it proves nothing."
        ) % {
            "told": number(statistics.mean(told), 1),
            "n_told": len(told),
            "silent": number(statistics.mean(silent), 1),
            "n_silent": len(silent),
        }

    @property
    def alerts(self) -> bool:
        return bool(self.decline and not self.decline.is_weak)

    @property
    def held(self) -> int:
        return len(self.turnouts) + len(self.apart)

    @property
    def trainings(self) -> int:
        return sum(t.kind == Meeting.Kind.TRAINING for t in self.apart)


@dataclass
class _Meeting:
    """What is read of a meeting, and who was there."""

    pk: int
    community: int
    kind: str
    mode: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    guests: int
    closed_at: dt.datetime | None
    confirmed_at: dt.datetime | None
    note_taker: int | None
    survey: int | None
    survey_closed_at: dt.datetime | None
    survey_threshold: int | None
    in_session: int | None
    after: int | None
    could_answer: int | None
    announced_at: dt.datetime | None
    day: dt.date = dt.date.min
    crew: set[int] = field(default_factory=set)
    hosts: set[int] = field(default_factory=set)
    statuses: dict[int, str] = field(default_factory=dict)
    answers: int = 0

    FIELDS = (
        "pk", "community_id", "kind", "mode", "title", "starts_at", "ends_at", "guests", "closed_at",
        "attendance_confirmed_at", "note_taker_id", "survey__pk", "survey__closed_at", "survey__threshold",
        "survey__answers_in_session", "survey__answers_after", "survey__eligible",
        "topic_announced_at",
    )  # fmt: skip

    @property
    def counts(self) -> bool:
        return self.kind in Meeting.COUNTED

    @cached_property
    def present(self) -> set[int]:
        """Memberships, once all that is known of attendance has been read."""
        return {pk for pk, status in self.statuses.items() if status == Attendance.Status.PRESENT}

    @property
    def is_recorded(self) -> bool:
        known = any(status != Attendance.Status.UNKNOWN for status in self.statuses.values())
        return bool(self.confirmed_at or self.guests or known)

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    def turnout(self) -> Turnout:
        present = len(self.present) + self.guests if self.is_recorded else None
        told = self.announced_at is not None and self.announced_at < self.starts_at
        return Turnout(self.pk, self.day, self.kind, self.mode, self.title, self.minutes, present, told)


@dataclass
class _Member:
    pk: int
    community: int
    user: int
    organisation: int | None
    status: str
    joined_on: dt.date | None
    left_on: dt.date | None
    paused_on: dt.date | None
    represents_since: dt.date | None
    seat: str
    represented: list[Representation] = field(default_factory=list)  # organisations of times that are over
    times_away: list[tuple[dt.date, dt.date]] = field(default_factory=list)  # over now: first day, day of the return

    FIELDS = (
        "pk", "community_id", "user_id", "organisation_id", "status", "joined_on", "left_on", "paused_on",
        "represents_since", "seat",
    )  # fmt: skip

    def organisation_on(self, day: dt.date) -> int | None:
        """Whom a presence of that day counts for: a person who was replaced keeps what they brought before."""
        return representing.organisation_on(day, self.organisation, self.represents_since, self.represented)

    @property
    def ever_joined(self) -> bool:
        return self.joined_on is not None or self.status in Membership.CURRENT

    @property
    def stopped_on(self) -> dt.date | None:
        """The day they left, or began the break that still lasts."""
        paused = self.paused_on if self.status == Membership.Status.PAUSED else None
        days = [day for day in (self.left_on, paused) if day]
        return min(days) if days else None

    def is_active_between(self, first: dt.date, last: dt.date) -> bool:
        if not self.ever_joined or (self.status == Membership.Status.ALUMNI and not self.left_on):
            return False
        stopped = self.stopped_on
        return (self.joined_on is None or self.joined_on <= last) and (stopped is None or stopped > first)

    def could_come(self, meeting: _Meeting) -> bool:
        """Active that day, and not one of those who ran it. « Non consignée » is not an absence."""
        if self.user in meeting.crew or not self.is_active_between(meeting.day, meeting.day):
            return False
        if any(first <= meeting.day < back for first, back in self.times_away):
            return False
        status = meeting.statuses.get(self.pk)
        if self.user in meeting.hosts or self.seat == Membership.Seat.SUBSTITUTE:  # not expected, welcome
            return status == Attendance.Status.PRESENT
        return status != Attendance.Status.UNKNOWN


def of(
    communities: Iterable[Community], year: int, *, today: dt.date | None = None, in_depth: bool = False
) -> dict[int, Year]:
    """Community → its year. `in_depth` adds what one report needs and a list of communities does not: new faces."""
    known = {c.pk: c for c in communities}
    today = today or timezone.localdate()
    meetings = _meetings(known, year)
    _name_crews(meetings, known)
    _record_attendance(meetings, year)
    members = _members(known)
    steps = _count_answers(meetings, year)
    earlier = _met_before(known, year) if in_depth else None
    return {
        pk: _count(community, year, today, meetings[pk], members[pk], steps, earlier) for pk, community in known.items()
    }


def _meetings(known: dict[int, Community], year: int) -> dict[int, list[_Meeting]]:
    """Of the year and the few before, oldest first; a meeting belongs to the year of its own local date."""
    first = dt.datetime(year - LONGEST_MEMORY, 1, 1, tzinfo=dt.UTC) - dt.timedelta(days=1)
    last = dt.datetime(year + 1, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=1)
    rows = (
        Meeting.objects.filter(community__in=known, cancelled_at=None, starts_at__range=(first, last))
        .order_by("starts_at", "pk")
        .values_list(*_Meeting.FIELDS)
    )
    found: dict[int, list[_Meeting]] = {pk: [] for pk in known}
    for row in rows:
        meeting = _Meeting(*row)
        zone = zoneinfo.ZoneInfo(known[meeting.community].time_zone)
        meeting.day = meeting.starts_at.astimezone(zone).date()
        if meeting.day.year <= year:
            found[meeting.community].append(meeting)
    return found


def _held(meetings: dict[int, list[_Meeting]]) -> Iterator[_Meeting]:
    return (m for some in meetings.values() for m in some if m.closed_at)


def _name_crews(meetings: dict[int, list[_Meeting]], known: dict[int, Community]) -> None:
    """Who ran each meeting (the roster's own rule), as the roles stood that day; and members who co-facilitated."""
    named: dict[int, set[int]] = defaultdict(set)
    through = Meeting.facilitators.through.objects.filter(meeting__in=[m.pk for m in _held(meetings)])
    for pk, user in through.values_list("meeting_id", "user_id"):
        named[pk].add(user)
    programmes = {c.programme_id for c in known.values() if c.programme_id}
    held_roles: dict[tuple[str, int], list[tuple]] = defaultdict(list)
    for user, role, own, programme, starts_on, ends_on in Grant.objects.filter(
        Q(community__in=known) | Q(programme__in=programmes), role__in=(*LEADING, Role.NOTE_TAKER, Role.EVALUATOR)
    ).values_list("user", "role", "community", "programme", "starts_on", "ends_on"):
        scope = ("community", own) if own else ("programme", programme)
        held_roles[scope].append((user, role, starts_on or dt.date.min, ends_on or dt.date.max))
    for meeting in _held(meetings):
        community = known[meeting.community]
        grants = held_roles[("community", community.pk)] + held_roles[("programme", community.programme_id or 0)]
        in_force = [(user, role) for user, role, first, last in grants if first <= meeting.day <= last]
        leading = {user for user, role in in_force if role in LEADING}
        note_takers = {user for user, role in in_force if role == Role.NOTE_TAKER}
        ever_led = {user for user, role, _first, _last in grants if role in LEADING}
        meeting.crew = (
            ((named[meeting.pk] & ever_led) or leading)
            | ({meeting.note_taker} if meeting.note_taker else note_takers)
            | {user for user, role in in_force if role == Role.EVALUATOR}
        )
        meeting.hosts = named[meeting.pk] - meeting.crew


def _record_attendance(meetings: dict[int, list[_Meeting]], year: int) -> None:
    """Every row of the year; of the years before, who came."""
    held = {m.pk: m for m in _held(meetings)}
    this_year = [m.pk for m in held.values() if m.day.year == year]
    wanted = Q(meeting__in=this_year) | Q(meeting__in=list(held), status=Attendance.Status.PRESENT)
    for meeting, membership, status, user in Attendance.objects.filter(wanted).values_list(
        "meeting_id", "membership_id", "status", "membership__user_id"
    ):
        if user not in held[meeting].crew:
            held[meeting].statuses[membership] = status


def _members(known: dict[int, Community]) -> dict[int, list[_Member]]:
    found: dict[int, list[_Member]] = {pk: [] for pk in known}
    for row in Membership.objects.filter(community__in=known).order_by("pk").values_list(*_Member.FIELDS):
        member = _Member(*row)
        found[member.community].append(member)
    by_pk = {member.pk: member for some in found.values() for member in some}
    for past in Representation.objects.filter(membership__community__in=known).order_by("ends_on", "pk"):
        by_pk[past.membership_id].represented.append(past)
    over = Pause.objects.filter(membership__community__in=known, ends_on__isnull=False).order_by()
    for membership, first, back in over.values_list("membership_id", "starts_on", "ends_on"):
        assert back is not None  # noqa: S101
        by_pk[membership].times_away.append((first, back))
    return found


def _count_answers(meetings: dict[int, list[_Meeting]], year: int) -> dict[int, list[int]]:
    """Survey → the return-on-time steps, and on each meeting how many answered."""
    closed = {m.survey: m for m in _held(meetings) if m.day.year == year and m.survey and m.survey_closed_at}
    steps: dict[int, list[int]] = defaultdict(list)
    for survey, step in Response.objects.filter(survey__in=closed).values_list("survey_id", f"answers__{ROTI}"):
        closed[survey].answers += 1
        if step is not None:
            steps[survey].append(int(step))
    return steps


def _met_before(known: dict[int, Community], year: int) -> set[int]:
    """Memberships present at some meeting before the year."""
    return set(
        Attendance.objects.filter(
            membership__community__in=known,
            status=Attendance.Status.PRESENT,
            meeting__starts_at__lt=dt.datetime(year, 1, 1, tzinfo=timezone.get_current_timezone()),
        )
        .order_by()
        .values_list("membership_id", flat=True)
        .distinct()
    )


def _count(
    community: Community,
    year: int,
    today: dt.date,
    meetings: list[_Meeting],
    members: list[_Member],
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
    recorded: list[_Meeting],
    members: list[_Member],
    active: list[_Member],
    reached: list[_Member],
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


def _overlap(recorded: list[_Meeting]) -> Measure:
    pairs = [(a.present, b.present) for a, b in zip(recorded, recorded[1:], strict=False) if a.present | b.present]
    both, either = sum(len(a & b) for a, b in pairs), sum(len(a | b) for a, b in pairs)
    return Measure("P5", both / either if either else None, len(pairs), both)


# ------------------------------------------------------------ many communities together


@dataclass(frozen=True)
class Together:
    """The same figures for all the communities one reads, each person and organisation counted once."""

    communities: int
    meetings: int
    trainings: int
    people: int
    organisations: int
    in_session: Measure
    after: Measure
    worth: int
    answers: int

    @classmethod
    def of(cls, years: Iterable[Year]) -> "Together":
        some = list(years)
        in_session, after, could = (sum(y.responded[i] for y in some) for i in range(3))
        return cls(
            communities=len(some),
            meetings=sum(y.held for y in some),
            trainings=sum(y.trainings for y in some),
            people=len(_union(some, lambda y: y.people)),
            organisations=len(_union(some, lambda y: y.organisations)),
            in_session=Measure.share("P11s", in_session, could),
            after=Measure.share("P11a", after, could),
            worth=sum(y.satisfaction.worth for y in some),
            answers=sum(y.satisfaction.n for y in some),
        )

    @property
    def satisfied(self) -> str:
        return percent(self.worth / self.answers) if self.answers else _("insufficient data")


def _union(years: list[Year], pick: Callable[[Year], frozenset[int]]) -> frozenset[Any]:
    return frozenset().union(*(pick(y) for y in years))
