"""One's own space: communities, dates, presences, actions, hours, choices and data, without a password.

It shows more than the page of one meeting, so its link is worth less time: asked for, it is mailed to the address one
is known by, and opens for a day. It dies at once when the person closes it, signs out everywhere, or changes address.
Whoever is signed in needs no link: `OWN` stands where the token would be.
"""

import datetime as dt
import uuid
import zoneinfo
from collections import defaultdict
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property

from django.core import signing
from django.core.cache import cache
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from cmtl import doors
from communities import consents, leaving
from communities.models import Community, Grant, Membership
from meetings import links, newcomers
from meetings.hours import Year, years_of
from meetings.models import Meeting, Note, Reply
from outbox.models import Message
from outbox.post import absolute, queue

OWN = "compte"
LIFETIME = dt.timedelta(hours=24)
LINK = "meetings/emails/space_link.html"
ASKED_AGAIN_AFTER = 5 * 60  # seconds between two mails to one person
TRIES, TRIES_PER = 20, 600  # addresses typed from one place, in seconds
FILES, FILES_PER = 10, 3600  # letters and exports of one person, in seconds (reliability.md, T-40)
_signer = signing.TimestampSigner(salt="own-space", sep="~")


# ---------------------------------------------------------------- the link


@dataclass(frozen=True)
class Visitor:
    """Who is in their own space, by a link or signed in."""

    user: User
    token: str

    @property
    def home(self) -> str:
        return reverse("meetings:space", args=[self.token])

    @property
    def is_by_link(self) -> bool:
        return self.token != OWN

    @property
    def renewed(self) -> str:
        """The same door once the address has changed, which closes all links made before."""
        return self.token if not self.is_by_link or read(self.token) else token_for(self.user)


def token_for(user: User) -> str:
    return _signer.sign(f"{user.pk}.{_seal(user)}")


def read(token: str) -> User | None:
    """Whose link this is; None when it was altered, closed, or is more than a day old."""
    try:
        pk, _dot, seal = _signer.unsign(token, max_age=LIFETIME).partition(".")
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=pk, is_active=True).first() if pk.isdecimal() else None
    return user if user and constant_time_compare(seal, _seal(user)) else None


def was_ours(token: str) -> bool:
    """Signed here, whatever its age."""
    try:
        _signer.unsign(token)
    except signing.BadSignature:
        return False
    return True


def _seal(user: User) -> str:
    """Changes with the address, when links are closed, and with the (unusable) password that signing out everywhere
    replaces."""
    signs = " ".join(map(str, (user.password, user.email, *user.link_stamp)))
    return salted_hmac("own-space", signs, algorithm="sha256").hexdigest()[:24]


def visitor(request: HttpRequest, token: str) -> Visitor | None:
    if token == OWN:
        return Visitor(request.user, OWN) if request.user.is_authenticated else None  # type: ignore[arg-type]
    user = read(token)
    return Visitor(user, token) if user else None


def send_link(user: User, to_go: Membership | None = None) -> Message | None:
    """To the address the person is known by; asked again within minutes, nothing more is sent. `to_go` opens it where
    one pauses or leaves that community."""
    where = f":{to_go.pk}" if to_go else ""
    if not user.email or not cache.add(f"space-link:{user.pk}{where}", 1, ASKED_AGAIN_AFTER):
        return None
    token = token_for(user)
    address = absolute(where_one_goes(token, to_go) if to_go else reverse("meetings:space", args=[token]))
    return queue(
        user,
        LINK,
        {"address": address},
        key=f"space-link:{uuid.uuid4()}",
        priority=Message.Priority.CODE,
        not_after=timezone.now() + LIFETIME,
    )


def where_one_goes(token: str, membership: Membership) -> str:
    """Where one pauses or leaves: the page of that community, at its two buttons."""
    return reverse("meetings:space_choices", args=[token, membership.pk]) + "#go"


def send_link_to(typed: str) -> None:
    """Whoever asks is told the same, known or not."""
    user = User.objects.by_email(typed)
    if user and user.is_active:
        send_link(user)


