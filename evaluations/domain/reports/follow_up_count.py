"""Individual follow-ups as counts, so that nobody can be known to be one of a few.

Whoever reads both numbers and knows this rule puts them together: how the number of conversations is said must not
tell how many were offered, where that is left to a range, nor the other way round.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from communities.models import Community
from evaluations.domain.follow_ups import coverage
from evaluations.domain.indicators.measures import FEWEST

FEWEST_LEFT = 3  # people: a range of fewer than these would be one or two


@dataclass(frozen=True)
class FollowUpCount:
    """Of `members`, how many were offered a conversation, and with how many one was held."""

    members: int = 0
    offered: int = 0
    held: int = 0
    is_for_all: bool = False

    @property
    def is_told(self) -> bool:
        """Nothing of a few; nor where all but one or two members are known to have been offered one."""
        return self.offered >= FEWEST and (self._tells_offered or self.members >= FEWEST + FEWEST_LEFT)

    @property
    def offered_words(self) -> str:
        return str(self.offered) if self._tells_offered else _more(self.members - FEWEST)

    @property
    def held_words(self) -> str:
        """Among those who were offered one, where their number is told; else among members, whose number is."""
        return _number(self.held, self.offered if self._tells_offered else self.members)

    @property
    def _tells_offered(self) -> bool:
        return not 0 < self.members - self.offered < FEWEST


def follow_up_count(community: Community, year: int) -> FollowUpCount:
    found = coverage.coverage_of(community, year)
    return FollowUpCount(found.members, found.reached, found.held, coverage.offers_to_all(community))


def _number(some: int, among: int) -> str:
    """As it is, where neither those counted nor the others are few."""
    if 0 < some < among < FEWEST + FEWEST_LEFT:
        return _fewer(among)
    if 0 < some < FEWEST:
        return _fewer(FEWEST)
    return _more(among - FEWEST) if 0 < among - some < FEWEST else str(some)


def _fewer(n: int) -> str:
    return _("fewer than %(n)s") % {"n": n}


def _more(n: int) -> str:
    return _("more than %(n)s") % {"n": n}
