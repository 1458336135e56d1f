"""Until the meeting begins: the reply, what one needs and offers, the topics."""

import zoneinfo
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Membership
from meetings.domain.invitations import waiting_list
from meetings.models import Meeting, Reply, Topic, supported_by
from meetings.web.member_page.phone_page.shared import AnyTime

MOST_WANTED = 6


class Before(AnyTime):
    """To reply, and to say what calls one."""

    @cached_property
    def _kept_reply(self) -> Reply | None:
        """Empty when they are asked again."""
        return self.meeting.replies.filter(membership=self.guest.membership).first()

    @property
    def reply(self) -> Reply | None:
        return self._kept_reply if self._kept_reply and self._kept_reply.answer else None

    @property
    def answer_before(self) -> str:
        """What they had said, when they are asked again because the time or the place changed."""
        kept = self._kept_reply
        return kept.get_answer_before_display() if kept and not kept.answer else ""

    @cached_property
    def place_in_line(self) -> int:
        """For a seat in the room; 0 has one."""
        return waiting_list.place_in_line(self.meeting, self.reply) if self.reply and self.reply.is_waiting else 0

    @cached_property
    def is_full(self) -> bool:
        """Whoever says yes now waits for a seat."""
        return (
            self.takes_replies
            and self.place_in_line == 0
            and self.recorded[:3] != "yes"
            and waiting_list.are_all_taken(self.meeting)
        )

    @property
    def confirms(self) -> str:
        """The answer pressed in the mail, waiting for its one press here."""
        return self.wanted if self.reply is None or self.reply.answer != self.wanted else ""

    @property
    def answers(self) -> list[dict]:
        """The three buttons, four for a hybrid meeting: which comes first, and which is recorded."""
        labels: dict[str, str] = {value: str(label) for value, label in Reply.Answer.choices}
        values = ["yes", "maybe", "no"]
        if self.meeting.is_hybrid:
            labels |= {"yes-online": _("Yes, online"), "yes-in_person": _("Yes, in person")}
            values[:1] = ["yes-in_person", "yes-online"]
        recorded = self.recorded
        return [{"value": v, "label": labels[v], "is_recorded": v == recorded} for v in values]

    @property
    def wish(self) -> str:
        """What was typed and refused, else what is kept."""
        return self.typed if self.typed is not None else self.reply.wish if self.reply else ""

    @cached_property
    def warm_up_answer(self) -> str:
        mine = self.meeting.warm_up_answers.filter(membership=self.guest.membership)
        return mine.values_list("text", flat=True).first() or ""

    @property
    def recorded(self) -> str:
        if self.reply is None:
            return ""
        return f"{self.reply.answer}-{self.reply.mode}" if self.reply.mode else self.reply.answer

    @property
    def to_confirm(self) -> list[dict]:
        return [answer for answer in self.answers if answer["value"].partition("-")[0] == self.confirms]

    @property
    def takes_replies(self) -> bool:
        return self.is_to_come and self.meeting.registration != Meeting.Registration.NONE

    @property
    def asks_needs(self) -> bool:
        """What one needs in the room: meals, travel, access."""
        may_come = bool(self.reply and self.reply.answer in (Reply.Answer.YES, Reply.Answer.MAYBE))
        return self.takes_replies and may_come and self.meeting.has_room

    @cached_property
    def may_volunteer(self) -> bool:
        if not self.is_to_come or self.meeting.prepares_id or self.stage != "before":
            return False
        return self.guest.membership.status == Membership.Status.ACTIVE and not self.co_facilitates

    @cached_property
    def co_facilitates(self) -> bool:
        return self.meeting.co_facilitators.filter(pk=self.guest.membership.pk).exists()

    @cached_property
    def has_volunteered(self) -> bool:
        return self.meeting.volunteers.filter(pk=self.guest.membership.pk).exists()

    @property
    def own_start(self):
        """The hour on the person's own clock, where it is not that of the community."""
        zone = self.guest.membership.user.time_zone
        if not self.is_personal or zone == self.meeting.community.time_zone:
            return None
        own = timezone.localtime(self.meeting.starts_at, zoneinfo.ZoneInfo(zone))
        return own.replace(tzinfo=None) if own.utcoffset() != self.meeting.local_start.utcoffset() else None

    @cached_property
    def announced(self) -> list[Topic]:
        """What this meeting is about, which one may say calls them; before it begins."""
        if not self.is_to_come:
            return []
        return list(self.meeting.topics.filter(state__in=Topic.PLANNED).with_support().order_by("announced_at", "pk"))

    @cached_property
    def other_topics(self) -> list[Topic]:
        """What the group could talk about another time, most wanted first."""
        if not self.is_to_come:
            return []
        return list(self.meeting.community.topics.waiting().wanted_first()[:MOST_WANTED])

    @cached_property
    def supported(self) -> set[int]:
        return supported_by(self.guest.membership)
