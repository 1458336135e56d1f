"""While the group meets: what is current, and what one does together."""

import uuid
from functools import cached_property

from communities.models import Membership, Rule
from meetings.domain.agenda import rules_display
from meetings.domain.links import phone
from meetings.domain.live import live_breakouts, topic_vote
from meetings.models import AgendaItem, ContinueVote, MeetingGroup, Note
from meetings.web.member_page.phone_forms import GroupLineForm
from meetings.web.member_page.phone_page.shared import AnyTime


class During(AnyTime):
    """What is current."""

    @cached_property
    def blocks(self) -> list[AgendaItem]:
        return list(self.meeting.agenda.select_related("topic")) if self.meeting.is_live else []

    @cached_property
    def current(self) -> AgendaItem | None:
        return next((block for block in self.blocks if block.started_at and not block.ended_at), None)

    @cached_property
    def following(self) -> AgendaItem | None:
        if self.current is None:
            return None
        after = self.blocks[self.blocks.index(self.current) + 1 :]
        return next((block for block in after if not block.started_at), None)

    @cached_property
    def rules(self) -> list[Rule]:
        """Read while one comes in, then while the group recalls them."""
        if self.current and self.current.kind not in (AgendaItem.Kind.WELCOME, AgendaItem.Kind.FRAME):
            return []
        return rules_display.rules_at(self.meeting) if self.stage == "during" else []

    @cached_property
    def choice(self) -> topic_vote.Choice:
        return topic_vote.Choice(self.meeting, self.current if self.is_here else None)

    @cached_property
    def my_dots(self) -> set[int]:
        return topic_vote.dots_of(self.meeting, self.guest.membership)

    @property
    def dots_left(self) -> int:
        return max(0, topic_vote.DOTS - len(self.my_dots))

    @cached_property
    def goes_on(self) -> bool | None:
        """What they said at the end of this topic's time."""
        about = {"item": self.choice.current, "asked_at": self.choice.ends_at, "membership": self.guest.membership}
        return ContinueVote.objects.filter(**about).values_list("goes_on", flat=True).first()

    @cached_property
    def has_read_rules(self) -> bool:
        return self.meeting.rules_read.filter(membership=self.guest.membership).exists()

    @cached_property
    def camera_rule(self) -> str:
        return rules_display.camera_rule(self.meeting) if self.stage == "during" and not self.is_here else ""

    @cached_property
    def group(self) -> MeetingGroup | None:
        """The sub-group they work in now."""
        if not self.is_here:
            return None
        return live_breakouts.of_member(self.meeting, self.guest.membership)

    @cached_property
    def group_members(self) -> list[Membership]:
        return list(self.group.members.select_related("user").order_by("user__sort_key")) if self.group else []

    @cached_property
    def group_lines(self) -> list[Note]:
        return list(self.group.lines.order_by("-written_at", "-pk")) if self.group else []

    @property
    def new_key(self) -> uuid.UUID:
        return uuid.uuid4()

    @property
    def line_kinds(self) -> list[tuple]:
        return [(kind.value, kind.label) for kind in GroupLineForm.KINDS]

    @cached_property
    def asks_opinion(self) -> bool:
        return self.is_here and phone.asks_opinion(self.meeting, self.current)
