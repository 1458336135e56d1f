"""The one page of a meeting on a phone: what is current, from the invitation to the synthesis."""

import uuid
import zoneinfo
from functools import cached_property

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Membership, Rule
from meetings import absences, choosing, links, minutes, phone, recalling, replies, seats, working_apart
from meetings.links import Guest
from meetings.models import (
    Absence,
    AgendaItem,
    Attendance,
    GoOn,
    Meeting,
    MeetingGroup,
    Note,
    Recording,
    Reply,
    Topic,
    supported_by,
)
from meetings.phone_forms import GroupLineForm
from outbox.models import Category
from outbox.post import unsubscribe_token

MOST_WANTED = 6
EVERY = {"before": 60, "during": 4}  # seconds between two questions of the page


class Page:
    """What the one page shows, each part read only if it is drawn."""

    def __init__(self, guest: Guest, wanted: str = "", typed: str | None = None) -> None:
        self.guest = guest
        self.meeting = guest.meeting
        self.is_personal = bool(guest.token)
        self.stage = phone.stage_of(self.meeting)
        self.every = EVERY.get(self.stage, 0)
        self.wanted = wanted if wanted in Reply.Answer.values else ""
        self.typed = typed

    @cached_property
    def is_here(self) -> bool:
        here = Attendance.objects.filter(meeting=self.meeting, membership=self.guest.membership)
        return here.filter(status=Attendance.Status.PRESENT).exists()

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
        return seats.place_in_line(self.meeting, self.reply) if self.reply and self.reply.is_waiting else 0

    @cached_property
    def is_full(self) -> bool:
        """Whoever says yes now waits for a seat."""
        return (
            self.takes_replies
            and self.place_in_line == 0
            and self.recorded[:3] != "yes"
            and seats.are_all_taken(self.meeting)
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
        if self.is_hybrid:
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
    def is_to_come(self) -> bool:
        """For whoever holds a personal link: not begun, and they did not say that they are there."""
        if not self.is_personal or self.is_under_way:
            return False
        return self.stage == "before" or (self.stage == "during" and not self.is_here)

    @property
    def takes_replies(self) -> bool:
        return self.is_to_come and self.meeting.registration != Meeting.Registration.NONE

    @property
    def asks_needs(self) -> bool:
        """What one needs in the room: meals, travel, access."""
        may_come = bool(self.reply and self.reply.answer in (Reply.Answer.YES, Reply.Answer.MAYBE))
        return self.takes_replies and may_come and self.meeting.mode != Meeting.Mode.ONLINE

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
    def is_under_way(self) -> bool:
        """On screen, or by the clock."""
        return self.meeting.started_at is not None or timezone.now() >= self.meeting.starts_at

    @property
    def is_hybrid(self) -> bool:
        return self.meeting.mode == Meeting.Mode.HYBRID

    @property
    def is_online(self) -> bool:
        return self.meeting.mode != Meeting.Mode.IN_PERSON

    @property
    def shows_link(self) -> bool:
        """permissions.md, C7: a day before to two hours after, for whoever holds a personal link or is in the room."""
        if not (self.is_online and self.meeting.link and phone.shows_link(self.meeting)):
            return False
        return replies.gives_link(self.meeting, self.guest.membership)

    @property
    def must_register(self) -> bool:
        return self.meeting.registration == Meeting.Registration.REQUIRED

    @property
    def link_wants_a_yes(self) -> bool:
        return self.must_register and not replies.gives_link(self.meeting, self.guest.membership)

    @property
    def link_opens_at(self):
        return self.meeting.starts_at - phone.LINK_OPENS

    @property
    def own_start(self):
        """The hour on the person's own clock, where it is not that of the community."""
        zone = self.guest.membership.user.time_zone
        if not self.is_personal or zone == self.meeting.community.time_zone:
            return None
        own = timezone.localtime(self.meeting.starts_at, zoneinfo.ZoneInfo(zone))
        return own.replace(tzinfo=None) if own.utcoffset() != self.meeting.local_start.utcoffset() else None

    @property
    def takes_late_check_in(self) -> bool:
        if self.stage != "after" or not self.is_personal:
            return False
        return not self.is_here and self.meeting.accepts_check_in()

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

    @cached_property
    def rules(self) -> list[Rule]:
        """Read while one comes in, then while the group recalls them."""
        if self.current and self.current.kind not in (AgendaItem.Kind.WELCOME, AgendaItem.Kind.FRAME):
            return []
        return recalling.rules_at(self.meeting) if self.stage == "during" else []

    @cached_property
    def choice(self) -> choosing.Choice:
        return choosing.Choice(self.meeting, self.current if self.is_here else None)

    @cached_property
    def my_dots(self) -> set[int]:
        return choosing.dots_of(self.meeting, self.guest.membership)

    @property
    def dots_left(self) -> int:
        return max(0, choosing.DOTS - len(self.my_dots))

    @cached_property
    def goes_on(self) -> bool | None:
        """What they said at the end of this topic's time."""
        about = {"item": self.choice.current, "asked_at": self.choice.ends_at, "membership": self.guest.membership}
        return GoOn.objects.filter(**about).values_list("goes_on", flat=True).first()

    @cached_property
    def has_read_rules(self) -> bool:
        return self.meeting.rules_read.filter(membership=self.guest.membership).exists()

    @cached_property
    def camera_rule(self) -> str:
        return recalling.camera_rule(self.meeting) if self.stage == "during" and not self.is_here else ""

    @cached_property
    def group(self) -> MeetingGroup | None:
        """The sub-group they work in now."""
        if not self.is_here:
            return None
        return working_apart.of_member(self.meeting, self.guest.membership)

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

    @cached_property
    def has_ballot(self) -> bool:
        return self.is_here and phone.has_ballot(self.meeting)

    @cached_property
    def recording(self) -> Recording | None:
        """Whether being recorded is asked of them: before and during, and after for as long as it is not destroyed."""
        if not self.is_personal:
            return None
        return Recording.objects.filter(meeting=self.meeting, destroyed_at=None).first()

    @cached_property
    def agrees_to_recording(self) -> bool | None:
        consent = self.recording and self.recording.consents.filter(membership=self.guest.membership).first()
        return consent.agrees if consent else None

    @cached_property
    def actions(self) -> list[Note]:
        """What this person said they would do and has not ticked yet; not for a typed name."""
        if not self.is_personal:
            return []
        mine = self.guest.membership.actions.filter(kind=Note.Kind.ACTION, done_at=None)
        return list(mine.order_by(F("due_on").asc(nulls_last=True), "pk"))

    @property
    def synthesis(self) -> str:
        """Read by members once a person has sent it, in the communities that keep one for them."""
        return self.meeting.synthesis if minutes.shares_synthesis(self.meeting) else ""

    @property
    def awaits_synthesis(self) -> bool:
        is_shared = minutes.level_of(self.meeting) != minutes.Level.LOG
        return is_shared and self.meeting.followed_up_at is None

    @property
    def has_minutes(self) -> bool:
        return self.is_personal and minutes.are_published(self.meeting)

    @property
    def reasons(self) -> list:
        return Absence.Reason.choices

    @cached_property
    def missed(self) -> Attendance | None:
        """Their line, where they are recorded absent: they may say why."""
        if self.stage != "after" or not self.is_personal:
            return None
        return absences.attendance_of(self.meeting, self.guest.membership)

    @cached_property
    def next_meeting(self) -> Meeting | None:
        return next_of(self.meeting)

    @property
    def next_address(self) -> str:
        """Their own page of the next one."""
        if not (self.is_personal and self.next_meeting):
            return ""
        return reverse("meetings:phone", args=[links.token_for(self.next_meeting, self.guest.membership)])

    @cached_property
    def facilitators(self) -> list:
        return facilitators_of(self.meeting)

    @property
    def fewer_mails(self) -> str:
        membership = self.guest.membership
        token = unsubscribe_token(membership.user, membership.community.sender_list, Category.REMINDERS)
        return reverse("outbox:unsubscribe", args=[token])


def next_of(meeting: Meeting) -> Meeting | None:
    later = meeting.community.meetings.for_everyone().planned()
    later = later.filter(starts_at__gt=max(meeting.starts_at, timezone.now()))
    return later.select_related("community").order_by("starts_at").first()


def facilitators_of(meeting: Meeting) -> list:
    """Whom to write to: those of this meeting, else those of its community."""
    return list(meeting.facilitators.all()) or list(meeting.community.facilitators())
