"""What is read of meetings and members before counting: a fixed number of queries for any number of communities."""

import datetime as dt
import zoneinfo
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Min, Q

from communities.domain.organisations import representing
from communities.models import LEADING, Community, Membership, Pause, Representation, Role, RoleAssignment
from evaluations.domain.indicators.year import ROTI, Turnout
from evaluations.domain.surveys.releases import Told
from evaluations.models import Pool, Release
from meetings.models import Attendance, Meeting, ModeMixin, Reply

LONGEST_MEMORY = 2  # earlier years read to tell a decline


@dataclass
class MeetingRead(ModeMixin):
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
    in_session: int | None
    after: int | None
    could_answer: int | None
    pool: int | None
    announced_at: dt.datetime | None
    venue: str
    host: str | None
    registration: str
    day: dt.date = dt.date.min
    crew: set[int] = field(default_factory=set)
    hosts: set[int] = field(default_factory=set)
    statuses: dict[int, str] = field(default_factory=dict)
    said: dict[int, str] = field(default_factory=dict)  # what members replied, where replies were asked
    waiting: set[int] = field(default_factory=set)  # of these, who had no seat

    FIELDS = (
        "pk", "community_id", "kind", "mode", "title", "starts_at", "ends_at", "guests", "closed_at",
        "attendance_confirmed_at", "note_taker_id", "survey__pk", "survey__closed_at",
        "survey__answers_in_session", "survey__answers_after", "survey__eligible", "survey__pool",
        "topic_announced_at", "venue", "host__name", "registration",
    )  # fmt: skip

    @property
    def counts(self) -> bool:
        return self.kind in Meeting.COUNTED

    @property
    def makes_rhythm(self) -> bool:
        return self.kind == Meeting.Kind.REGULAR

    @property
    def is_hosted(self) -> bool:
        return self.has_room and self.venue == Meeting.Venue.MEMBER

    @property
    def asks_replies(self) -> bool:
        return self.registration != Meeting.Registration.NONE

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

    @property
    def people(self) -> int:
        """Those identified, and guests counted by head."""
        return len(self.present) + self.guests

    @property
    def is_announced(self) -> bool:
        """People could know its topic before the day."""
        return self.announced_at is not None and self.announced_at < self.starts_at

    def turnout(self) -> Turnout:
        return Turnout(
            meeting=self.pk,
            day=self.day,
            kind=self.kind,
            mode=self.mode,
            title=self.title,
            minutes=self.minutes,
            present=self.people if self.is_recorded else None,
            is_announced=self.is_announced,
            host=(self.host or "") if self.is_hosted else "",
        )


