"""What a person lived in a community, by date: when they came and left, the roles they held; and, asked of the app
above, the meetings they came to and what they took on there."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from cmtl.questions import Question
from communities.models import Membership, RoleAssignment

MOST = 80  # lines of a history


@dataclass(frozen=True)
class Event:
    on: dt.date
    kind: str
    words: str
    detail: str = ""
    address: str = ""


@dataclass(frozen=True)
class Presence:
    """One meeting held since they joined: « present », « absent », « excused » or « unknown »."""

    on: dt.date
    heading: str
    status: str
    said: str
    address: str


# Only of meetings, and of notes, that this reader may read.
presences: Question[[Membership, User], list[Presence]] = Question()
taken_on: Question[[Membership, User], list[Event]] = Question()


def by_year(membership: Membership, reader: User, shown: list[Presence]) -> list[tuple[int, list[Event]]]:
    """The latest first."""
    came = [Event(p.on, p.status, p.heading, p.said, p.address) for p in shown if p.status != "unknown"]
    events = [*came, *taken_on(membership, reader), *_stay(membership), *_roles(membership)]
    latest = sorted(events, key=lambda event: event.on, reverse=True)[:MOST]
    return [(year, list(some)) for year, some in groupby(latest, key=lambda event: event.on.year)]


def _stay(membership: Membership) -> list[Event]:
    found = []
    if membership.joined_on:
        found.append(Event(membership.joined_on, "joined", _("Became a member")))
    if membership.left_on:
        found.append(Event(membership.left_on, "left", pgettext("a community", "Left")))
    return found


def _roles(membership: Membership) -> list[Event]:
    """Those of this community: what is held elsewhere is nobody's business here."""
    held = RoleAssignment.objects.filter(Q(community=membership.community_id), user=membership.user_id)
    found = []
    for role in held.exclude(starts_on=None):
        found.append(Event(role.starts_on, "role", role.get_role_display(), _("role received")))
    for role in held.filter(Q(ended_at__isnull=False) | Q(ends_on__lt=timezone.localdate())):
        over = timezone.localdate(role.ended_at) if role.ended_at else role.ends_on
        found.append(Event(over, "role", role.get_role_display(), _("role ended")))
    return found
