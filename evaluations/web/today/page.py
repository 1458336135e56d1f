"""The page of today: whom it is for, and what each of its parts shows."""

import datetime as dt
import statistics
from collections import defaultdict
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Community, Role
from evaluations.domain.indicators import Decline, lately
from evaluations.web.today import around_communities, around_meetings, around_people, for_members
from evaluations.web.today.reading import Reader
from evaluations.web.today.to_do import LATE, SOON, THIS_WEEK, ToDo
from meetings.domain.invitations.invitations import Turnout
from meetings.domain.links import links
from meetings.domain.preparation.co_facilitation import shared_with
from meetings.domain.scheduling import readiness
from meetings.models import Meeting, Reply

SPARK_LENGTH = 6


@dataclass
class CommunityLine:
    """A community with its last turnouts, for « Mes communautés »."""

    community: Community
    turnouts: list[int]
    decline: Decline | None = None

    @property
    def caption(self) -> str:
        if self.decline:
            return _("marked and repeated decline")
        if not self.turnouts:
            return _("no meeting held yet")
        average = round(statistics.mean(self.turnouts))
        return ngettext("%(n)s person on average", "%(n)s people on average", average) % {"n": average}


@dataclass
class Invitation:
    """A coming meeting as a member sees it."""

    meeting: Meeting
    url: str
    answer: str
    is_shared: bool = False  # one co-facilitates it


@dataclass
class NextMeeting:
    """The nearest meeting one leads, with what is ready and who said what."""

    meeting: Meeting
    rank: int
    turnout: Turnout
    usual: tuple[int, int] | None
    steps: list[readiness.Step] = field(default_factory=list)


class Today(Reader):
    """One person's page. Sections one has no part in stay empty."""

    @cached_property
    def next_meeting(self) -> NextMeeting | None:
        if not self.coming:
            return None
        meeting = next((m for m in self.coming if m.is_live), self.coming[0])
        first_day = dt.datetime(meeting.local_start.year, 1, 1, tzinfo=meeting.zone)
        earlier = meeting.community.meetings.filter(
            cancelled_at=None, starts_at__gte=first_day, starts_at__lt=meeting.starts_at
        )
        return NextMeeting(
            meeting=meeting,
            rank=earlier.count() + 1,
            turnout=Turnout.counted(meeting),
            usual=usual_turnout(self.turnouts[meeting.community_id]),
            steps=readiness.steps(meeting, self.now),
        )

    @cached_property
    def turnouts(self) -> dict[int, list[int]]:
        """Community → people present at each regular meeting held, oldest first, for two years."""
        return defaultdict(list, {pk: [one.present for one in some if one.is_late] for pk, some in self._held.items()})

    @cached_property
    def _held(self) -> dict[int, list[lately.Held]]:
        return lately.held_lately(self.communities, self.now)

    @cached_property
    def lines(self) -> list[CommunityLine]:
        declines = lately.standing(self.communities, self._held)
        return [
            CommunityLine(community, self.turnouts[community.pk][-SPARK_LENGTH:], declines.get(community.pk))
            for community in self.communities
        ]

    @property
    def to_watch(self) -> list[CommunityLine]:
        return [line for line in self.lines if line.decline]

    # ------------------------------------------------------------ what is left to do

    @cached_property
    def to_do(self) -> list[ToDo]:
        order = {LATE: 0, THIS_WEEK: 1, SOON: 2}
        found = [*around_meetings.to_do(self), *around_communities.to_do(self), *around_people.to_do(self)]
        return sorted(found, key=lambda item: order[item.urgency])

    # ------------------------------------------------------------ as a note-taker

    @property
    def takes_notes(self) -> bool:
        return bool(self.to_write) or self.roles.holds(Role.NOTE_TAKER)

    @cached_property
    def to_write(self) -> list[Meeting]:
        """The coming meetings that one takes the notes of, but for those one runs: they come first already."""
        coming = Meeting.objects.upcoming(self.now).visible_to(self.user).written_by(self.user)
        alive = coming.filter(community__status__in=[*Community.LIVING, Community.Status.SELF_RUN])
        return list(alive.exclude(community__in=self.facilitated).select_related("community")[:6])

    # ------------------------------------------------------------ as a member

    @cached_property
    def to_read(self) -> list[ToDo]:
        return list(for_members.to_read(self))

    @cached_property
    def invitations(self) -> list[Invitation]:
        """The coming meetings of the communities one belongs to, with one's own answer."""
        coming = list(
            Meeting.objects.upcoming(self.now)
            .concerning(self.user)
            .filter(community__in=self.memberships.keys())
            .select_related("community")[:6]
        )
        answers = dict(
            Reply.objects.filter(meeting__in=coming, membership__user=self.user).values_list("meeting", "answer")
        )
        return [
            Invitation(
                m,
                reverse("meetings:phone", args=[links.guest_token(m, self.memberships[m.community_id])]),
                answers.get(m.pk, ""),
                m.pk in shared_with(self.user),
            )
            for m in coming
        ]

    @property
    def is_empty(self) -> bool:
        """Nobody listed this person anywhere yet."""
        answers = (self.answers_for_recordings or self.answers_requests) and self.to_do
        return not (self.communities or self.memberships or self.takes_notes or answers)

    @cached_property
    def evaluated(self) -> list[Community]:
        """Those one evaluates from outside."""
        if not self.roles.holds(Role.EVALUATOR):
            return []
        return list(Community.objects.inside_for(self.user).order_by("name"))

    @property
    def may_create(self) -> bool:
        return self.user.has_perm("communities.create")

    @property
    def coordinates(self) -> bool:
        return self.roles.holds(Role.COORDINATOR)


def usual_turnout(turnouts: list[int]) -> tuple[int, int] | None:
    """The middle half of the last eight: what « d'habitude » means. None under three meetings."""
    last = turnouts[-8:]
    if len(last) < 3:
        return None
    low, _median, high = statistics.quantiles(last, n=4, method="inclusive")
    return round(low), round(high)
