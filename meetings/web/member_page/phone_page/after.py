"""Once it is over: what was kept, what one said one would do, and the next one."""

from functools import cached_property

from django.db.models import F
from django.urls import reverse

from meetings.domain.attendance import absences
from meetings.domain.followup import minutes
from meetings.domain.links import links
from meetings.models import Absence, Attendance, FollowUp, Meeting, Minutes, Note
from meetings.web.member_page.phone_page.shared import AnyTime


class After(AnyTime):
    """What stays, and what comes next."""

    @property
    def takes_late_check_in(self) -> bool:
        if self.stage != "after" or not self.is_personal:
            return False
        return not self.is_here and self.meeting.accepts_check_in()

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
        return Minutes.of(self.meeting).synthesis if minutes.shares_synthesis(self.meeting) else ""

    @property
    def awaits_synthesis(self) -> bool:
        is_shared = minutes.level_of(self.meeting) != minutes.Level.LOG
        return is_shared and FollowUp.of(self.meeting).sent_at is None

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
        return Meeting.objects.next_after(self.meeting)

    @property
    def next_address(self) -> str:
        """Their own page of the next one."""
        if not (self.is_personal and self.next_meeting):
            return ""
        return reverse("meetings:phone", args=[links.guest_token(self.next_meeting, self.guest.membership)])