@dataclass
class MemberRead:
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
    source: str
    represented: list[Representation] = field(default_factory=list)  # organisations of times that are over
    times_away: list[tuple[dt.date, dt.date]] = field(default_factory=list)  # over now: first day, day of the return

    FIELDS = (
        "pk", "community_id", "user_id", "organisation_id", "status", "joined_on", "left_on", "paused_on",
        "represents_since", "seat", "source",
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

    def could_come(self, meeting: MeetingRead) -> bool:
        """Active that day, and not one of those who ran it. « Non consignée » is not an absence."""
        if self.user in meeting.crew or not self.is_active_between(meeting.day, meeting.day):
            return False
        if any(first <= meeting.day < back for first, back in self.times_away):
            return False
        status = meeting.statuses.get(self.pk)
        if self.user in meeting.hosts or self.seat == Membership.Seat.SUBSTITUTE:  # not expected, welcome
            return status == Attendance.Status.PRESENT
        return status != Attendance.Status.UNKNOWN


def meetings_of(
    known: dict[int, Community], years: Collection[int], summed_only: Collection[int] = ()
) -> dict[int, list[MeetingRead]]:
    """Of these years and the few before, oldest first; of those `summed_only`, the last year alone. A meeting belongs
    to the year of its own local date."""
    first = dt.datetime(min(years) - LONGEST_MEMORY, 1, 1, tzinfo=dt.UTC) - dt.timedelta(days=1)
    first_summed = dt.datetime(max(years), 1, 1, tzinfo=dt.UTC) - dt.timedelta(days=1)
    last = dt.datetime(max(years) + 1, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=1)
    wanted = Q(community__in=[pk for pk in known if pk not in summed_only], starts_at__range=(first, last))
    wanted |= Q(community__in=list(summed_only), starts_at__range=(first_summed, last))
    rows = (
        Meeting.objects.filter(wanted, cancelled_at=None).order_by("starts_at", "pk").values_list(*MeetingRead.FIELDS)
    )
    found: dict[int, list[MeetingRead]] = {pk: [] for pk in known}
    for row in rows:
        meeting = MeetingRead(*row)
        meeting.day = _day(meeting.starts_at, known[meeting.community])
        if meeting.day.year <= max(years):
            found[meeting.community].append(meeting)
    return found


def _held(meetings: dict[int, list[MeetingRead]]) -> Iterator[MeetingRead]:
    return (m for some in meetings.values() for m in some if m.closed_at)


def name_crews(meetings: dict[int, list[MeetingRead]], known: dict[int, Community]) -> None:
    """Who ran each meeting (the roster's own rule), as the roles stood that day; and members who co-facilitated."""
    named: dict[int, set[int]] = defaultdict(set)
    through = Meeting.facilitators.through.objects.filter(meeting__in=[m.pk for m in _held(meetings)])
    for pk, user in through.values_list("meeting_id", "user_id"):
        named[pk].add(user)
    programmes = {c.programme_id for c in known.values() if c.programme_id}
    held_roles: dict[tuple[str, int], list[tuple]] = defaultdict(list)
    for user, role, own, programme, starts_on, ends_on in RoleAssignment.objects.filter(
        Q(community__in=known) | Q(programme__in=programmes), role__in=(*LEADING, Role.NOTE_TAKER, Role.EVALUATOR)
    ).values_list("user", "role", "community", "programme", "starts_on", "ends_on"):
        scope = ("community", own) if own else ("programme", programme)
        held_roles[scope].append((user, role, starts_on or dt.date.min, ends_on or dt.date.max))
    for meeting in _held(meetings):
        community = known[meeting.community]
        held = held_roles[("community", community.pk)] + held_roles[("programme", community.programme_id or 0)]
        in_force = [(user, role) for user, role, first, last in held if first <= meeting.day <= last]
        leading = {user for user, role in in_force if role in LEADING}
        note_takers = {user for user, role in in_force if role == Role.NOTE_TAKER}
        ever_led = {user for user, role, _first, _last in held if role in LEADING}
        meeting.crew = (
            ((named[meeting.pk] & ever_led) or leading)
            | ({meeting.note_taker} if meeting.note_taker else note_takers)
            | {user for user, role in in_force if role == Role.EVALUATOR}
        )
        meeting.hosts = named[meeting.pk] - meeting.crew


def record_attendance(
    meetings: dict[int, list[MeetingRead]], years: Collection[int], summed_only: Collection[int] = ()
) -> None:
    """Every row of these years; of those before, and of communities `summed_only`, who came."""
    held = {m.pk: m for m in _held(meetings)}
    in_full = [m.pk for m in held.values() if m.day.year in years and m.community not in summed_only]
    wanted = Q(meeting__in=in_full) | Q(meeting__in=list(held), status=Attendance.Status.PRESENT)
    for meeting, membership, status, user in Attendance.objects.filter(wanted).values_list(
        "meeting_id", "membership_id", "status", "membership__user_id"
    ):
        if user not in held[meeting].crew:
            held[meeting].statuses[membership] = status


def members_of(known: dict[int, Community]) -> dict[int, list[MemberRead]]:
    found: dict[int, list[MemberRead]] = {pk: [] for pk in known}
    for row in Membership.objects.filter(community__in=known).order_by("pk").values_list(*MemberRead.FIELDS):
        member = MemberRead(*row)
        found[member.community].append(member)
    by_pk = {member.pk: member for some in found.values() for member in some}
    for past in Representation.objects.filter(membership__community__in=known).order_by("ends_on", "pk"):
        by_pk[past.membership_id].represented.append(past)
    over = Pause.objects.filter(membership__community__in=known, ends_on__isnull=False).order_by()
    for membership, first, back in over.values_list("membership_id", "starts_on", "ends_on"):
        assert back is not None  # noqa: S101
        by_pk[membership].times_away.append((first, back))
    return found


def released_satisfaction(meetings: dict[int, list[MeetingRead]], years: Collection[int]) -> dict[int, Told]:
    """Survey → what its release tells of the return on time; those without a release are not there."""
    closed = {m.survey for m in _held(meetings) if m.day.year in years and m.survey and m.survey_closed_at}
    told = Release.objects.filter(survey__in=closed).values_list("survey_id", "figures__questions")
    return {survey: _worth(questions) for survey, questions in told}


@dataclass(frozen=True)
class PoolRead:
    """What small meetings told together said of the return on time."""

    surveys: frozenset[int]
    worth: Told


def told_pools(meetings: dict[int, list[MeetingRead]], years: Collection[int]) -> dict[int, PoolRead]:
    """Those that were told, with all the evaluations they hold."""
    wanted = {m.pool for m in _held(meetings) if m.day.year in years and m.pool}
    if not wanted:
        return {}
    surveys: dict[int, set[int]] = defaultdict(set)
    questions: dict[int, list[dict]] = {}
    told = Pool.objects.filter(pk__in=wanted, is_told=True)
    for pool, asked, survey in told.values_list("pk", "figures__questions", "surveys"):
        questions[pool] = asked
        surveys[pool].add(survey)
    return {pool: PoolRead(frozenset(surveys[pool]), _worth(asked)) for pool, asked in questions.items()}


def _worth(questions: list[dict]) -> Told:
    kept = next((question for question in questions if question["code"] == ROTI), None)
    return Told.from_json(kept) if kept else Told(ROTI, "", 0, ())


def met_before(known: dict[int, Community], year: int) -> set[int]:
    """Memberships present at some meeting before the year, which begins where the community lives."""
    before = Q(pk__in=())
    for zone in {community.time_zone for community in known.values()}:
        new_year = dt.datetime(year, 1, 1, tzinfo=zoneinfo.ZoneInfo(zone))
        there = [pk for pk, community in known.items() if community.time_zone == zone]
        before |= Q(membership__community__in=there, meeting__starts_at__lt=new_year)
    came = Attendance.objects.filter(before, status=Attendance.Status.PRESENT)
    return set(came.order_by().values_list("membership_id", flat=True).distinct())


def read_replies(meetings: dict[int, list[MeetingRead]], years: Collection[int]) -> None:
    """What members said they would do, and who of them waited for a seat."""
    asked = {m.pk: m for m in _held(meetings) if m.day.year in years and m.asks_replies}
    given = Reply.objects.filter(meeting__in=asked).exclude(answer="")
    for meeting, membership, answer, waits in given.values_list("meeting_id", "membership_id", "answer", "is_waiting"):
        asked[meeting].said[membership] = answer
        if waits:
            asked[meeting].waiting.add(membership)


def first_record(known: dict[int, Community]) -> dict[int, dt.date]:
    """Community → the day of the first meeting that somebody is known to have come to."""
    came = Attendance.objects.filter(meeting__community__in=known, status=Attendance.Status.PRESENT)
    first = came.order_by().values_list("meeting__community").annotate(Min("meeting__starts_at"))
    return {pk: _day(starts_at, known[pk]) for pk, starts_at in first}


def first_met_at_training(members: dict[int, list[MemberRead]], known: dict[int, Community], year: int) -> set[int]:
    """Of those who joined that year, whose first presence here was at a training, no later than the day they joined."""
    new = {m.pk: m for some in members.values() for m in some if m.joined_on and m.joined_on.year == year}
    came = Attendance.objects.filter(membership__in=new, status=Attendance.Status.PRESENT)
    first: dict[int, tuple[str, dt.datetime]] = {}
    for membership, kind, starts_at in came.order_by("meeting__starts_at", "meeting").values_list(
        "membership_id", "meeting__kind", "meeting__starts_at"
    ):
        first.setdefault(membership, (kind, starts_at))
    return {
        pk
        for pk, (kind, starts_at) in first.items()
        if kind == Meeting.Kind.TRAINING
        and _day(starts_at, known[new[pk].community]) <= (new[pk].joined_on or dt.date.min)
    }


def _day(moment: dt.datetime, community: Community) -> dt.date:
    """Where the community lives, wherever its figures are read from."""
    return moment.astimezone(zoneinfo.ZoneInfo(community.time_zone)).date()
