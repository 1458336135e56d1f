"""A meeting copied to the next date that its rhythm proposes: what it is about, how it goes, who does what, where."""

import datetime as dt
import uuid

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cmtl.signed_tokens import SignedToken
from cmtl.wall_clock import at_wall_clock
from communities.models import Policies
from meetings.domain.agenda import agenda_models
from meetings.domain.scheduling.planning import is_known
from meetings.models import AgendaItem, Meeting, Training

COPIED = (
    "title", "objective", "kind", "mode", "link", "place", "venue", "host", "event", "registration", "capacity",
    "is_open_to_all", "note_taker", "children_attend",
)  # fmt: skip
WRITTEN_SINCE = (
    "notes", "attendances", "topics", "preparatory_meetings", "groups", "checks", "co_facilitators", "volunteers",
)  # fmt: skip
JUST_COPIED = SignedToken("meeting-copied", dt.timedelta(hours=1))  # what undoes a copy


def proposed_start(meeting: Meeting, now: dt.datetime | None = None) -> dt.datetime:
    """The same weekday of the month, at the same hour, as many months later as the community leaves between two
    dates; the first that is to come and free."""
    today = (now or timezone.now()).astimezone(meeting.zone).date()
    every = max(1, round(12 / Policies.of(meeting.community).meetings_per_year))
    taken = {other.local_start.date() for other in meeting.community.meetings.filter(cancelled_at=None)}
    start, months = meeting.local_start, every
    while (day := _same_weekday(start.date(), months)) <= today or day in taken:
        months += every
    return at_wall_clock(day, start.time(), meeting.zone)


def _same_weekday(day: dt.date, months: int) -> dt.date:
    """« The second Tuesday », months later; a fifth one is the last. Pure."""
    first = day.replace(day=1) + relativedelta(months=months)
    found = first + dt.timedelta(days=(day.weekday() - first.weekday()) % 7, weeks=(day.day - 1) // 7)
    return found if found.month == first.month else found - dt.timedelta(weeks=1)


@transaction.atomic
def copy_meeting(meeting: Meeting, key: uuid.UUID) -> Meeting:
    """Nobody is invited to the copy, and no answer follows it; those of the team who have left it do not come back. The
    same press sent twice makes one copy."""
    if meeting.prepares_id:
        raise ValidationError(_("A preparatory meeting is planned from the meeting that it prepares."))
    starts_at = proposed_start(meeting)
    made, is_new = Meeting.objects.get_or_create(
        uid=uuid.uuid5(key, f"copy of {meeting.pk}"),
        defaults={
            "community": meeting.community,
            "starts_at": starts_at,
            "ends_at": starts_at + (meeting.ends_at - meeting.starts_at),
            **{name: getattr(meeting, name) for name in COPIED},
        },
    )
    if is_new:
        _name_those_who_are_still_there(made, meeting)
        AgendaItem.objects.bulk_create(
            AgendaItem(meeting=made, position=n, **block) for n, block in enumerate(agenda_models.blocks_of(meeting))
        )
        if (training := Training.objects.filter(meeting=meeting).first()) is not None:
            Training.write(made, **{name: getattr(training, name) for name in Training.FIELDS})
    return made


def _name_those_who_are_still_there(made: Meeting, meeting: Meeting) -> None:
    team = meeting.community.facilitators()
    made.facilitators.set(meeting.facilitators.filter(pk__in=team.values("pk")))
    writing = (team | meeting.community.note_takers()).values("pk")
    Meeting.objects.filter(pk=made.pk).exclude(note_taker__in=writing).update(note_taker=None)
    made.refresh_from_db(fields=["note_taker"])


@transaction.atomic
def undo_copied_meeting(meeting: Meeting, token: str) -> None:
    """Take away a copy that nobody knows of, and that nothing was written in."""
    if JUST_COPIED.verify(token) != (meeting.pk,):
        raise ValidationError(_("It is too late to undo this."))
    kept = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    used = any(getattr(kept, name).exists() for name in WRITTEN_SINCE) or hasattr(kept, "logistics")
    if kept.version or kept.revision or kept.started_at or is_known(kept) or used:
        raise ValidationError(_("This copy was used since: cancel the meeting instead."))
    kept.delete()
