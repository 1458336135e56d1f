"""The last decisions of a community, of the meetings whose notes one may read."""

import datetime as dt

from django.db.models import Prefetch

from accounts.models import User
from communities.models import Community
from meetings.domain.followup import minutes
from meetings.models import Meeting, Note

MEETINGS = 8  # the last ones with a decision


def last_decisions(
    community: Community, user: User, *, before: dt.datetime | None = None, meetings: int = MEETINGS
) -> list[Note]:
    """Of so many meetings, the latest first; each with its meeting."""
    noted = Note.objects.told().filter(kind=Note.Kind.DECISION)
    held = Meeting.objects.held().visible_to(user).filter(community=community)
    if before:
        held = held.filter(starts_at__lt=before)
    held = held.filter(pk__in=noted.filter(meeting__community=community).values("meeting"))
    held = held.select_related("community", "minutes", "follow_up").order_by("-starts_at")
    lately = held.prefetch_related(Prefetch("notes", noted, to_attr="decisions"))[:meetings]
    readable = [meeting for meeting in lately if minutes.may_read(user, meeting)]
    return [note for meeting in readable for note in meeting.decisions]
