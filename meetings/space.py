"""One's own space: communities, dates, presences, actions, hours, choices and data, without a password.

It shows more than the page of one meeting, so its link is worth less time: asked for, it is mailed to the address one
is known by, and opens for a day. It dies at once when the person closes it, signs out everywhere, or changes address.
Whoever is signed in needs no link: `OWN` stands where the token would be.
"""

import datetime as dt
import secrets
import uuid
import zoneinfo
from collections import defaultdict
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property

from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from cmtl import doors
from communities import consents, leaving
from communities.models import Community, Grant, Membership, Pause
from meetings import links, newcomers
from meetings.models import Attendance, Meeting, Note, Reply
from outbox.models import Message
from outbox.post import absolute, queue

OWN = "compte"
LIFETIME = dt.timedelta(hours=24)
LINK = "meetings/emails/space_link.html"
CODE, CHANGED = "accounts/emails/confirm_address.html", "meetings/emails/address_changed.html"
CODE_LIFETIME, CODE_TRIES = 30 * 60, 5
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
    """Changes with the address, and with the (unusable) password that signing out everywhere replaces."""
    return salted_hmac("own-space", f"{user.password} {user.email}", algorithm="sha256").hexdigest()[:24]


def visitor(request: HttpRequest, token: str) -> Visitor | None:
    if token == OWN:
        return Visitor(request.user, OWN) if request.user.is_authenticated else None  # type: ignore[arg-type]
    user = read(token)
    return Visitor(user, token) if user else None


def send_link(user: User) -> Message | None:
    """To the address the person is known by; asked again within minutes, nothing more is sent."""
    if not user.email or not cache.add(f"space-link:{user.pk}", 1, ASKED_AGAIN_AFTER):
        return None
    address = absolute(reverse("meetings:space", args=[token_for(user)]))
    return queue(
        user,
        LINK,
        {"address": address},
        key=f"space-link:{uuid.uuid4()}",
        priority=Message.Priority.CODE,
        not_after=timezone.now() + LIFETIME,
    )


def send_link_to(typed: str) -> None:
    """Whoever asks is told the same, known or not."""
    user = User.objects.by_email(typed)
    if user and user.is_active:
        send_link(user)


def in_language_of(request: HttpRequest, who: Visitor | None) -> AbstractContextManager[None]:
    """The language chosen on this device, else the person's own; times on the person's own clock."""
    own, zone = (who.user.language, zoneinfo.ZoneInfo(who.user.time_zone)) if who else ("", None)
    return doors.in_language_of(request, own, zone)


# ---------------------------------------------------------------- another address


def ask_new_address(user: User, typed: str) -> None:
    """A code goes to the new address, to be typed here: whoever has only one of the two changes nothing. An address
    somebody else has gets none, and the answer is the same: nobody learns here who is known."""
    new, code = typed.strip().lower(), f"{secrets.randbelow(10**6):06}"
    cache.set(_pending_key(user), {"new": new, "code": code, "old": user.email}, CODE_LIFETIME)
    cache.delete(f"{_pending_key(user)}:tries")
    if not User.objects.by_email(new):
        _to_address(user, CODE, {"code": code}, to=new)


def pending_address(user: User) -> str:
    """The address that waits for its code."""
    return (cache.get(_pending_key(user)) or {}).get("new", "")


def confirm_new_address(user: User, code: str) -> None:
    """Links and sign-in codes go to the new one from now on; the old one is told."""
    pending = cache.get(_pending_key(user)) or {}
    is_right = constant_time_compare(pending.get("code", ""), "".join(code.split()))
    if not pending or _count_try(user) > CODE_TRIES or not is_right or pending["old"] != user.email:
        raise ValidationError(_("This is not the code we sent, or its time is over. You can ask for another."))
    if User.objects.by_email(pending["new"]):
        raise ValidationError(_("Somebody else has this address by now: write to those who facilitate."))
    old, user.email = user.email, pending["new"]
    user.save()
    cache.delete(_pending_key(user))
    if old:
        _to_address(user, CHANGED, {"new": user.email}, to=old)


def _count_try(user: User) -> int:
    """How many, this one included: counted by the cache itself, so that a hundred sent at once are a hundred."""
    key = f"{_pending_key(user)}:tries"
    cache.add(key, 0, CODE_LIFETIME)
    try:
        return cache.incr(key)
    except ValueError:  # its time ended just now
        return CODE_TRIES + 1


