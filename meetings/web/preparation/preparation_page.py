"""The preparation page of one meeting: who is coming and what they asked for, how many, the agenda by the clock, who
does what, and what is left to check. A fixed number of queries, whatever the number of people."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import cached_property

from communities.domain.members import consents
from communities.models import LEADING, Membership, Policies, Purpose, Role, RoleAssignment
from meetings.domain.attendance import roster
from meetings.domain.preparation import breakouts, co_facilitation, note_taking
from meetings.domain.preparation import self_checklist as qualities
from meetings.domain.preparation.forecast import COMMITTED, LATER, SILENT, Forecast, Past, forecast
from meetings.models import AgendaItem, Attendance, Logistics, Meeting, Reply, Topic, TopicSupport

LEARNED_FROM = 6  # meetings
LAST_MOMENT = dt.timedelta(hours=24)  # from then on, who has not answered is not expected to
COMING = (Reply.Answer.YES, Reply.Answer.MAYBE)


@dataclass(frozen=True)
class Guest:
    """Someone who said they may come."""

    membership: Any
    reply: Reply
    is_first_time: bool


@dataclass(frozen=True)
class Plan:
    """How the exchange would go with that many people."""

    people: int
    minutes: int  # of exchange, all blocks together
    groups: int  # 0: everybody together
    each: int  # minutes for each person


@dataclass(frozen=True)
class Label:
    x: float
    text: int
    is_of_band: bool = False


@dataclass(frozen=True)
class Band:
    """The forecast drawn on the band of the size sought, in pixels."""

    target: tuple[float, float]
    low: float
    likely: float
    high: float
    labels: list[Label]

    WIDTH, MARGIN, APART = 316, 10, 20

    @classmethod
    def of(cls, found: Forecast, policies: Policies) -> "Band":
        most = max(24, found.high + 2, policies.target_max + 4)

        def x(people: int) -> float:
            return round(cls.MARGIN + people * (cls.WIDTH - 2 * cls.MARGIN) / most, 1)

        ends = [Label(x(n), n) for n in dict.fromkeys((found.low, found.high))]
        if len(ends) == 2 and ends[1].x - ends[0].x < cls.APART:
            ends = []  # the number above says it
        of_band = [Label(x(n), n, is_of_band=True) for n in (policies.target_min, policies.target_max)]
        free = [label for label in of_band if all(abs(label.x - end.x) >= cls.APART for end in ends)]
        places = (x(policies.target_min), x(policies.target_max))
        return cls(places, x(found.low), x(found.likely), x(found.high), [*ends, *free])

    @property
    def target_width(self) -> float:
        return round(self.target[1] - self.target[0], 1)


class Preparation:
    """What the page shows, each part read only if it is drawn."""

    def __init__(self, meeting: Meeting, now: dt.datetime | None = None) -> None:
        self.meeting = meeting
        self.now = now or timezone.now()

    # ------------------------------------------------------------ people

    @cached_property
    def replies(self) -> list[Any]:
        """By name, each with whether the person runs the meeting, and has come before; whether anyone has."""
        crew = roster.staff_of(self.meeting).filter(pk=OuterRef("membership__user"))
        came = Attendance.objects.filter(status=Attendance.Status.PRESENT).exclude(meeting=self.meeting.pk)
        return list(
            self.meeting.replies.select_related("membership__user", "membership__organisation")
            .annotate(
                is_of_crew=Exists(crew),
                came_before=Exists(came.filter(membership=OuterRef("membership"))),
                group_has_met=Exists(came.filter(meeting__community=self.meeting.community_id)),
            )
            .order_by("membership__user__sort_key", "pk")
        )

    @cached_property
    def guests(self) -> list[Guest]:
        """Those who said yes, then maybe; a first meeting of a group has no first-timers."""
        coming = [reply for reply in self.replies if reply.answer in COMING]
        guests = [Guest(r.membership, r, r.group_has_met and not r.came_before) for r in coming]
        return sorted(guests, key=lambda guest: COMING.index(guest.reply.answer))

    @property
    def first_timers(self) -> int:
        return sum(guest.is_first_time for guest in self.guests)

    @property
    def wishes(self) -> list[Reply]:
        """What those who will not come asked for, too: it was asked."""
        return [reply for reply in self.replies if reply.wish and reply.answer not in COMING]

    @property
    def waiting(self) -> int:
        """For a seat."""
        return sum(reply.is_waiting for reply in self.replies)

    @property
    def needs(self) -> list[Reply]:
        return [reply for reply in self.replies if reply.needs and reply.answer != Reply.Answer.NO]

    @cached_property
    def not_to_photograph(self) -> list[Membership]:
        """Current members who have not agreed to be in photos, by name."""
        current = self.meeting.community.memberships.current().select_related("user")
        return list(consents.without(Purpose.PHOTO, current).order_by("user__sort_key"))

    # ------------------------------------------------------------ how many

    @cached_property
    def forecast(self) -> Forecast:
        more = self.meeting.starts_at - self.now > LAST_MOMENT
        called, committed = Q(pk__in=self._called()), self._committed()
        silent = self._silent().aggregate(
            n=Count("pk", filter=~committed),
            called=Count("pk", filter=called & ~committed),
            committed=Count("pk", filter=committed),
        )
        counts = Counter(reply.answer for reply in self.replies if reply.answer and not reply.is_of_crew)
        return forecast(
            {**counts, SILENT: silent["n"], COMMITTED: silent["committed"]},
            history_of(self.meeting),
            more_expected=more,
            called=silent["called"],
            is_committed=self.is_committed,
        )

    @property
    def is_committed(self) -> bool:
        """Members of a cohort are expected unless they say no; a training is nobody's commitment."""
        return self.meeting.community.expects_everyone and self.meeting.kind in Meeting.COUNTED

    def _committed(self) -> Q:
        """Whom silence does not excuse: neither someone who is not a member yet, nor a substitute."""
        if not self.is_committed:
            return Q(pk__in=())
        return Q(status=Membership.Status.ACTIVE) & ~Q(seat=Membership.Seat.SUBSTITUTE)

    def _silent(self) -> QuerySet:
        answered = self.meeting.replies.exclude(answer="").values("membership")
        people = self.meeting.people.invitable().exclude(user__in=roster.staff_of(self.meeting).values("pk"))
        return people.exclude(pk__in=answered)

    def _called(self) -> QuerySet:
        """Those who said that a topic of this meeting calls them: nobody sees who, the forecast counts them."""
        planned = TopicSupport.objects.filter(topic__meeting=self.meeting, topic__state__in=Topic.PLANNED)
        return planned.values("membership")

    @property
    def rates(self) -> list[tuple[Any, int]]:
        """Each group of people with how many are in it now."""
        unused = {LATER, SILENT} if self.is_committed else {COMMITTED}
        found = [(rate, self.forecast.groups[rate.group]) for rate in self.forecast.rates]
        return [(rate, n) for rate, n in found if n or rate.group not in unused]

    @cached_property
    def policies(self) -> Policies:
        return Policies.of(self.meeting.community)

    @cached_property
    def band(self) -> Band:
        return Band.of(self.forecast, self.policies)

    @property
    def may_be_few(self) -> bool:
        return self.forecast.low < self.policies.target_min

    @property
    def may_be_many(self) -> bool:
        return self.forecast.high > self.policies.target_max

    @property
    def plans(self) -> list[Plan]:
        """For 8 and for 20, in the minutes of exchange of this agenda; a group that all can speak in, else several."""
        minutes = (
            sum(b.minutes for b in self.blocks if b.kind == AgendaItem.Kind.EXCHANGE)
            or self.meeting.length_in_minutes // 2
        )
        large = breakouts.number_for(20)
        together = max(1, minutes // 8)
        in_groups = max(1, (minutes - 2 * large) // -(-20 // large))  # two minutes for each group to report
        return [Plan(8, minutes, 0, together), Plan(20, minutes, large, in_groups)]

    # ------------------------------------------------------------ what is planned

    @cached_property
    def blocks(self) -> list[AgendaItem]:
        return list(self.meeting.agenda.all())

    @cached_property
    def groups(self) -> list:
        return list(self.meeting.groups.annotate(size=Count("members")).select_related("facilitator"))

    @property
    def groups_without_facilitator(self) -> int:
        return breakouts.missing(self.groups)

    @property
    def could_be_groups(self) -> int:
        """How many sub-groups the forecast suggests; none while all can sit together."""
        return breakouts.number_for(self.forecast.likely) if self.forecast.likely > 8 else 0

    @property
    def logistics(self) -> Logistics | None:
        return getattr(self.meeting, "logistics", None)

    # ------------------------------------------------------------ who does what

    @cached_property
    def facilitators(self) -> list[tuple[Any, bool]]:
        """Those of the meeting, each with whether they are external (paid, with a mandate)."""
        here = RoleAssignment.objects.in_force().reaching(self.meeting.community)
        held = here.filter(user=OuterRef("pk"), role__in=LEADING)
        external = Exists(held.filter(role=Role.EXTERNAL)) & ~Exists(held.exclude(role=Role.EXTERNAL))
        return [(user, user.is_external) for user in self.meeting.facilitators.annotate(is_external=external)]

    @cached_property
    def co_facilitators(self) -> list:
        return list(self.meeting.co_facilitators.select_related("user", "organisation"))

    @cached_property
    def volunteers(self) -> list:
        """Those who offered and are not named yet, with how often they have done it."""
        named = {membership.pk for membership in self.co_facilitators}
        offered = co_facilitation.candidates(self.meeting).filter(volunteered_for=self.meeting)
        return [membership for membership in offered if membership.pk not in named]

    @cached_property
    def preparatory(self) -> Meeting | None:
        planned = self.meeting.preparatory_meetings.filter(cancelled_at=None)
        return planned.select_related("community").first()

    @property
    def has_time_for_preparatory(self) -> bool:
        return co_facilitation.preparatory_start(self.meeting) > self.now

    @cached_property
    def note_taker_proposed(self) -> note_taking.Proposal | None:
        return note_taking.proposed(self.meeting)

    @property
    def note_taker_takes_part(self) -> bool:
        """« Une autre personne (qui n'aura pas le rôle de participante) » (guide, p. 14)."""
        return co_facilitation.takes_part(self.meeting, self.meeting.note_taker)

    # ------------------------------------------------------------ what is checked

    @cached_property
    def checked(self) -> dict[str, Any]:
        return {check.code: check for check in self.meeting.checks.select_related("by")}

    @property
    def qualities(self) -> list[tuple[Any, list[tuple[Any, Any]]]]:
        return [(q.wording, [(c, self.checked.get(c.code)) for c in q.checks]) for q in qualities.QUALITIES]

    @property
    def left_to_check(self) -> int:
        return len(qualities.CODES - self.checked.keys())


def history_of(meeting: Meeting) -> list[Past]:
    """The last meetings of this community held before: for each answer how many gave it, and how many of these came.
    One query, in numbers only."""
    held = meeting.community.meetings.held().regular().filter(starts_at__lt=meeting.starts_at).order_by("-starts_at")
    pasts = held.values("pk")[:LEARNED_FROM]
    theirs = Reply.objects.filter(meeting=OuterRef("meeting"), membership=OuterRef("membership"))
    known = Attendance.objects.filter(meeting__in=pasts).exclude(status=Attendance.Status.UNKNOWN)
    rows = (
        known.annotate(answer=Subquery(theirs.values("answer")[:1]))
        .order_by("-meeting__starts_at")
        .values_list("meeting", "answer")
        .annotate(gave_it=Count("pk"), of_them_came=Count("pk", filter=Q(status=Attendance.Status.PRESENT)))
    )
    said: dict[int, Counter[str]] = defaultdict(Counter)
    came: dict[int, Counter[str]] = defaultdict(Counter)
    for pk, answer, how_many, present in rows:
        said[pk][answer or "silent"] += how_many
        came[pk][answer or "silent"] += present
    return [Past(said[pk], came[pk]) for pk in said]
