"""What is due: surveys to open by themselves, to close, and reminders to those who could answer and said nothing.

Beside the answer itself this is the only place that reads receipts, and what it learns leaves as mails alone.
"""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from communities.models import Community, Membership, SurveySettings
from evaluations.domain.surveys import collection, eligible, emails, kept_apart, keyring
from evaluations.models import Survey
from meetings.domain.attendance import typed_names
from meetings.models import AgendaItem, Meeting, RoomSeat
from outbox.models import Message

JUST_BEGUN = dt.timedelta(seconds=70)  # the timetable looks each minute
SECOND_REMINDER = dt.time(9)  # of the day after the first
log = logging.getLogger(__name__)


def to_close(now: dt.datetime | None = None) -> list[Survey]:
    """Past their hour, and nobody's presence stays to be confirmed, or nobody has confirmed it for long."""
    now = now or timezone.now()
    late = Survey.objects.open().select_related("meeting__community", "campaign__community").filter(closes_at__lte=now)
    return [survey for survey in late if survey.waits_until <= now or not _waits_for_names(survey)]


def _waits_for_names(survey: Survey) -> bool:
    return bool(survey.meeting and typed_names.to_confirm(survey.meeting))


def to_stop(now: dt.datetime | None = None) -> QuerySet[Survey]:
    """Past their hour: no more answers, whatever stays to be confirmed."""
    return Survey.objects.taking_answers().filter(closes_at__lte=now or timezone.now())


def cannot_go_on() -> list[Survey]:
    """Open in a database that was restored: closed since the backup, or without their key."""
    surveys = list(Survey.objects.open().select_related("meeting__community", "campaign__community"))
    if surveys and not keyring.is_here():
        log.error("The keyring of the open evaluations is away: see KEYRING_DIR.")
        return [survey for survey in surveys if kept_apart.has(survey)]
    return [survey for survey in surveys if kept_apart.has(survey) or not keyring.has_key(survey.keyring_name)]


def to_open(now: dt.datetime | None = None) -> list[Meeting]:
    """Meetings whose evaluation opens by itself: its block has just begun. Later it is no longer opened so, in case
    whoever facilitates took the opening back. Where too few are there to show anything, they are asked aloud."""
    begun = AgendaItem.objects.filter(
        kind=AgendaItem.Kind.EVALUATION,
        ended_at=None,
        started_at__gte=_just_before(now),
        meeting__closed_at=None,
        meeting__cancelled_at=None,
        meeting__survey=None,
        meeting__spoken_evaluation=None,
        meeting__community__survey_settings__opens_by_itself=True,
    )
    meetings = [block.meeting for block in begun.select_related("meeting__community")]
    return [m for m in meetings if eligible.people_at(m).count() >= m.community.anonymity_threshold]


def is_about_to_open(meeting: Meeting, block: AgendaItem | None, people: int) -> bool:
    """By itself, as `to_open` finds it, while this block is the open one: nobody need press."""
    if block is None or block.kind != AgendaItem.Kind.EVALUATION or not block.started_at:
        return False
    is_new = block.started_at >= _just_before()
    has_enough = people >= meeting.community.anonymity_threshold
    return is_new and has_enough and SurveySettings.of(meeting.community).opens_by_itself


def _just_before(now: dt.datetime | None = None) -> dt.datetime:
    return (now or timezone.now()) - JUST_BEGUN


def to_remind(now: dt.datetime | None = None) -> list[Survey]:
    """As often as the community wants, and only while there is time left to answer."""
    now = now or timezone.now()
    found = Survey.objects.open().filter(
        meeting__community__status__in=Community.LIVING,
        closes_at__gt=now,
        meeting__ends_at__lt=now,
        meeting__cancelled_at=None,
        reminders_sent__lt=SurveySettings.MOST_REMINDERS,
    )
    return [s for s in found.select_related("meeting__community__survey_settings") if _reminder_is_due(s, now)]


def _reminder_is_due(survey: Survey, now: dt.datetime) -> bool:
    meeting, settings = survey.its_meeting, SurveySettings.of(survey.community)
    if survey.reminders_sent >= settings.survey_reminders:
        return False
    if survey.reminded_at is None:
        return now >= meeting.ends_at + dt.timedelta(hours=settings.survey_reminder_hours)
    local, last = now.astimezone(meeting.zone), survey.reminded_at.astimezone(meeting.zone)
    return local.date() > last.date() and local.time() >= SECOND_REMINDER


@transaction.atomic
def remind_silent(survey: Survey) -> int:
    """Write to the silent who were there; how many. Two clocks at once write once."""
    sent = survey.reminders_sent
    claimed = Survey.objects.open().filter(pk=survey.pk, reminders_sent=sent)
    if not claimed.update(reminders_sent=sent + 1, reminded_at=timezone.now()):
        return 0
    survey.reminders_sent = sent + 1
    return sum(emails.survey_reminder(survey, membership) is not None for membership in silent(survey))


def silent(survey: Survey) -> list[Membership]:
    """Who could answer, with an address, and without a receipt, under this record or one that was merged into it."""
    left = set(survey.receipts.values_list("digest", flat=True))
    could = _who_could(survey).select_related("user", "community").exclude(user__email=None).order_by("pk")
    here_by_code = RoomSeat.objects.filter(meeting=survey.meeting_id)
    people = could.prefetch_related("former_numbers", Prefetch("room_seats", here_by_code))
    return [membership for membership in people if left.isdisjoint(_digests(survey, membership))]


def _who_could(survey: Survey) -> QuerySet[Membership]:
    if survey.campaign:
        return eligible.asked_in(survey.campaign)
    present = Membership.objects.filter(attendances__in=eligible.people_at(survey.its_meeting))
    return present.exclude(status=Membership.Status.ALUMNI)


def _digests(survey: Survey, membership: Membership) -> list[str]:
    """Of their own link, of records merged into theirs, and of their name typed in the room."""
    numbers = [membership.pk, *(former.number for former in membership.former_numbers.all())]
    return collection.digests_of(survey, [*numbers, *(f"room {seat.pk}" for seat in membership.room_seats.all())])


@emails.REMINDER.cancelled_if
def survey_reminder_cancel_reason(message: Message) -> str | None:
    """The reason given is the same whether the person has answered or is no longer expected to: it is kept with the
    mail, where someone could read it."""
    open_ones = Survey.objects.taking_answers().select_related("meeting__community", "campaign__community")
    survey = message.row_in(open_ones)
    if survey is None:
        return gettext_noop("the evaluation is closed")
    if not survey.may_write:
        return gettext_noop("the community is at rest")
    if message.recipient_id not in {membership.user_id for membership in silent(survey)}:
        return gettext_noop("no longer useful")
    return None
