"""Where every member is offered a conversation: how many were, without a name."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from communities.models import Community, Membership, Policies
from communities.models.profiles import FollowUpPolicy
from evaluations.models import IndividualFollowUp

State = IndividualFollowUp.State
SETTLED = "settled"
THE_FURTHEST_FIRST = (State.HELD, SETTLED, State.DECLINED, State.OFFERED)


@dataclass(frozen=True)
class Coverage:
    """Of a year, over the members of today: each counted once, by what went furthest."""

    members: int
    held: int
    settled: int  # its time is chosen
    declined: int
    offered: int

    @property
    def left(self) -> int:
        return self.members - self.reached

    @property
    def reached(self) -> int:
        """Invited, whatever they answered."""
        return self.held + self.settled + self.declined + self.offered


def offers_to_all(community: Community) -> bool:
    return Policies.of(community).follow_up_policy == FollowUpPolicy.EVERYONE


def coverage_of(community: Community, year: int | None = None) -> Coverage:
    members = set(_members(community).values_list("pk", flat=True))
    states: dict[int, set[str]] = {}
    for pk, state, is_chosen in _of_year(community, year).values_list("membership", "state", "times__is_chosen"):
        states.setdefault(pk, set()).add(SETTLED if state == State.PLANNED and is_chosen else state)
    furthest = [_furthest(states[pk]) for pk in members & states.keys()]
    return Coverage(len(members), *(furthest.count(state) for state in THE_FURTHEST_FIRST))


def _furthest(states: set[str]) -> str:
    return next((state for state in THE_FURTHEST_FIRST if state in states), "")


def not_offered_yet(community: Community, by: User) -> QuerySet[Membership]:
    """Members whom nobody invited this year, as the figures count, and with whom they have not planned one themselves:
    what a colleague plans alone takes nobody off this list."""
    reached = Q(state__in=(State.HELD, State.DECLINED, State.OFFERED)) | Q(times__is_chosen=True)
    begun = _of_year(community).filter(reached | Q(state=State.PLANNED, author=by)).values("membership")
    return _members(community).exclude(pk__in=begun).select_related("user", "organisation")


def _members(community: Community):
    return community.memberships.named().active()


def _of_year(community: Community, year: int | None = None):
    return community.individual_follow_ups.filter(began_on__year=year or timezone.localdate().year)
