"""One's own space: communities, dates, presences, actions, hours, choices and data, without a password."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cmtl.questions import Question
from communities.domain.members import asked_later, consents, leaving
from communities.models import Community, Membership, Purpose, RoleAssignment
from meetings.domain import improvements
from meetings.domain.attendance.hours import Year, years_of
from meetings.domain.links import links
from meetings.domain.links.visitors import Visitor
from meetings.domain.portal import onboarding
from meetings.models import Meeting, Note, Reply

conversation_of: Question[[Membership], str] = Question()  # the address of the page where they ask for one
years_told: Question[[Collection[Membership]], dict[int, tuple[int, str]]] = Question()  # the last year, and its page


@dataclass
class Belonging:
    """One community as its member sees it."""

    membership: Membership
    roles: list[str] = field(default_factory=list)
    years: list[Year] = field(default_factory=list)
    changes: int = 0  # that its members were told of this year
    year_told: int | None = None  # the last one whose report is published
    year_page: str = ""

    @property
    def conversation(self) -> str:
        """Where they ask to talk with who facilitates."""
        return conversation_of(self.membership)

    @property
    def is_new(self) -> bool:
        return onboarding.is_new(self.membership)


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
        mine = self.user.memberships.of_open_communities().select_related("community__programme", "organisation")
        found = sorted(mine, key=lambda m: (m.status == Membership.Status.ALUMNI, m.community.name))
        for membership in found:
            membership.user = self.user
        return found

    @cached_property
    def belongings(self) -> list[Belonging]:
        roles = _roles_of(self.user)
        years = years_of(self.memberships)
        changes = improvements.count_this_year(self.memberships)
        told = years_told(self.memberships)
        return [
            Belonging(
                m,
                roles.get(m.community_id, []),
                years[m.pk],
                changes.get(m.community_id, 0),
                *told.get(m.pk, (None, "")),
            )
            for m in self.memberships
        ]

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
                reverse("meetings:phone", args=[links.guest_token(meeting, expected[meeting.community_id])]),
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
    for assignment in RoleAssignment.objects.in_force().filter(user=user, community__isnull=False):
        held[assignment.community_id].append(str(assignment.get_role_display()))  # type: ignore[index]
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

    @cached_property
    def marks_left(self) -> list[int]:
        """How many years after leaving one may still be asked."""
        return asked_later.marks_left(self.membership)

    @property
    def asked_later_sentence(self) -> str:
        return consents.wording_of(Purpose.ALUMNI_SURVEY)

    @property
    def can_undo(self) -> bool:
        return leaving.can_undo(self.away)
