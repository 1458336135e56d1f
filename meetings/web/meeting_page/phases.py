"""The three phases of a meeting's page: what is prepared, what is run, what follows."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from meetings.domain.attendance import attendance
from meetings.domain.scheduling.readiness import Step
from meetings.models import FollowUp, Meeting, Minutes

PREPARE, RUN, FOLLOW = "preparer", "animer", "suivre"  # as an address says them


@dataclass(frozen=True)
class Phase:
    code: str
    label: str
    detail: str
    address: str
    is_current: bool


def current(meeting: Meeting, may: Mapping[str, bool], asked: str) -> str:
    """The one asked for, or the one that the clock says; none for whoever only reads, or once it is called off."""
    open_to = [code for code in (PREPARE, RUN, FOLLOW) if _is_open_to(code, may)]
    if meeting.cancelled_at or RUN not in open_to:
        return ""
    if asked in open_to:
        return asked
    usual = _of_now(meeting)
    return usual if usual in open_to else RUN


def _is_open_to(code: str, may: Mapping[str, bool]) -> bool:
    return may["see_preparation"] if code == PREPARE else may["see_preparation"] or may["run"]


def _of_now(meeting: Meeting) -> str:
    now = timezone.now()
    over = meeting.ends_at + dt.timedelta(hours=1 if meeting.started_at else 0)  # one under way may run late
    if meeting.closed_at or over < now:
        return FOLLOW
    return RUN if meeting.started_at or now >= meeting.check_in_opens_at else PREPARE


def phases(meeting: Meeting, may: Mapping[str, bool], shown: str, steps: Collection[Step]) -> list[Phase]:
    here = meeting.get_absolute_url()
    console = reverse("meetings:live", args=[meeting.pk]) if may["run"] and meeting.is_live else ""
    found = [
        (PREPARE, _("Prepare"), _prepared(meeting, steps), reverse("meetings:prepare", args=[meeting.pk])),
        (RUN, _("Run"), _run(meeting), console or f"{here}?phase={RUN}"),
        (FOLLOW, _("Follow up"), _followed(meeting), f"{here}?phase={FOLLOW}"),
    ]
    return [Phase(*said, is_current=said[0] == shown) for said in found if _is_open_to(said[0], may)]


def _prepared(meeting: Meeting, steps: Collection[Step]) -> str:
    if not meeting.is_open:
        return _("how it was prepared")
    return _("%(done)s steps of %(all)s done") % {"done": sum(step.is_done for step in steps), "all": len(steps)}


def _run(meeting: Meeting) -> str:
    if meeting.closed_at:
        return _("held")
    if meeting.is_live:
        return _("under way")
    opens = meeting.check_in_opens_at.astimezone(meeting.zone)
    if timezone.now() >= opens:
        return _("open")
    clock = time_format(opens, "TIME_FORMAT")
    if opens.date() == timezone.now().astimezone(meeting.zone).date():
        return _("opens at %(clock)s") % {"clock": clock}
    return _("opens on %(day)s at %(clock)s") % {"day": date_format(opens, "MONTH_DAY_FORMAT"), "clock": clock}


def _followed(meeting: Meeting) -> str:
    return _("follow-up sent") if FollowUp.of(meeting).sent_at else _("synthesis, evaluation, follow-up")


# ------------------------------------------------------------ what is left to do afterwards


def steps_after(meeting: Meeting, may: Mapping[str, bool], *, has_reflected: bool) -> list[Step]:
    """Who came, the closing, what was said, what is sent, and one's own minute: each leads to where it is done."""
    return [
        _attendance_step(meeting, may),
        _closing_step(meeting, may),
        *([_record_step(meeting)] if may["complete"] else []),
        *([_follow_up_step(meeting)] if may["follow_up"] else []),
        *([_own_minute_step(meeting, has_reflected)] if may["reflect"] else []),
    ]


def _step(meeting: Meeting, code: str, title: str, is_done: bool, page: str = "", **said: str) -> Step:
    address = reverse(f"meetings:{page}", args=[meeting.pk]) if page else ""
    return Step(title, is_done, code=code, title=title, address=address, **said)


def _attendance_step(meeting: Meeting, may: Mapping[str, bool]) -> Step:
    title = _("Who came")
    if attendance.is_to_record(meeting) and may["record_attendance"]:
        detail = _(
            "Nobody started this meeting on the console. If you met on Zoom, Teams, Meet or Webex, import the "
            "attendance file; you can also tick the list on the console, even after the fact."
        )
        button = _("Import the attendance file")
        return _step(meeting, "attendance", title, False, "import_attendance", detail=detail, button=button)
    page = "roster" if may["see_attendance"] and meeting.closed_at else ""
    corrects = meeting.closed_at and may["correct_attendance"]
    button = _("Correct the attendance") if corrects else _("The whole list")
    detail = _("Noted on the console, or from a file of the call")
    return _step(meeting, "attendance", title, bool(meeting.closed_at), page, detail=detail, button=button)


def _closing_step(meeting: Meeting, may: Mapping[str, bool]) -> Step:
    page = "close" if may["drive"] and meeting.is_live else ""
    is_late = page and meeting.ends_at < timezone.now()
    detail = (
        _("The meeting is not closed: complete the attendance if somebody is missing, then close it.")
        if is_late
        else _("Notes are frozen, and the follow-up can leave")
    )
    return _step(
        meeting,
        "closing",
        _("Closing of the meeting"),
        bool(meeting.closed_at),
        page,
        detail=detail,
        button=_("Close the meeting"),
    )


def _record_step(meeting: Meeting) -> Step:
    return _step(
        meeting,
        "record",
        _("Synthesis and record"),
        bool(Minutes.of(meeting).synthesis),
        "complete" if meeting.closed_at else "",
        detail=_("What was decided, and what the notes left open"),
        button=_("After the meeting"),
    )


def _follow_up_step(meeting: Meeting) -> Step:
    return _step(
        meeting,
        "follow_up",
        _("Follow-up"),
        FollowUp.of(meeting).sent_at is not None,
        "follow_up" if meeting.closed_at else "",
        detail=_("The mail that tells everybody what came out of it"),
        button=_("Follow-up"),
    )


def _own_minute_step(meeting: Meeting, has_reflected: bool) -> Step:
    return _step(
        meeting,
        "reflect",
        _("Two minutes for yourself"),
        has_reflected,
        "reflect" if meeting.closed_at else "",
        detail=_("How it went; read by nobody else"),
        button=_("Reread") if has_reflected else _("Write"),
    )