def in_language_of(request: HttpRequest, who: Visitor | None) -> AbstractContextManager[None]:
    """The language chosen on this device, else the person's own; times on the person's own clock."""
    own, zone = (who.user.language, zoneinfo.ZoneInfo(who.user.time_zone)) if who else ("", None)
    return doors.in_language_of(request, own, zone)


# ---------------------------------------------------------------- what the page shows


@dataclass
class Belonging:
    """One community as its member sees it."""

    membership: Membership
    roles: list[str] = field(default_factory=list)
    years: list[Year] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return newcomers.is_new(self.membership)


@dataclass(frozen=True)
class Coming:
    """A date, one's own answer, and where to change it."""

    meeting: Meeting
    reply: Reply | None
    address: str


class Space:
    """What the first page shows, in a number of queries that does not depend on how much there is."""

    DATES = 6
    KEPT_DAYS = dt.timedelta(days=7)  # a done action stays on the page, to be undone

    def __init__(self, who: Visitor) -> None:
        self.who, self.user = who, who.user

    @cached_property
    def memberships(self) -> list[Membership]:
        mine = self.user.memberships.select_related("community__programme", "organisation")
        found = sorted(mine, key=lambda m: (m.status == Membership.Status.ALUMNI, m.community.name))
        for membership in found:
            membership.user = self.user
        return found

    @cached_property
    def belongings(self) -> list[Belonging]:
        roles = _roles_of(self.user)
        years = years_of(self.memberships)
        return [Belonging(m, roles.get(m.community_id, []), years[m.pk]) for m in self.memberships]

    @cached_property
    def dates(self) -> list[Coming]:
        expected = {m.community_id: m for m in self.memberships if m.status != Membership.Status.ALUMNI}
        mine = Meeting.objects.upcoming().concerning(self.user).filter(community__in=expected)
        coming = mine.select_related("community")[: self.DATES]
        replies = {r.meeting_id: r for r in self._replies_to(coming)}
        return [
            Coming(
                meeting,
                replies.get(meeting.pk),
                reverse("meetings:phone", args=[links.token_for(meeting, expected[meeting.community_id])]),
            )
            for meeting in coming
        ]

    def _replies_to(self, meetings) -> QuerySet[Reply]:
        """An answer asked again is none."""
        return Reply.objects.filter(membership__in=self.memberships, meeting__in=meetings).exclude(answer="")

    @cached_property
    def actions(self) -> list[Note]:
        recent = Q(done_at=None) | Q(done_at__gte=timezone.now() - self.KEPT_DAYS)
        mine = actions_of(self.user).filter(recent).select_related("meeting__community")
        return list(mine.order_by(F("done_at").asc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk"))

    @cached_property
    def hours(self) -> dict[str, int]:
        """Minutes in all, and this year."""
        years = [year for belonging in self.belongings for year in belonging.years]
        now = timezone.localdate().year
        return {
            "all": sum(year.minutes for year in years),
            "now": sum(year.minutes for year in years if year.year == now),
        }


def _roles_of(user: User) -> dict[int, list[str]]:
    held: dict[int, list[str]] = defaultdict(list)
    for grant in Grant.objects.in_force().filter(user=user, community__isnull=False):
        held[grant.community_id].append(str(grant.get_role_display()))  # type: ignore[index]
    return held


def actions_of(user: User):
    """Where something can still be done: what is archived is only read."""
    mine = Note.objects.filter(kind=Note.Kind.ACTION, assignee__user=user)
    return mine.exclude(meeting__community__status=Community.Status.ARCHIVED)


def tick(user: User, pk: int, *, done: bool) -> bool:
    """Whether there is such an action of theirs; pressed twice, its first moment stays."""
    mine = actions_of(user).filter(pk=pk)
    mine.filter(done_at__isnull=done).update(done_at=timezone.now() if done else None)
    return mine.exists()


# ---------------------------------------------------------------- choices of one community


class Choices:
    """What one may decide in one community, as it stands."""

    def __init__(self, membership: Membership) -> None:
        self.membership = membership

    @cached_property
    def granted(self) -> set[str]:
        return consents.granted_among([self.membership])[self.membership.pk]

    @cached_property
    def away(self):
        return leaving.away(self.membership)

    @property
    def can_undo(self) -> bool:
        return leaving.can_undo(self.away)
