"""Planning dates: on the wall clock of the community, one row each, the whole series or none of it."""

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Mapping
from typing import Any

from dateutil.rrule import MONTHLY, rrule, weekdays
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from communities.models import Community, Policies
from communities.models.profiles import ModePolicy, Profile
from meetings.domain.agenda.agendas import default_agenda
from meetings.domain.invitations import emails, waiting_list
from meetings.models import Invitation, Meeting, Training
from outbox.models import Message

NOON = dt.time(12)
HALF_A_DAY = 180  # minutes: people who travel to meet for the first time stay longer than an hour
MOVES = ("starts_at", "ends_at", "mode", "link", "place")  # what a calendar has to be told
ASKS_AGAIN = {"starts_at", "ends_at", "mode", "place"}  # of these, what can change a person's answer

# ------------------------------------------------------------ dates


def days_of(*, rank: int, weekday: int, since: dt.date, until: dt.date, every: int = 1) -> list[dt.date]:
    """« The second Tuesday of the month, from September to June »: rank 1 to 4, or 5 for the last one. Pure.

    `every` 2 keeps every second month, counted from the first month in which there is such a day.
    """
    nth = weekdays[weekday](rank if rank < 5 else -1)
    monthly = rrule(MONTHLY, byweekday=nth, dtstart=since, until=until)
    first = next(iter(monthly), None)
    return [day.date() for day in monthly.replace(dtstart=first, interval=every)] if first else []


# ------------------------------------------------------------ planning


@transaction.atomic
def plan(
    community: Community,
    starts: list[dt.datetime],
    *,
    key: uuid.UUID,
    minutes: int,
    facilitators: list[User],
    titles: Mapping[dt.datetime, str] | None = None,
    **fields: Any,
) -> list[Meeting]:
    """One meeting per date, each with its agenda: all of them or none. `titles` hold the topic of each date, where a
    programme is set ahead. `key` is chosen by the page: the same form sent twice makes one series, because each
    date's meeting is known beforehand by the key and the date."""
    training = Training.taken_from(fields)
    found, series = [], key if len(set(starts)) > 1 else None
    for starts_at in sorted(set(starts)):
        meeting, is_new = Meeting.objects.get_or_create(
            uid=uuid.uuid5(key, starts_at.astimezone(dt.UTC).isoformat()),
            defaults={
                "community": community,
                "starts_at": starts_at,
                "ends_at": starts_at + dt.timedelta(minutes=minutes),
                "series": series,
                **fields,
                **({"title": titles[starts_at]} if titles and starts_at in titles else {}),
            },
        )
        if is_new:
            meeting.facilitators.set(facilitators)
            _keep_training(meeting, training)
            default_agenda(meeting)
        found.append(meeting)
    return found


def usual_mode(community: Community) -> str:
    """What the community's policy makes of its next date."""
    return Meeting.Mode.IN_PERSON if _next_is_in_person(community) else Meeting.Mode.ONLINE


def _next_is_in_person(community: Community) -> bool:
    last = community.meetings.filter(cancelled_at=None).order_by("-starts_at").only("mode").first()
    in_person = {
        ModePolicy.IN_PERSON: True,
        ModePolicy.ALTERNATING: last is not None and not last.has_room,
        ModePolicy.FIRST_IN_PERSON: last is None,
    }
    return in_person.get(ModePolicy(Policies.of(community).mode_policy), False)


def usual_kind(community: Community) -> str:
    """A community led by its trainings plans trainings."""
    return Meeting.Kind.TRAINING if community.profile == Profile.TRAINING else Meeting.Kind.REGULAR


def opens_in_person(community: Community) -> bool:
    """Its first date is not planned yet, and is to gather everyone in one place."""
    none_yet = not community.meetings.filter(cancelled_at=None).exists()
    return none_yet and _next_is_in_person(community)


def usual_minutes(community: Community) -> int:
    usual = Policies.of(community).meeting_minutes
    return max(usual, HALF_A_DAY) if opens_in_person(community) else usual


def usual_start(community: Community) -> dt.time:
    """The clock of its latest date, written or held: a group that meets in the evening is not offered noon."""
    last = community.meetings.filter(cancelled_at=None).order_by("-starts_at").first()
    return last.local_start.time().replace(second=0, microsecond=0) if last else NOON


# ------------------------------------------------------------ changing


