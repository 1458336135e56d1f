"""How many came lately: what Today, the page of a community and its vitality watch, and tell in the same words."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.utils import timezone

from communities.models import Community
from evaluations.domain.indicators.decline import Circumstance, Decline, decline
from meetings.models import Meeting

LATELY = dt.timedelta(days=730)
WATCHED = (*Community.LIVING, Community.Status.SELF_RUN)  # at rest or archived, nobody is alerted
Held = list[tuple[int, Circumstance]]  # of each meeting: people present, and how it was held


def held_lately(communities: Iterable[Community], now: dt.datetime | None = None) -> dict[int, Held]:
    """Community → its regular meetings of the last two years, oldest first; in one query."""
    held = (
        Meeting.objects.held()
        .filter(kind=Meeting.Kind.REGULAR)
        .filter(community__in=communities, starts_at__gte=(now or timezone.now()) - LATELY)
        .with_turnout()
        .order_by("starts_at")
    )
    found: dict[int, Held] = defaultdict(list)
    rows = held.values_list("community", "present", "mode", "topic_announced_at", "starts_at")
    for community, present, mode, announced_at, starts_at in rows:
        told = announced_at is not None and announced_at < starts_at
        found[community].append((present, Circumstance(mode, told)))
    return found


def decline_in(held: Held) -> Decline | None:
    return decline([present for present, _how in held], around=[how for _present, how in held])


def decline_of(community: Community, now: dt.datetime | None = None) -> Decline | None:
    if community.status not in WATCHED:
        return None
    return decline_in(held_lately([community], now)[community.pk])
