"""The board of topics: what waits, what each date has, what is behind. A fixed number of queries, a bounded page."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from communities.models import Community, Membership
from meetings.domain.topics import topics
from meetings.models import Meeting, Topic, supported_by
from meetings.web.topics.topic_forms import NarrowingForm

MOST_DATES = 12  # one can choose from, or reads
PER_PAGE = 20
FIRST_FEW = 5  # of a list that is not the one to read first
WAITING = (Topic.State.PROPOSED, Topic.State.POSTPONED)
FOLDED = (Topic.State.DISCUSSED, Topic.State.DROPPED)  # what one seldom comes to read
ALONE = (Topic.State.RESERVE, *FOLDED)  # lists that can be read on their own, page by page


@dataclass(frozen=True)
class Group:
    """One of the lists beside the one of what waits; `page` when it is read page by page."""

    state: Topic.State
    n: int
    topics: list[Topic]
    page: Page | None = None

    @property
    def heading(self) -> str:
        told = {
            Topic.State.RESERVE: _("In reserve"),
            Topic.State.DISCUSSED: pgettext("topics", "Discussed"),
            Topic.State.DROPPED: pgettext("topics", "Set aside"),
        }
        return told[self.state]


@dataclass
class Date:
    """One meeting of the programme, with its topics."""

    meeting: Meeting
    topics: list[Topic] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return not self.meeting.is_open

    @property
    def takes_announcements(self) -> bool:
        return self.meeting.is_open and not self.meeting.started_at and self.meeting.starts_at > timezone.now()

    def is_in_time_for(self, topic: Topic) -> bool:
        return topic.before is None or self.meeting.local_start.date() <= topic.before


class Programme:
    """The dates of a community that its members are told of, with the topics of each."""

    def __init__(self, community: Community) -> None:
        self.community = community

    @cached_property
    def dates(self) -> list[Date]:
        """Of this year, and those to come; two queries."""
        january = timezone.localtime(timezone=None).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
        kept = (
            self.community.meetings.for_everyone()
            .filter(cancelled_at=None)
            .filter(Q(starts_at__gte=january) | Q(closed_at=None, started_at__isnull=False))
        )
        dates = {meeting.pk: Date(meeting) for meeting in kept.order_by("starts_at")}
        for date in dates.values():
            date.meeting.community = self.community
        given = self.community.topics.filter(meeting__in=dates).exclude(state=Topic.State.DROPPED)
        for topic in given.wanted_first().select_related("objective"):
            dates[topic.meeting_id].topics.append(topic)
        return list(dates.values())

    @cached_property
    def ahead(self) -> list[Date]:
        now = timezone.now()
        return [d for d in self.dates if d.meeting.is_open and (d.meeting.ends_at >= now or d.meeting.started_at)]

    @property
    def coming(self) -> list[Date]:
        return self.ahead[:MOST_DATES]

    @property
    def held(self) -> list[Date]:
        """Earlier this year, with what was discussed: the latest of them."""
        return [date for date in self.dates if date.meeting.closed_at and date.topics][-MOST_DATES:]

    def offer(self, some: list[Any]) -> list[Any]:
        """Each with `first_date`, the one it is most likely for, whether it `is_late` for it, and `other_dates`."""
        for topic in some:
            topic.first_date = self._first_for(topic)
            topic.is_late = topic.first_date is not None and not topic.first_date.is_in_time_for(topic)
            topic.other_dates = [date for date in self.coming if date is not topic.first_date]
        return some

    def _first_for(self, topic: Topic) -> Date | None:
        """In time for its date limit if any is, and better without a topic yet."""
        in_time = [date for date in self.coming if date.is_in_time_for(topic)] or self.coming
        bare = (date for date in in_time if not date.topics and not date.meeting.title)
        return next(bare, in_time[0] if in_time else None)


class Board:
    """The backlog of a community, narrowed and paged as `asked`."""

    def __init__(self, community: Community, user: User, asked: QueryDict | None = None) -> None:
        self.community, self.user = community, user
        self.may_choose = user.has_perm("meetings.plan", community)
        self.may_propose = user.has_perm("meetings.propose_topic", community)
        self.asked = asked if asked is not None else QueryDict()
        self.programme = Programme(community)

    # ------------------------------------------------------------ whose, and how it is read

    @cached_property
    def supported(self) -> set[int]:
        return supported_by(self.membership)

    @cached_property
    def membership(self) -> Membership | None:
        return topics.member_of(self.community, self.user)

    @cached_property
    def narrowing(self) -> NarrowingForm:
        said = self.community.topics.exclude(territory="").order_by("territory")
        places = list(said.values_list("territory", flat=True).distinct())
        return NarrowingForm(self.asked, community=self.community, territories=places, may_choose=self.may_choose)

    @cached_property
    def size(self) -> int:
        return self.community.topics.count()

    @property
    def is_searchable(self) -> bool:
        """Worth narrowing."""
        return self.size > 5

    @property
    def alone(self) -> str:
        """The one list that is read page by page, when one of them is."""
        asked = self.asked.get("list", "")
        return asked if asked in ALONE else ""

    # ------------------------------------------------------------ lists

    @cached_property
    def lists(self) -> list[Group]:
        """In reserve, then discussed and set aside: the first few of each, or all of the one that is asked for."""
        if self.alone:
            page = self._page(self._in(self.alone))
            return [Group(Topic.State(self.alone), page.paginator.count, list(page.object_list), page)]
        found = [(state, self._counts.get(state, 0)) for state in ALONE]
        return [Group(state, n, self.programme.offer(list(self._in(state)[:FIRST_FEW]))) for state, n in found if n]

    @cached_property
    def waiting(self) -> Page:
        return self._page(self._narrowed.filter(state__in=WAITING))

    def _in(self, state: str) -> QuerySet:
        some = self._narrowed.filter(state=state)
        if state in FOLDED and not self.narrowing.orders:
            return some.order_by(F("discussed_at").desc(nulls_last=True), "-pk")
        return some

    def _page(self, some: QuerySet) -> Page:
        page = Paginator(some, PER_PAGE).get_page(self.asked.get("page"))
        page.object_list = self.programme.offer(list(page.object_list))
        return page

    @cached_property
    def _narrowed(self) -> QuerySet:
        return self.narrowing.narrow(self.community.topics.wanted_first().select_related("objective"))

    @cached_property
    def _counts(self) -> dict[str, int]:
        kept = self.narrowing.narrow(self.community.topics.order_by())
        return dict(kept.order_by("state").values_list("state").annotate(Count("pk")))

    @property
    def shows_overdue(self) -> bool:
        """On the first page, before what waits."""
        return not self.alone and self.waiting.number == 1 and bool(self.overdue)

    @cached_property
    def overdue(self) -> list[Topic]:
        """Chosen for a date that is behind, and not ticked as discussed there."""
        ahead = [date.meeting.pk for date in self.programme.ahead]
        planned = self.community.topics.filter(state__in=Topic.PLANNED).exclude(meeting__in=ahead)
        return self.programme.offer(list(planned.wanted_first().select_related("objective")[:PER_PAGE]))
