"""What the pages of topics show: the board, and all that is known of one topic. A fixed number of queries each."""

from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User, normalised
from communities.models import Community, Membership, PracticeCard, Purpose
from meetings import minutes, topics
from meetings.models import Meeting, Note, Topic, TopicEvent, supported_by
from meetings.topic_forms import NarrowingForm

MOST_DATES = 12  # one can choose from, or reads
FOLDED = (Topic.State.DISCUSSED, Topic.State.DROPPED)  # what one seldom comes to read


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


def _latest_first(topic: Topic) -> float:
    return -topic.discussed_at.timestamp() if topic.discussed_at else 0


class Board:
    """The backlog of a community: what waits, what each date has, what is behind."""

    def __init__(self, community: Community, user: User, asked=None) -> None:
        self.community, self.user = community, user
        self.may_choose = user.has_perm("meetings.plan", community)
        self.may_propose = user.has_perm("meetings.propose_topic", community)
        self.asked = asked

    @cached_property
    def topics(self) -> list[Topic]:
        return list(self.community.topics.wanted_first().select_related("objective"))

    @cached_property
    def narrowing(self) -> NarrowingForm:
        places = sorted({topic.territory for topic in self.topics if topic.territory})
        return NarrowingForm(self.asked or {}, community=self.community, territories=places)

    @cached_property
    def supported(self) -> set[int]:
        return supported_by(self.membership)

    @cached_property
    def membership(self) -> Membership | None:
        return topics.member_of(self.community, self.user)

    @property
    def waiting(self) -> list[Topic]:
        return self._in(Topic.State.PROPOSED, Topic.State.POSTPONED)

    @property
    def in_reserve(self) -> list[Topic]:
        return self._in(Topic.State.RESERVE)

    @cached_property
    def is_searchable(self) -> bool:
        """Worth narrowing."""
        return len(self.topics) > 5

    def _in(self, *states: str) -> list[Topic]:
        found = [topic for topic in self.topics if topic.state in states and self.narrowing.keeps(topic)]
        return sorted(found, key=self.narrowing.order_of) if self.narrowing.order_of else found

    @cached_property
    def _dates(self) -> list[Date]:
        """Of this year, and those to come."""
        january = timezone.localtime(timezone=None).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
        kept = self.community.meetings.filter(cancelled_at=None).filter(
            Q(starts_at__gte=january) | Q(closed_at=None, started_at__isnull=False)
        )
        meetings = list(kept.order_by("starts_at"))
        dates = {meeting.pk: Date(meeting) for meeting in meetings}
        for meeting in meetings:
            meeting.community = self.community
        for topic in self.topics:
            if topic.meeting_id in dates and topic.state != Topic.State.DROPPED:
                dates[topic.meeting_id].topics.append(topic)
        return list(dates.values())

    @cached_property
    def coming(self) -> list[Date]:
        now = timezone.now()
        ahead = [d for d in self._dates if d.meeting.is_open and (d.meeting.ends_at >= now or d.meeting.started_at)]
        return ahead[:MOST_DATES]

    @cached_property
    def next_date(self) -> Date | None:
        """The one a topic is most likely for: the first that has none."""
        bare = (date for date in self.coming if not date.topics and not date.meeting.title)
        return next(bare, self.coming[0] if self.coming else None)

    @cached_property
    def other_dates(self) -> list[Date]:
        return [date for date in self.coming if date is not self.next_date]

    @property
    def held(self) -> list[Date]:
        """Earlier this year, with what was discussed."""
        return [date for date in self._dates if date.meeting.closed_at and date.topics]

    @cached_property
    def overdue(self) -> list[Topic]:
        """Chosen for a date that is behind, and not ticked as discussed there."""
        ahead = {date.meeting.pk for date in self.coming}
        return [t for t in self.topics if t.state in Topic.PLANNED and t.meeting_id not in ahead]

    @property
    def folded(self) -> list[dict]:
        found = {state: sorted(self._in(state), key=_latest_first) for state in FOLDED}
        return [{"state": state, "topics": topics} for state, topics in found.items() if topics]


class History:
    """All that is known of one topic, each part for those who may read it."""

    def __init__(self, topic: Topic, user: User) -> None:
        self.topic, self.user, self.community = topic, user, topic.community
        self.may_choose = user.has_perm("meetings.choose_topic", topic)
        self.words = topics.telling_words(topic.title)

    @cached_property
    def membership(self) -> Membership | None:
        return topics.member_of(self.community, self.user)

    @property
    def is_supported(self) -> bool:
        return self.topic.pk in supported_by(self.membership)

    @cached_property
    def support(self) -> int:
        return self.topic.supports.count()

    @cached_property
    def events(self) -> list[TopicEvent]:
        events = list(self.topic.events.select_related("meeting", "by"))
        for event in events:
            if event.meeting:
                event.meeting.community = self.community
        return events

    @cached_property
    def before(self) -> list[Topic]:
        """The same words, discussed earlier."""
        wanted = normalised(self.topic.title)
        others = self.community.topics.filter(state=Topic.State.DISCUSSED).exclude(pk=self.topic.pk)
        same = [topic for topic in others.select_related("meeting") if normalised(topic.title) == wanted]
        for topic in same:
            if topic.meeting:
                topic.meeting.community = self.community
        return same

    @cached_property
    def notes(self) -> list[Note]:
        """What was captured while its block was open, at the meetings whose notes this person may read."""
        found = Note.objects.told().filter(item__topic=self.topic).exclude(kind__in=(Note.Kind.ACTION, Note.Kind.TOPIC))
        notes = list(found.select_related("meeting__note_taker").order_by("meeting__starts_at", "written_at", "pk"))
        for note in notes:
            note.meeting.community = self.community
        readable = {pk for pk, meeting in {n.meeting_id: n.meeting for n in notes}.items() if self._reads(meeting)}
        return [note for note in notes if note.meeting_id in readable]

    def _reads(self, meeting: Meeting) -> bool:
        return minutes.may_read(self.user, meeting)

    @cached_property
    def cards(self) -> list[PracticeCard]:
        """Practices told in the same words."""
        kept = PracticeCard.objects.visible_to(self.user).kept().filter(community=self.community)
        return [card for card in kept if self._speaks_of(card.title, card.situation, card.done)][:5]

    @cached_property
    def helpers(self) -> list[dict]:
        """Members who chose to show what they know or offer, where it is about this topic."""
        if not self.user.has_perm("communities.see_shared", self.community):
            return []
        shown = {Purpose.DIRECTORY_EXPERTISE: "expertise", Purpose.DIRECTORY_HELP: "help_offered"}
        here = self.community.memberships.exclude(status=Membership.Status.ALUMNI)
        among = here.filter(consents__purpose__in=shown, consents__withdrawn_at=None)
        found: dict[int, dict] = {}
        for membership in among.annotate(purpose=F("consents__purpose")).select_related("user", "organisation"):
            said = getattr(membership, shown[membership.purpose])
            if self._speaks_of(said):
                found.setdefault(membership.user_id, {"membership": membership, "said": []})["said"].append(said)
        return list(found.values())[:8]

    def _speaks_of(self, *texts: str) -> bool:
        return any(self.words & topics.telling_words(text) for text in texts)
