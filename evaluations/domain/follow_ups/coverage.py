"""Where every member is offered a conversation: how many were, without a name."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from communities.models import Community, Membership, Policies
from communities.models.profiles import FollowUpPolicy
from evaluations.models import IndividualFollowUp

State = IndividualFollowUp.State


@dataclass(frozen=True)
class Coverage:
    """Of a year, over the members of today: each counted once, by what went furthest."""

    members: int
    held: int
    declined: int
    offered: int

    @property
    def left(self) -> int:
        return self.members - self.held - self.declined - self.offered

    @property
    def reached(self) -> int:
        """Invited, whatever they answered."""
        return self.held + self.declined + self.offered


def offers_to_all(community: Community) -> bool:
    return Policies.of(community).follow_up_policy == FollowUpPolicy.EVERYONE


def coverage_of(community: Community, year: int | None = None) -> Coverage:
    members = set(_members(community).values_list("pk", flat=True))
    states: dict[int, set[str]] = {}
    for pk, state in _of_year(community, year).values_list("membership", "state"):
        states.setdefault(pk, set()).add(state)
    furthest = [_furthest(states[pk]) for pk in members & states.keys()]
    return Coverage(
        len(members), furthest.count(State.HELD), furthest.count(State.DECLINED), furthest.count(State.OFFERED)
    )


def _furthest(states: set[str]) -> str:
    return next((state for state in (State.HELD, State.DECLINED, State.OFFERED) if state in states), "")


def not_offered_yet(community: Community) -> QuerySet[Membership]:
    """Members with whom nothing was begun this year, by anybody."""
    begun = _of_year(community).exclude(state=State.NOT_NEEDED).values("membership")
    return _members(community).exclude(pk__in=begun).select_related("user", "organisation")


def _members(community: Community):
    return community.memberships.named().active()


def _of_year(community: Community, year: int | None = None):
    return community.individual_follow_ups.filter(began_on__year=year or timezone.localdate().year)
