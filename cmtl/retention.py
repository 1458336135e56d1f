"""How long what is known of people is kept, and what becomes of it then: each period once.

« My data », the privacy page, docs/production.md and the tasks that destroy or anonymise read this table. The function
that applies a period says so with `applies`; tests refuse a period that no task applies, and a length of time in the
code that is neither here nor known to be something else.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

Words = str | Promise
F = TypeVar("F", bound=Callable[..., Any])

NOTICE = dt.timedelta(days=30)  # before an account that nobody uses is erased, before an incident leaves the register
FIVE_YEARS = 1827  # days: with their leap years, whichever they are
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
IN_MONTHS = {92: 3, 183: 6, 365: 12, 730: 24, 1096: 36, 1461: 48}  # days → the months that people say

# Québec's act on personal information in the private sector, its regulation on anonymising, the Civil Code.
PURPOSE_OVER = _("P-39.1, s. 23")
ANONYMISING = _("P-39.1, s. 23; A-2.1, r. 0.1")
PROOF = _("P-39.1, s. 14; Civil Code, s. 2925")
INCIDENTS = _("P-39.1, s. 3.8; A-2.1, r. 3.1, s. 8")
ANSWERING = _("P-39.1, s. 32; Civil Code, s. 2925")

DESTROYED, COUNTED = _("destroyed"), _("counted without names")


@dataclass(frozen=True)
class Period:
    """How long one kind of data is kept, from the moment that `since` says."""

    key: str
    what: Words
    length: dt.timedelta
    since: Words
    then: Words
    reason: Words
    law: Words = PURPOSE_OVER

    @property
    def until(self) -> str:
        """« 30 days after it was sent »."""
        return str(self.since) % {"period": self.in_words}

    @property
    def said(self) -> str:
        """« 30 days after it was sent: destroyed »."""
        return gettext("%(until)s: %(then)s") % {"until": self.until, "then": self.then}

    @property
    def in_words(self) -> str:
        """« 30 days »."""
        return in_words(self.length)

    def start(self, now: dt.datetime) -> dt.datetime:
        """What is older than this has had its time."""
        return now - self.length

    def first_day(self, now: dt.datetime | None = None) -> dt.date:
        """What is dated before this day has had its time. A day of here, since the evening is tomorrow in UTC; counted
        in days, since an hour is missing between winter and summer."""
        return timezone.localdate(now) - self.length


PERIODS = [
    Period(
        "turns",
        _("Dots, answers “continue or pass”, speaking turns, lines not to be recorded"),
        DAY,
        _("At the closing of the meeting; %(period)s after its end when nobody closes it"),
        DESTROYED,
        _("They serve during the meeting only."),
    ),
    Period(
        "needs_of_access",
        _("What you need to take part in a meeting"),
        DAY,
        _("The day after the meeting"),
        DESTROYED,
        _("They serve to welcome you, and may say something of your health."),
    ),
    Period(
        "attendance_files",
        _("Attendance files of Zoom and Teams"),
        7 * DAY,
        _("%(period)s after they were read"),
        DESTROYED,
        _("For as long as reading one can be undone."),
    ),
    Period(
        "lists_not_imported",
        _("Lists of members that were sent and not imported"),
        24 * HOUR,
        _("%(period)s after they were sent"),
        DESTROYED,
        _("They name people whom nobody has listed."),
    ),
    Period(
        "imported_lists",
        _("The lines of imported lists"),
        7 * DAY,
        _("The file at the import; its lines %(period)s after it"),
        DESTROYED,
        _("For as long as an import can be undone."),
    ),
    Period(
        "merges",
        _("Journals of merged records"),
        24 * HOUR,
        _("%(period)s after the merge"),
        DESTROYED,
        _("For as long as a merge can be undone."),
    ),
    Period(
        "requests_to_join",
        _("Requests to join that nobody answered"),
        92 * DAY,
        _("%(period)s after the request"),
        DESTROYED,
        _("Nobody has taken them up."),
    ),
    Period(
        "declined_applications",
        _("Applications that were declined"),
        183 * DAY,
        _("%(period)s after the decision"),
        DESTROYED,
        _("To answer whoever asks why."),
    ),
    Period(
        "applications",
        _("Other applications to a call"),
        365 * DAY,
        _("%(period)s after the end of the call"),
        DESTROYED,
        _("To fill a seat that becomes free."),
    ),
    Period(
        "archives",
        _("Archives of a community, in one file"),
        7 * DAY,
        _("%(period)s after they were made"),
        DESTROYED,
        _("For as long as they can be downloaded."),
    ),
    Period(
        "releases_apart",
        _("Figures of closed evaluations, kept apart from the database; they name nobody"),
        100 * DAY,
        _("%(period)s after the closing"),
        DESTROYED,
        _("A little longer than backups, so that a restored evaluation is closed again with the same figures."),
    ),
    Period(
        "sessions",
        _("Who is signed in, on which device"),
        7 * DAY,
        _("%(period)s after signing in"),
        DESTROYED,
        _("So as not to ask for a code each day."),
    ),
    Period(
        "mail_bodies",
        _("The words of e-mails and the files they carry"),
        30 * DAY,
        _("%(period)s after the e-mail left or was given up; its calendar file once the meeting is over too"),
        DESTROYED,
        _("To send again what was refused, and to help whoever did not receive it."),
    ),
    Period(
        "mail_lines",
        _("The address and the subject of e-mails"),
        365 * DAY,
        _("%(period)s after the e-mail left or was given up; who was told and when stays as long as what it is about"),
        DESTROYED,
        _("To prove that you were told, and not to tell you twice."),
    ),
    Period(
        "consents",
        _("What you or a parent allowed, and what you said of recordings"),
        1096 * DAY,
        _("%(period)s after you leave the community, or once its records lose their names"),
        DESTROYED,
        _("To prove what you allowed, and when you took it back."),
        PROOF,
    ),
    Period(
        "alumni_agreements",
        _("Your name and address, where you agreed to be asked later what became of it"),
        1461 * DAY,
        _("As soon as you take it back; %(period)s after you left or the community closed at the latest"),
        _("no longer kept for that: destroyed when the other periods say so"),
        _("To ask you twice, one year and three years later."),
    ),
    Period(
        "testimonials",
        _("Your testimonial, and how you signed it"),
        92 * DAY,
        _("%(period)s after the end date you chose; at once when you withdraw it"),
        _("destroyed; that you allowed it and until when is kept as other consents are"),
        _("To let you extend it."),
    ),
    Period(
        "attendance",
        _("Presences, replies and what you wrote in a community"),
        730 * DAY,
        _("%(period)s after the community was archived"),
        COUNTED,
        _("To account for the programme, and to attest your hours when you ask."),
        ANONYMISING,
    ),
    Period(
        "follow_ups",
        _("Notes of individual follow-ups"),
        365 * DAY,
        _(
            "%(period)s after you leave the community, its archiving, or the day their author stops leading it; "
            "before, whenever their author decides"
        ),
        DESTROYED,
        _("To follow you up as was agreed with you."),
    ),
    Period(
        "conversation_requests",
        _("Conversations that you asked for"),
        92 * DAY,
        _(
            "%(period)s after the answer, after you leave the community, or once it was archived; at once when you "
            "take it back, or when none of those you were told of leads any more"
        ),
        DESTROYED,
        _("To answer you, and to follow you up."),
    ),
    Period(
        "inactive_accounts",
        _("Your account, your roles and your choices"),
        730 * DAY,
        _("%(period)s after your last activity, with an e-mail 30 days before; never while a community expects you"),
        _("erased; presences are counted without names"),
        _("To invite you, to let you in, and to write to you in your language."),
        ANONYMISING,
    ),
    Period(
        "audit_lines",
        _("Who read, took away or changed what is held, in the audit log"),
        730 * DAY,
        _("%(period)s after the act"),
        DESTROYED,
        _("To answer for what is done with personal information."),
    ),
    Period(
        "requests_to_destroy",
        _("Requests to destroy data"),
        1096 * DAY,
        _("%(period)s after the answer"),
        _("destroyed; that there was one is counted without a name"),
        _("To prove that an answer was given in time."),
        ANSWERING,
    ),
    Period(
        "incidents",
        _("Confidentiality incidents, in their register"),
        FIVE_YEARS * DAY,
        _("%(period)s after the organisation knew of it, with an e-mail to the privacy officer 30 days before"),
        DESTROYED,
        _("The Commission d’accès à l’information may ask for the register."),
        INCIDENTS,
    ),
    Period(
        "answers",
        _("Anonymous answers to evaluations, one by one"),
        730 * DAY,
        _("%(period)s after the evaluation was closed; of small meetings told together, after the end of their year"),
        _("destroyed; the figures told of them stay"),
        _("To check the figures that were told."),
    ),
    Period(
        "manager_addresses",
        _("The name and address of a manager, whom a member had asked three questions"),
        30 * DAY,
        _(
            "As soon as they answer or decline, or the member withdraws it; %(period)s after they were asked "
            "otherwise. Of an address that declined, a digest for as long, not to write to it again"
        ),
        DESTROYED,
        _("To ask them once, and remind them once."),
    ),
    Period(
        "manager_answers",
        _("What a manager answered about a member’s taking part"),
        730 * DAY,
        _("As soon as the member withdraws it; %(period)s after the answer otherwise"),
        DESTROYED,
        _("For the member and those named to the manager to read it."),
    ),
    Period(
        "comments",
        _("Comments on what to improve"),
        730 * DAY,
        _("%(period)s after they were shown"),
        DESTROYED,
        _("To follow what becomes of them; words may betray their author."),
    ),
]

_by_key = {period.key: period for period in PERIODS}
appliers: dict[str, list[Callable[..., Any]]] = {}


def period(key: str) -> Period:
    return _by_key[key]


def length(key: str) -> dt.timedelta:
    return _by_key[key].length


def applies(*keys: str) -> Callable[[F], F]:
    """Mark the function, called by a task of the timetable, that destroys or anonymises what has had its time."""

    def remember(function: F) -> F:
        for key in keys:
            appliers.setdefault(_by_key[key].key, []).append(function)
        return function

    return remember


def _said(*keys: str) -> str:
    return "; ".join(_by_key[key].said for key in keys)


said = lazy(_said, str)


def in_words(length: dt.timedelta) -> str:
    """« 24 hours », « 30 days », « 24 months », « 5 years »."""
    if length.days == FIVE_YEARS:
        return ngettext("%(n)s year", "%(n)s years", 5) % {"n": 5}
    if months := IN_MONTHS.get(length.days):
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}
    if length <= DAY:
        hours = round(length / HOUR)
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s day", "%(n)s days", length.days) % {"n": length.days}


def table() -> str:
    """As docs/production.md shows it."""
    lines = ["| what | when | then | why | law |", "|---|---|---|---|---|"]
    lines += [f"| {p.what} | {p.until} | {p.then} | {p.reason} | {p.law} |" for p in PERIODS]
    return "\n".join(lines)
