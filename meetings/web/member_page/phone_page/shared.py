"""Who opens the page of a meeting on a phone, and what it shows whatever the moment."""

from functools import cached_property

from django.urls import reverse
from django.utils import timezone

from meetings.domain.invitations import calendar, replies
from meetings.domain.links import phone
from meetings.domain.links.links import Guest
from meetings.domain.links.phone import facilitators_of
from meetings.models import Attendance, Meeting, Recording, Reply
from outbox.domain.post import unsubscribe_token
from outbox.models import Category

EVERY = {"before": 60, "during": 4}  # seconds between two questions of the page


class AnyTime:
    """Each part is read only if it is drawn."""

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

    @property
    def is_to_come(self) -> bool:
        """For whoever holds a personal link: not begun, and they did not say that they are there."""
        if not self.is_personal or self.is_under_way:
            return False
        return self.stage == "before" or (self.stage == "during" and not self.is_here)

    @property
    def is_under_way(self) -> bool:
        """On screen, or by the clock."""
        return self.meeting.started_at is not None or timezone.now() >= self.meeting.starts_at

    @property
    def shows_link(self) -> bool:
        """permissions.md, C7: a day before to two hours after, for whoever holds a personal link or is in the room."""
        if not (self.meeting.has_link and self.meeting.link and phone.shows_link(self.meeting)):
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
    def facilitators(self) -> list:
        return facilitators_of(self.meeting)

    @property
    def google_calendar(self) -> str:
        return calendar.google_address(self.meeting)

    @property
    def outlook_calendar(self) -> str:
        return calendar.outlook_address(self.meeting)

    @property
    def fewer_mails(self) -> str:
        membership = self.guest.membership
        token = unsubscribe_token(membership.user, membership.community.sender_list, Category.REMINDERS)
        return reverse("outbox:unsubscribe", args=[token])