@transaction.atomic
def change(meeting: Meeting, *, version: int, facilitators: list[User], because: str = "", **fields: Any) -> bool:
    """Write what was edited, unless someone else has since `version`: then nothing is written and False is returned.

    Where time, place, link or mode changed, calendars are told: the sequence goes up, mails of the old one that
    are still waiting are dropped, and those who know of it get the new one, with the reason (`because`). Another link
    changes nobody's answer; another time, length, mode or place asks for replies again.
    """
    was, training = Meeting.objects.get(pk=meeting.pk), Training.taken_from(fields)
    moved = moves(was, fields)
    if was.cancelled_at is None and _is_as_sent(was, facilitators, fields, training):
        return True
    if moved:
        fields |= {"sequence": F("sequence") + 1, "moved_because": because}
    current = Meeting.objects.filter(pk=meeting.pk, version=version, cancelled_at=None)
    if not current.update(version=F("version") + 1, revision=F("revision") + 1, **fields):
        if Meeting.objects.filter(pk=meeting.pk, cancelled_at__isnull=False).exists():
            raise ValidationError(_("This meeting was cancelled."))
        return False
    meeting.refresh_from_db()
    meeting.facilitators.set(facilitators)
    _keep_training(meeting, training)
    if moved:
        drop_waiting(meeting, gettext_noop("the meeting has changed since"))
        if meeting.ends_at > timezone.now():
            if asks_again := bool(ASKS_AGAIN.intersection(moved)) and not meeting.started_at:
                _ask_again(meeting)
            emails.moved(meeting, was, moved, asks_again=asks_again)
    waiting_list.promote(meeting)
    return True


def _is_as_sent(meeting: Meeting, facilitators: list[User], fields: dict[str, Any], training: dict[str, Any]) -> bool:
    """Saved as it stands: whoever is writing on the same page is not told of a change that is none."""
    same = all(getattr(meeting, name) == value for name, value in fields.items())
    same = same and (not training or Training.of(meeting).says(training))
    return same and set(meeting.facilitators.all()) == set(facilitators)


def _keep_training(meeting: Meeting, training: dict[str, Any]) -> None:
    """Most meetings are none, and have no row of it."""
    if training and not Training.of(meeting).says(training):
        Training.write(meeting, **training)


def _ask_again(meeting: Meeting) -> None:
    """Answers were for another time or place: what was said is kept beside, and the wish with it."""
    given = meeting.replies.exclude(answer="")
    given.update(answer_before=F("answer"), answer="", mode="", yes_since=None)


def is_known(meeting: Meeting) -> bool:
    """Somebody was invited to it, or signed up."""
    return meeting.invited_at is not None or meeting.replies.exists()


def moves(was: Meeting, fields: dict[str, Any]) -> list[str]:
    """Which of these changes a calendar has to be told: the place of an online meeting is nobody's concern."""
    both = (was, Meeting(mode=fields.get("mode", was.mode)))
    seen = {"place": any(m.has_room for m in both), "link": any(m.has_link for m in both)}
    return [n for n in MOVES if seen.get(n, True) and n in fields and fields[n] != getattr(was, n)]


@transaction.atomic
def cancel(meeting: Meeting, because: str) -> None:
    """The date is called off and those who were told of it are told so. Cancelling twice tells nobody twice."""
    waiting = Meeting.objects.planned().filter(pk=meeting.pk)
    done = waiting.update(
        cancelled_at=timezone.now(),
        cancelled_because=because,
        sequence=F("sequence") + 1,
        version=F("version") + 1,
        revision=F("revision") + 1,
    )
    meeting.refresh_from_db()
    if not done:
        if meeting.closed_at:
            raise ValidationError(_("This meeting was held: it can no longer be cancelled."))
        return
    Invitation.forget_the_hour(meeting)
    drop_waiting(meeting, gettext_noop("the meeting was cancelled"))
    if meeting.ends_at > timezone.now():
        emails.cancelled(meeting)


def drop_waiting(meeting: Meeting, why: str) -> None:
    """Mails that say what is no longer true. One being sent at this instant is told apart by its sequence."""
    stale = Message.objects.about(meeting).of_type(*emails.ABOUT_A_DATE).waiting()
    stale.update(dropped_at=timezone.now(), outcome=why)


# ------------------------------------------------------------ what pages say


def past_warning(starts_at: dt.datetime, zone: zoneinfo.ZoneInfo, now: dt.datetime | None = None) -> str | None:
    if starts_at > (now or timezone.now()):
        return None
    day = date_format(starts_at.astimezone(zone).date(), "DATE_FORMAT")
    return _("%(day)s is in the past: the meeting is kept, to record what took place.") % {"day": day}
