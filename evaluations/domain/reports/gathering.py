"""A community's year read for its report, piece by piece."""

import base64
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from communities.models import LEADING, Community, Objective, RoleAssignment
from evaluations.domain import improvements
from evaluations.domain.reports.parts import (
    Change,
    CoOrganiser,
    Discussed,
    MeetingHighlights,
    OutcomeSummary,
    PooledCosts,
    RatedFactor,
    RatedObjective,
    ToldInfluence,
)
from evaluations.domain.reports.year_answers import Answered, answers_by_objective
from evaluations.models import Factor, ObjectiveRating
from meetings.domain.followup import minutes
from meetings.models import FollowUp, Improvement, Meeting, Note, Topic

TOLD = (Note.Kind.HIGHLIGHT, Note.Kind.IDEA, Note.Kind.DECISION, Note.Kind.RESOURCE)


def led_by(community: Community, year: int) -> tuple[str, ...]:
    """Those who facilitated it for at least a day of the year, first come first; today those who do, where nobody
    did then."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    held = RoleAssignment.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=last),
        Q(ends_on=None) | Q(ends_on__gte=first),
        Q(ended_at=None) | Q(ended_at__year__gte=year),
        community=community,
        role__in=LEADING,
    )
    names = [one.user.full_name for one in held.select_related("user").order_by("starts_on", "pk")]
    return tuple(dict.fromkeys(names)) or tuple(p.full_name for p in community.facilitators().distinct())


def pooled_costs(community: Community, year: int) -> PooledCosts:
    needs = community.needs.kept().filter(met_at__year=year, cost__gt=0).prefetch_related("parties")
    shared = [need for need in needs if len(need.needing) > 1]
    return PooledCosts(len(shared), sum(need.cost or 0 for need in shared))


def rated_factors(community: Community, year: int) -> tuple[RatedFactor, ...]:
    """The last rating of the year, in the order of the guide."""
    latest: dict[str, int] = {}
    for factor, level in community.factor_ratings.filter(rated_on__year=year).values_list("factor", "level"):
        latest.setdefault(factor, level)
    return tuple(RatedFactor(factor, latest[factor]) for factor in Factor.values if factor in latest)


def changes_done(community: Community, year: int) -> tuple[Change, ...]:
    done = community.improvements.filter(state=Improvement.State.DONE, done_on__year=year).order_by("done_on", "pk")
    told = improvements.in_our_words(done.select_related("community"))
    return tuple(Change(one.wording, one.answer, one.done_on) for one in told if one.done_on)


def changes_under_way(community: Community) -> tuple[Change, ...]:
    """Accepted, still to be done, and told to members by a word that says so."""
    told = [one for one in improvements.to_take_up(community) if one.answer]
    return tuple(Change(one.wording, one.answer, one.due_on) for one in told)


def partners_with(role: str, community: Community, year: int) -> Iterable[CoOrganiser]:
    partners = community.partners.during(year).filter(role=role)
    for partner in partners.select_related("organisation"):
        yield CoOrganiser(partner.organisation.name, base64.b64encode(bytes(partner.logo or b"")).decode())


def rated_objectives(
    community: Community, year: int, surveys: tuple[int, ...], attained: dict[str, Answered]
) -> Iterable[RatedObjective]:
    """Those pursued that year: the active ones, and any that was rated."""
    asked = answers_by_objective(community, year, surveys)
    ratings = {r.objective_id: r for r in ObjectiveRating.objects.filter(objective__community=community, year=year)}
    for objective in community.objectives.filter(Q(state=Objective.State.ACTIVE) | Q(pk__in=ratings)):
        rating = ratings.get(objective.pk)
        yield RatedObjective(
            objective.wording,
            objective.kind,
            objective.indicator,
            objective.reviewed_on,
            rating.level if rating else "",
            rating.comment if rating else "",
            tuple(asked.get(objective.pk, ())),
            (attained[objective.wording],) if objective.wording in attained else (),
        )


def topics_of(community: Community, year: int) -> Iterable[Discussed]:
    first, last = bounds(community, year)
    discussed = community.topics.filter(state=Topic.State.DISCUSSED, discussed_at__range=(first, last))
    for topic in discussed.order_by("discussed_at", "pk"):
        yield Discussed(topic.title, topic.source, timezone.localdate(topic.discussed_at, first.tzinfo))


def outcomes_of(community: Community, year: int) -> Iterable[OutcomeSummary]:
    """Those of the year that members see in the register, oldest first."""
    of_year = community.outcomes.kept().filter(happened_on__year=year, is_shared=True)
    for outcome in of_year.order_by("happened_on", "pk"):
        yield OutcomeSummary(
            outcome.title,
            outcome.kind,
            outcome.stage,
            outcome.happened_on,
            outcome.is_expected,
            outcome.amount,
            outcome.advance,
        )


def influences_of(community: Community, year: int) -> Iterable[ToldInfluence]:
    """Those that whoever writes the report ticked, oldest first."""
    told = community.influences.during(year).filter(is_in_report=True).order_by("noted_on", "pk")
    for influence in told:
        yield ToldInfluence(influence.kind, influence.text, influence.factor)


def highlights_of(community: Community, year: int) -> tuple[list[MeetingHighlights], int]:
    """Highlights of meetings whose follow-up was sent, or whose notes are shared by rule. What stayed in the
    facilitators' log stays there, and nothing that names who does what is taken: neither actions nor suggestions."""
    notes, shared, logs = noted_meetings(community, year)
    return [_highlights_of(m, notes[m.pk], community) for m in shared], len(logs)


Notes = dict[int, dict[str, list[str]]]  # of a meeting, by kind


def noted_meetings(community: Community, year: int) -> tuple[Notes, list[Meeting], list[Meeting]]:
    """The notes that a report may tell; the meetings whose notes the group has read; those whose notes are a log."""
    held = community.meetings.held().filter(starts_at__range=bounds(community, year)).order_by("starts_at")
    meetings = list(held.select_related("minutes", "follow_up"))
    notes: Notes = defaultdict(lambda: defaultdict(list))
    for meeting, kind, text in (
        Note.objects.told().filter(meeting__in=meetings, kind__in=TOLD).values_list("meeting_id", "kind", "text")
    ):
        notes[meeting][kind].append(text)
    shared: list[Meeting] = []
    logs: list[Meeting] = []
    for meeting in (m for m in meetings if m.pk in notes):
        is_shared = FollowUp.of(meeting).sent_at or minutes.level_of(meeting) != minutes.Level.LOG
        (shared if is_shared else logs).append(meeting)
    return notes, shared, logs


def _highlights_of(meeting: Meeting, notes: dict[str, list[str]], community: Community) -> MeetingHighlights:
    meeting.community = community  # its zone and heading are asked of it
    highlights, ideas, decisions, resources = (tuple(notes[kind]) for kind in TOLD)
    return MeetingHighlights(meeting.heading, meeting.local_start.date(), highlights, ideas, decisions, resources)


def bounds(community: Community, year: int) -> tuple[dt.datetime, dt.datetime]:
    """The year's first and last instants where the community lives."""
    zone = Meeting(community=community).zone
    return dt.datetime(year, 1, 1, tzinfo=zone), dt.datetime(year, 12, 31, 23, 59, 59, 999999, tzinfo=zone)
