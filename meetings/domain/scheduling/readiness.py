"""What is ready and what is not, before a meeting: the same six lines on Today and on the meeting's own page."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from communities.models import MailSettings
from meetings.domain.invitations.reminders import reminder_at
from meetings.models import AgendaItem, Meeting

SOON = dt.timedelta(days=7)
NEAR = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Step:
    """One thing to prepare. `is_late` only colours it: nothing blocks. `address` is where it is done, if one may."""

    label: str
    is_done: bool
    is_late: bool = False
    address: str = ""


def steps(meeting: Meeting, now: dt.datetime | None = None, *, may: Collection[str] = ()) -> list[Step]:
    """Asks nothing of the database when `agenda` is prefetched and `community` selected. `may` holds what the reader
    may do (« edit », « invite »): what is left to do leads there."""
    soon = meeting.starts_at - (now or timezone.now()) < SOON

    def step(label: str, is_done: bool, page: str = "edit", field: str = "") -> Step:
        leads = not is_done and ("invite" if page == "invite" else "edit") in may
        address = reverse(f"meetings:{page}", args=[meeting.pk]) + field if leads else ""
        return Step(label, is_done, is_late=soon and not is_done, address=address)

    return [
        topic_step(meeting, step),
        step(
            _("Invitation sent") if meeting.invited_at else _("Invitation to send"), bool(meeting.invited_at), "invite"
        ),
        where_step(meeting, step),
        step(
            _("Notes: %(name)s") % {"name": meeting.note_taker.short_name}
            if meeting.note_taker
            else _("Needs a note-taker"),
            meeting.note_taker is not None,
            field="#id_note_taker",
        ),
        agenda_step(meeting, step),
        Step(reminder_label(meeting, now), is_done=reminder_is_over(meeting, now)),
    ]


def topic_step(meeting: Meeting, step) -> Step:
    if meeting.title:
        return step(_("Topic chosen"), True)
    if meeting.community.chooses_topics_on_the_spot:
        return step(_("Topics chosen on the spot"), True)
    return step(_("Topic to choose"), False, field="#id_title")


def where_step(meeting: Meeting, step) -> Step:
    if not meeting.has_room:
        label = _("Link to join") if meeting.link else _("Link to join to add")
        return step(label, bool(meeting.link), field="#id_link")
    is_done = bool(meeting.place) and (not meeting.has_link or bool(meeting.link))
    return step(_("Place booked") if is_done else _("Place to give"), is_done, field="#id_place")


def agenda_step(meeting: Meeting, step) -> Step:
    blocks = list(meeting.agenda.all())
    if not blocks:
        return step(_("Agenda to prepare"), False, "agenda")
    total = sum(block.minutes for block in blocks)
    label = _("Agenda (%(blocks)s blocks over %(minutes)s min)") % {"blocks": len(blocks), "minutes": total}
    return step(label, any(block.kind == AgendaItem.Kind.EVALUATION for block in blocks), "agenda")


def is_near(meeting: Meeting, now: dt.datetime | None = None) -> bool:
    """From the day before on, a meeting is to be run; until then it is to be prepared."""
    return meeting.is_live or meeting.starts_at - (now or timezone.now()) < NEAR


def reminder_is_over(meeting: Meeting, now: dt.datetime | None = None) -> bool:
    return not MailSettings.of(meeting.community).reminder_days or reminder_at(meeting) <= (now or timezone.now())


def reminder_label(meeting: Meeting, now: dt.datetime | None = None) -> str:
    if not MailSettings.of(meeting.community).reminder_days:
        return _("No reminder: the community sends none days before")
    if reminder_at(meeting) <= (now or timezone.now()):
        return _("Reminder sent") if meeting.invited_at else _("No reminder: not invited in time")
    day = date_format(reminder_at(meeting).date(), pgettext("date format", "l, F j"))
    return _("Reminder on %(day)s at 9") % {"day": day}
