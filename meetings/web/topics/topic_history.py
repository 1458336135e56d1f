"""All that is known of one topic: when it was discussed, what was kept, which practices and which people can help."""

from functools import cached_property

from django.db.models import F

from accounts.models import User
from communities.models import Membership, PracticeCard, Purpose
from meetings.domain.followup import minutes
from meetings.domain.topics import topics
from meetings.models import Meeting, Note, Topic, TopicEvent, supported_by
from meetings.web.topics.topic_board import Programme


class History:
    """All that is known of one topic, each part for those who may read it."""

    def __init__(self, topic: Topic, user: User) -> None:
        self.topic, self.user, self.community = topic, user, topic.community
        self.may_choose = user.has_perm("meetings.choose_topic", topic)
        self.words = topics.telling_words(topic.title)
        self.programme = Programme(topic.community)
        if self.may_choose:
            self.programme.offer([topic])

    @cached_property
    def membership(self) -> Membership | None:
        return topics.member_of(self.community, self.user)

    @property
    def is_supported(self) -> bool:
        return self.topic.pk in supported_by(self.membership)

    @property
    def may_announce(self) -> bool:
        mine = next((date for date in self.programme.ahead if date.meeting.pk == self.topic.meeting_id), None)
        return self.topic.state == Topic.State.CHOSEN and mine is not None and mine.takes_announcements

    @property
    def may_propose(self) -> bool:
        return self.user.has_perm("meetings.propose_topic", self.community)

    @cached_property
    def support(self) -> int:
        return self.topic.supports.count()

    @cached_property
    def events(self) -> list[TopicEvent]:
        return list(self.topic.events.select_related("meeting__community", "came_from__community", "by"))

    @cached_property
    def before(self) -> list[Topic]:
        """The same words, discussed earlier."""
        others = self.community.topics.filter(state=Topic.State.DISCUSSED).exclude(pk=self.topic.pk)
        return topics.same_topic(self.topic.title, others.select_related("meeting__community"))

    @cached_property
    def notes(self) -> list[Note]:
        """What was captured while its block was open, at the meetings whose notes this person may read."""
        found = Note.objects.told().filter(item__topic=self.topic).exclude(kind__in=(Note.Kind.ACTION, Note.Kind.TOPIC))
        notes = list(
            found.select_related("meeting__note_taker", "meeting__minutes").order_by(
                "meeting__starts_at", "written_at", "pk"
            )
        )
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