def must_sign_in(who: Visitor) -> bool:
    """To change the address: whoever holds a role reads what others wrote, and a link that was passed on must not
    become their account."""
    return who.is_by_link and (who.user.is_staff or Grant.objects.in_force().filter(user=who.user).exists())


def forget_new_address(user: User) -> None:
    cache.delete(_pending_key(user))


def _pending_key(user: User) -> str:
    return f"space-address:{user.pk}"


def _to_address(user: User, template: str, words: dict, *, to: str) -> None:
    queue(user, template, words, to=to, key=f"space-address:{uuid.uuid4()}", priority=Message.Priority.CODE)


# ---------------------------------------------------------------- what the page shows


@dataclass
class Year:
    """One person's presences of one year in one community: the meetings that count, and all the hours."""

    year: int
    came: int = 0
    possible: int = 0
    minutes: int = 0

    @property
    def sentence(self) -> str:
        if not self.possible:
            return ""
        words = ngettext(
            "present at %(came)s of %(possible)s meeting", "present at %(came)s of %(possible)s meetings", self.possible
        )
        return words % {"came": self.came, "possible": self.possible}


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


# ---------------------------------------------------------------- presences and hours


def held_with(memberships: list[Membership]):
    """Meetings held in these communities; `is_recorded` says whether anybody's presence is known."""
    known = Attendance.objects.filter(meeting=OuterRef("pk")).exclude(status=Attendance.Status.UNKNOWN)
    held = Meeting.objects.held().filter(community__in={m.community_id for m in memberships})
    return held.annotate(is_recorded=Exists(known)).select_related("community").order_by("starts_at")


def years_of(memberships: list[Membership]) -> dict[int, list[Year]]:
    """Membership → its years, the last first. Meetings one could come to: since joining, outside pauses, before
    leaving, where presences were recorded (evaluation.md, P3). Hours are the planned length of every meeting,
    trainings too, where one was present."""
    by_community = {m.community_id: m for m in memberships}
    statuses = dict(Attendance.objects.filter(membership__in=memberships).values_list("meeting_id", "status"))
    pauses: dict[int, list] = defaultdict(list)
    for pause in Pause.objects.filter(membership__in=memberships, ends_on__isnull=False):
        pauses[pause.membership_id].append(pause)
    found: dict[int, dict[int, Year]] = {m.pk: {} for m in memberships}
    for meeting in held_with(memberships):
        membership = by_community[meeting.community_id]
        day, status = meeting.local_start.date(), statuses.get(meeting.pk)
        was_there = status == Attendance.Status.PRESENT
        if not was_there and not _was_expected(membership, pauses[membership.pk], meeting, day, status):
            continue
        year = found[membership.pk].setdefault(day.year, Year(day.year))
        if meeting.kind in Meeting.COUNTED:
            year.possible += 1
            year.came += was_there
        year.minutes += meeting.minutes * was_there
    return {pk: sorted(years.values(), key=lambda y: -y.year) for pk, years in found.items()}


def _was_expected(membership: Membership, pauses: list, meeting: Meeting, day: dt.date, status: str | None) -> bool:
    is_recorded: bool = meeting.is_recorded  # type: ignore[attr-defined]
    if not is_recorded or status == Attendance.Status.UNKNOWN or meeting.kind not in Meeting.COUNTED:
        return False
    if membership.joined_on is None and membership.status not in Membership.CURRENT:
        return False
    if membership.joined_on and day < membership.joined_on:
        return False
    if membership.left_on and day >= membership.left_on:
        return False
    if membership.status == Membership.Status.PAUSED and membership.paused_on and day >= membership.paused_on:
        return False
    return not any(pause.covers(day) for pause in pauses)


@dataclass(frozen=True)
class Attestation:
    """The letter for an employer (B06): recorded presences only, in one community, between two days."""

    membership: Membership
    first: dt.date
    last: dt.date
    meetings: list[Meeting]

    @classmethod
    def of(cls, membership: Membership, first: dt.date, last: dt.date) -> "Attestation":
        came = Meeting.objects.held().filter(
            attendances__membership=membership, attendances__status=Attendance.Status.PRESENT
        )
        known = came.select_related("community").order_by("starts_at")
        return cls(membership, first, last, [m for m in known if first <= m.local_start.date() <= last])

    @property
    def minutes(self) -> int:
        return sum(meeting.minutes for meeting in self.meetings)


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
