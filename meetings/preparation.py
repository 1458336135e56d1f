"""What is ready and what is not, before a meeting: the same six lines on Today and on the meeting's own page."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetings.models import AgendaItem, Meeting

SOON = dt.timedelta(days=7)


@dataclass(frozen=True)
class Step:
    """One thing to prepare. `is_late` only colours it: nothing blocks."""

    label: str
    is_done: bool
    is_late: bool = False


def steps(meeting: Meeting, now: dt.datetime | None = None) -> list[Step]:
    """Asks nothing of the database when `agenda` is prefetched and `community` selected."""
    soon = meeting.starts_at - (now or timezone.now()) < SOON

    def step(label: str, is_done: bool) -> Step:
        return Step(label, is_done, is_late=soon and not is_done)

    return [
        topic_step(meeting, step),
        step(_("Invitation sent") if meeting.invited_at else _("Invitation to send"), bool(meeting.invited_at)),
        where_step(meeting, step),
        step(
            _("Notes: %(name)s") % {"name": meeting.note_taker.short_name}
            if meeting.note_taker
            else _("Note-taking to entrust"),
            meeting.note_taker is not None,
        ),
        agenda_step(meeting, step),
        Step(reminder_label(meeting, now), is_done=reminder_is_over(meeting, now)),
    ]


def topic_step(meeting: Meeting, step) -> Step:
    if meeting.title:
        return step(_("Topic chosen"), True)
    if meeting.community.chooses_topics_on_the_spot:
        return step(_("Topics chosen on the spot"), True)
    return step(_("Topic to choose"), False)


def where_step(meeting: Meeting, step) -> Step:
    if meeting.mode == Meeting.Mode.ONLINE:
        return step(_("Link to join") if meeting.link else _("Link to join to add"), bool(meeting.link))
    is_done = bool(meeting.place) and (meeting.mode == Meeting.Mode.IN_PERSON or bool(meeting.link))
    return step(_("Place booked") if is_done else _("Place to give"), is_done)


def agenda_step(meeting: Meeting, step) -> Step:
    blocks = list(meeting.agenda.all())
    if not blocks:
        return step(_("Agenda to prepare"), False)
    total = sum(block.minutes for block in blocks)
    label = _("Agenda (%(blocks)s blocks over %(minutes)s min)") % {"blocks": len(blocks), "minutes": total}
    return step(label, any(block.kind == AgendaItem.Kind.EVALUATION for block in blocks))


def reminder_at(meeting: Meeting) -> dt.datetime:
    """Two days before (or as many as the community chose) at nine, by the clock on its wall, whatever the hour does
    in between."""
    day = meeting.local_start.date() - dt.timedelta(days=meeting.community.reminder_days)
    return dt.datetime.combine(day, dt.time(9), tzinfo=meeting.zone)


def reminder_is_over(meeting: Meeting, now: dt.datetime | None = None) -> bool:
    return not meeting.community.reminder_days or reminder_at(meeting) <= (now or timezone.now())


def reminder_label(meeting: Meeting, now: dt.datetime | None = None) -> str:
    if not meeting.community.reminder_days:
        return _("No reminder: the community sends none days before")
    if reminder_at(meeting) <= (now or timezone.now()):
        return _("Reminder sent") if meeting.invited_at else _("No reminder: not invited in time")
    day = date_format(reminder_at(meeting).date(), pgettext("date format", "l, F j"))
    return _("Reminder on %(day)s at 9") % {"day": day}
