"""What the evaluations of the last regular meetings tell, each meeting beside the others. From releases alone."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Community
from evaluations.domain import indicators
from evaluations.domain.indicators.lately import LATELY
from evaluations.domain.surveys.questionnaires import rewordings
from evaluations.domain.surveys.releases import Told
from meetings.models import Meeting

MARKED = 0.1  # a share that fell by ten points


@dataclass(frozen=True)
class Regular:
    """A regular meeting held, and what its release tells."""

    start: dt.datetime
    told: dict[str, Told]
    questionnaire: int | None = None  # the version it was evaluated with


@dataclass(frozen=True)
class Share:
    """A share of `n` answers or people: from `low` to `high` of them."""

    name: str
    low: int
    high: int
    n: int

    @property
    def share(self) -> str:
        return indicators.share_between(self.low, self.high, self.n)

    @property
    def width(self) -> float:
        return round(100 * self.low / self.n, 1)


def regular_meetings(communities: Iterable[Community]) -> defaultdict[int, list[Regular]]:
    """Community → those of the last two years, oldest first; in one query."""
    zones = {community.pk: Meeting(community=community).zone for community in communities}
    meetings = Meeting.objects.held().filter(kind=Meeting.Kind.REGULAR, community__in=list(zones))
    meetings = meetings.filter(starts_at__gte=timezone.now() - LATELY).order_by("starts_at")
    found: defaultdict[int, list[Regular]] = defaultdict(list)
    read = ("community", "starts_at", "survey__release__figures__questions", "survey__questionnaire")
    for number, start, questions, version in meetings.values_list(*read):
        told = {q["code"]: Told.from_json(q) for q in questions or ()}
        found[number].append(Regular(start.astimezone(zones[number]), told, version))
    return found


def before_and_since(
    earlier: Iterable[Regular], last: Iterable[Regular], code: str, values: tuple[str, ...]
) -> tuple[Share, ...]:
    """Of what the releases tell apart. Nothing since: nothing to compare."""
    found = [_added(_("Before"), earlier, code, values), _added(_("Since"), last, code, values)]
    return tuple(part for part in found if part) if found[-1] else ()


def _added(name: str, meetings: Iterable[Regular], code: str, values: tuple[str, ...]) -> Share | None:
    some = [(*between, told.n) for told, between in known(meetings, code, values)]
    if not some:
        return None
    low, high, n = (sum(numbers) for numbers in zip(*some, strict=True))
    return Share(name, low, high, n)


def known(meetings: Iterable[Regular], code: str, values: tuple[str, ...]) -> Sequence[tuple[Told, tuple[int, int]]]:
    """Of the meetings that tell it: how many chose these answers, at least and at most."""
    told = [one.told[code] for one in meetings if code in one.told]
    return [(one, between) for one in told if (between := one.number_of(values))]


def is_reworded(code: str, meetings: Iterable[Regular]) -> bool:
    """Between those that tell it: they do not compare. Never so of a locked question."""
    versions = {one.questionnaire for one in meetings if one.questionnaire and code in one.told}
    return any(code in rewordings(one, max(versions)) for one in versions)


def fell(before: Share, since: Share) -> bool:
    """Surely: the most of now is well under the least of before."""
    return since.high / since.n <= before.low / before.n - MARKED
