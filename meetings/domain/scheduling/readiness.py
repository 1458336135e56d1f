"""What is ready and what is not, before a meeting: the same five steps on Today and on the meeting's own page."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from communities.models import MailSettings
from meetings.domain.invitations import later
from meetings.domain.invitations.reminders import reminder_at
from meetings.models import AgendaItem, Invitation, Meeting

SOON = dt.timedelta(days=7)


@dataclass(frozen=True)
class Step:
    """One thing to prepare. `is_late` only colours it: nothing blocks. `address` is where it is done, if one may, and
    `button` what is done there. `label` says it in one line; `title` and `detail` in two."""

    label: str
    is_done: bool
    is_late: bool = False
    address: str = ""
    code: str = ""
    title: str = ""
    detail: str = ""
    button: str = ""


@dataclass(frozen=True)
class Reader:
    """When it is, and what who looks may do: what is left to do leads there."""

    meeting: Meeting
    now: dt.datetime
    may: Collection[str]

    def step(self, label: str, is_done: bool, page: str = "edit", field: str = "", **said: str) -> Step:
        leads = not is_done and ("invite" if page == "invite" else "edit") in self.may
        address = reverse(f"meetings:{page}", args=[self.meeting.pk]) + field if leads else ""
        is_late = not is_done and self.meeting.starts_at - self.now < SOON
        return Step(label, is_done, is_late=is_late, address=address, **said)


def steps(meeting: Meeting, now: dt.datetime | None = None, *, may: Collection[str] = ()) -> list[Step]:
    """Asks nothing of the database when `agenda` is prefetched, `community` and `invitation` selected. `may` holds what
    the reader may do (« edit », « invite »)."""
    reader = Reader(meeting, now or timezone.now(), may)
    reminder = reminder_label(meeting, now)
    return [
        topic_step(reader),
        agenda_step(reader),
        invitation_step(reader),
        notes_step(reader),
        Step(reminder, reminder_is_over(meeting, now), code="reminder", title=_("Reminder"), detail=reminder),
    ]


def topic_step(reader: Reader) -> Step:
    meeting = reader.meeting
    said = {"code": "topic", "title": _("Topic and objective"), "button": _("Choose the topic")}
    if meeting.title:
        return reader.step(_("Topic chosen"), True, detail=meeting.objective or meeting.title, **said)
    if meeting.community.chooses_topics_on_the_spot:
        label = _("Topics chosen on the spot")
        return reader.step(label, True, detail=meeting.objective or label, **said)
    return reader.step(_("Topic to choose"), False, field="#id_title", detail=_("Topic to choose"), **said)


def agenda_step(reader: Reader) -> Step:
    blocks = list(reader.meeting.agenda.all())
    said = {"code": "agenda", "title": _("Agenda"), "button": _("Lay out the agenda")}
    if not blocks:
        return reader.step(_("Agenda to prepare"), False, "agenda", detail=_("No block yet"), **said)
    numbers = {"blocks": len(blocks), "minutes": sum(block.minutes for block in blocks)}
    label = _("Agenda (%(blocks)s blocks over %(minutes)s min)") % numbers
    is_done = any(block.kind == AgendaItem.Kind.EVALUATION for block in blocks)
    detail = _("%(blocks)s blocks over %(minutes)s minutes") if is_done else _("No block for the evaluation yet")
    return reader.step(label, is_done, "agenda", detail=detail % numbers, **said)


def invitation_step(reader: Reader) -> Step:
    """First where people go, then the mail that tells them."""
    meeting = reader.meeting
    lacks_place = meeting.has_room and not meeting.place
    lacks_link = meeting.has_link and not meeting.link
    title = _("Invitation and place") if meeting.has_room else _("Invitation and link")
    said = {"code": "invitation", "title": title}
    if lacks_place or lacks_link:
        label = _("Place to give") if lacks_place else _("Link to join to add")
        button = _("Give the place") if lacks_place else _("Add the link")
        field = "#id_place" if lacks_place else "#id_link"
        return reader.step(label, False, field=field, detail=label, button=button, **said)
    if not meeting.invited_at:
        return _step_to_invite(reader, said)
    day = date_format(meeting.invited_at.astimezone(meeting.zone), "MONTH_DAY_FORMAT")
    return reader.step(_("Invitation sent"), True, detail=_("Sent on %(day)s") % {"day": day}, **said)


def _step_to_invite(reader: Reader, said: dict[str, str]) -> Step:
    kept = Invitation.of(reader.meeting)
    if when := later.said_of(reader.meeting):
        hour = {"when": when}
        detail = _("Will leave on %(when)s") % hour
        return reader.step(_("Invitation planned for %(when)s") % hour, True, detail=detail, **said)
    label, detail = _("Invitation to send"), _("Nobody is invited yet.")
    if kept.leaves_at:
        detail = _("It would leave once the meeting has begun: choose an earlier hour.")
    if kept.is_held:
        label, detail = _("Invitation that did not leave"), _("The person who planned it may no longer invite.")
    return reader.step(label, False, "invite", detail=detail, button=_("Prepare the invitation"), **said)


def notes_step(reader: Reader) -> Step:
    taker = reader.meeting.note_taker
    said = {"code": "notes", "title": _("Note-taking"), "button": _("Choose a note-taker")}
    if taker is None:
        return reader.step(_("Needs a note-taker"), False, field="#id_note_taker", detail=_("Nobody yet"), **said)
    return reader.step(_("Notes: %(name)s") % {"name": taker.short_name}, True, detail=taker.full_name, **said)


def reminder_is_over(meeting: Meeting, now: dt.datetime | None = None) -> bool:
    return not MailSettings.of(meeting.community).reminder_days or reminder_at(meeting) <= (now or timezone.now())


def reminder_label(meeting: Meeting, now: dt.datetime | None = None) -> str:
    if not MailSettings.of(meeting.community).reminder_days:
        return _("No reminder: the community sends none days before")
    if reminder_at(meeting) <= (now or timezone.now()):
        return _("Reminder sent") if meeting.invited_at else _("No reminder: not invited in time")
    day = date_format(reminder_at(meeting).date(), pgettext("date format", "l, F j"))
    return _("Reminder on %(day)s at 9") % {"day": day}
