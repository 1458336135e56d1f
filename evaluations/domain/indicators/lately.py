"""How many came lately: what Today, the page of a community and its diagnosis watch, and tell in the same words."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils import timezone

from communities.domain import alerts
from communities.domain.alerts import Alert
from communities.models import Community
from evaluations.domain.indicators.decline import SPAN, Circumstance, Decline, decline, rules_of
from meetings.models import Meeting

LATELY = SPAN
REMEMBERED = dt.timedelta(days=1220)  # three seasons of one kind, or six meetings at two a year
WATCHED = (*Community.LIVING, Community.Status.SELF_RUN)  # at rest or archived, nobody is alerted
CODE = "decline"


@dataclass(frozen=True)
class Held:
    """A regular meeting held: how many came, when and how."""

    day: dt.date
    present: int
    around: Circumstance
    is_late: bool  # of the last two years


@dataclass(frozen=True)
class Signal:
    """A decline as it may be set aside: it comes back if the next meeting is low too."""

    decline: Decline
    last_day: dt.date

    @property
    def alert(self) -> Alert:
        return Alert(CODE, self.decline.fact, f"{self.last_day:%Y-%m-%d}")


def held_lately(communities: Iterable[Community], now: dt.datetime | None = None) -> dict[int, list[Held]]:
    """Community → its regular meetings of the last three years, oldest first; in one query."""
    now = now or timezone.now()
    held = (
        Meeting.objects.held()
        .filter(kind=Meeting.Kind.REGULAR)
        .filter(community__in=communities, starts_at__gte=now - REMEMBERED)
        .with_turnout()
        .order_by("starts_at")
    )
    found: dict[int, list[Held]] = defaultdict(list)
    rows = held.values_list("community", "present", "mode", "topic_announced_at", "starts_at")
    for community, present, mode, announced_at, starts_at in rows:
        told = announced_at is not None and announced_at < starts_at
        around, is_late = Circumstance(mode, told), starts_at >= now - LATELY
        found[community].append(Held(timezone.localdate(starts_at), present, around, is_late))
    return found


def signals_in(communities: Iterable[Community], held: Mapping[int, list[Held]]) -> dict[int, Signal]:
    """Community → its decline or its weak signal, set aside or not."""
    found = {}
    for community, rule in rules_of(communities).items():
        some = held.get(community, [])
        days = [one.day for one in some]
        if fell := decline([one.present for one in some], days, [one.around for one in some], rule):
            found[community] = Signal(fell, days[-1])
    return found


def standing(communities: Iterable[Community], held: Mapping[int, list[Held]]) -> dict[int, Decline]:
    """Community → the decline that alerts: neither a weak signal nor set aside. One query more where there is one."""
    signals = signals_in(communities, held)
    alerting = [c for c in communities if c.pk in signals and not signals[c.pk].decline.is_weak]
    prefetch_related_objects(alerting, "dismissed_alerts")
    return {c.pk: signals[c.pk].decline for c in alerting if alerts.standing(c, [signals[c.pk].alert])[0]}


def signal_of(community: Community, now: dt.datetime | None = None) -> Signal | None:
    """Whatever it is, for the page that looks into it."""
    if community.status not in WATCHED:
        return None
    return signals_in([community], held_lately([community], now)).get(community.pk)


def decline_of(community: Community, now: dt.datetime | None = None) -> Decline | None:
    """The one that alerts."""
    if community.status not in WATCHED:
        return None
    return standing([community], held_lately([community], now)).get(community.pk)
