"""The next meeting of a community, as its page shows it: when, who said they come, and what is left to do."""

from dataclasses import dataclass

from accounts.models import User
from communities.models import Community
from meetings.domain.invitations.invitations import Turnout
from meetings.domain.scheduling import readiness
from meetings.models import Meeting


@dataclass(frozen=True)
class ComingMeeting:
    meeting: Meeting
    turnout: Turnout | None  # for those who read replies
    left: readiness.Step | None  # the first thing left to do, for those who prepare it
    may_run: bool


def next_meeting(community: Community, user: User) -> ComingMeeting | None:
    coming = Meeting.objects.upcoming().visible_to(user).filter(community=community)
    rows = coming.with_replies().select_related("community", "note_taker", "invitation").prefetch_related("agenda")
    meeting = rows.first()
    if meeting is None:
        return None
    may = [what for what in ("edit", "invite", "see_replies", "drive") if user.has_perm(f"meetings.{what}", meeting)]
    steps = readiness.steps(meeting, may=may) if "edit" in may else []
    return ComingMeeting(
        meeting,
        Turnout.counted(meeting) if "see_replies" in may else None,
        next((step for step in steps if not step.is_done and step.address), None),
        may_run="drive" in may and (meeting.is_live or meeting.accepts_check_in()),
    )
