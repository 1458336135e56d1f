"""Individual follow-ups as counts, so that nobody can be known to be one of a few."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from communities.models import Community
from evaluations.domain.follow_ups import coverage
from evaluations.domain.indicators.measures import FEWEST


@dataclass(frozen=True)
class FollowUpCount:
    """Of `members`, how many were offered a conversation, and with how many one was held."""

    members: int = 0
    offered: int = 0
    held: int = 0
    is_for_all: bool = False

    @property
    def is_told(self) -> bool:
        return self.offered >= FEWEST

    @property
    def offered_words(self) -> str:
        return _number(self.offered, self.members)

    @property
    def held_words(self) -> str:
        return _number(self.held, self.offered)


def follow_up_count(community: Community, year: int) -> FollowUpCount:
    found = coverage.coverage_of(community, year)
    return FollowUpCount(found.members, found.reached, found.held, coverage.offers_to_all(community))


def _number(some: int, among: int) -> str:
    """As it is, where neither those counted nor the others are few."""
    if some and some < FEWEST:
        return _("fewer than %(n)s") % {"n": FEWEST}
    if 0 < among - some < FEWEST:
        return _("more than %(n)s") % {"n": max(among - FEWEST, 0)}
    return str(some)
