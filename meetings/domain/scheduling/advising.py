"""What deserves a second look in the dates of a community. None of it blocks; each is set aside with a reason.

The sentences about a whole year are those of `communities.policies`, which a year's page shows for its own year.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from operator import attrgetter

from django.utils import timezone
from django.utils.translation import gettext as _

from communities.domain import alerts
from communities.domain.alerts import Advice
from communities.domain.community import policies
from communities.models import Community
from communities.models.profiles import ModePolicy
from meetings.domain.agenda.agendas import keeps_last_minutes
from meetings.models import Meeting

ENOUGH_IN_PERSON = 60  # minutes; « l'intérêt de se déplacer pour une rencontre d'une heure ou moins est assez limité »
TOPIC_KNOWN = dt.timedelta(days=7)  # before the start


def on(meeting: Meeting, now: dt.datetime | None = None) -> tuple[list[Advice], list[Advice]]:
    """What stands and what was set aside, of one open meeting."""
    return alerts.standing(meeting.community, of_meetings(meeting.community, [meeting], now))


def standing_by_meeting(community: Community, meetings: Iterable[Meeting]) -> dict[int, list[Advice]]:
    """For a list of them, in two queries when `agenda` and `topics` are prefetched."""
    by_subject = defaultdict(list)
    for said in alerts.standing(community, of_meetings(community, meetings))[0]:
        by_subject[said.subject].append(said)
    return {meeting.pk: by_subject[_subject(meeting)] for meeting in meetings}


def _subject(meeting: Meeting) -> str:
    return f"meeting:{meeting.pk}"


def of_meetings(community: Community, meetings: Iterable[Meeting], now: dt.datetime | None = None) -> list[Advice]:
    now, meetings = now or timezone.now(), list(meetings)
    opening = _opening_of(community) if any(map(_would_not_open, meetings)) else None
    found = []
    for meeting in meetings:
        if not meeting.is_open:
            continue
        said = [
            *_about_length(meeting),
            *_about_where(meeting),
            *_about_agenda(meeting),
            *_about_topic(meeting, now, topics=meeting.topics.all()),
            *_about_time(meeting, now),
        ]
        if meeting.pk == opening:
            said += _about_opening(meeting)
        found += [Advice(code, sentence, _subject(meeting)) for code, sentence in said]
    return found


def of_dates(community: Community, dates: list[Meeting], now: dt.datetime | None = None) -> list[Advice]:
    """Of dates that somebody is about to plan, and that are stored nowhere yet: what would be said of them, and of
    their years with them."""
    now = now or timezone.now()
    counted = [date for date in dates if date.kind in Meeting.COUNTED]
    said = [found for date in dates for found in (*_about_length(date), *_about_topic(date, now, topics=()))]
    if counted and _opening_of(community) is None:
        said += _about_opening(min(counted, key=attrgetter("starts_at")))
    advices = [Advice(code, sentence) for code, sentence in dict(said).items()]
    for year in sorted({date.local_start.year for date in counted}):
        advices += policies.warnings_of_year(community, year, now, also=counted)
    return alerts.standing(community, advices)[0]


Said = Iterator[tuple[str, str]]


def _opening_of(community: Community) -> int | None:
    """The very first date of a community."""
    kept = community.meetings.regular().filter(cancelled_at=None).order_by("starts_at", "pk")
    return kept.values_list("pk", flat=True).first()


def _about_length(meeting: Meeting) -> Said:
    if not meeting.has_link and meeting.minutes <= ENOUGH_IN_PERSON:
        yield (
            "short_in_person",
            _("People travel to an in-person meeting: an hour or less is short. Consider 90 to 120 minutes."),
        )


def _about_where(meeting: Meeting) -> Said:
    if meeting.has_link and not meeting.link:
        yield "no_link", _("There is no link to join yet: people could not connect.")
    if meeting.has_room and not meeting.place:
        yield "no_place", _("There is no place yet: people would not know where to go.")
    if not meeting.has_room and any(topic.is_sensitive for topic in meeting.topics.all()):
        yield (
            "sensitive_online",
            _("The topic is sensitive, and the meeting online: in person, in a small group, people speak more freely."),
        )
    if any(topic.is_sensitive for topic in meeting.topics.all()):
        yield (
            "sensitive_care",
            _("A topic is sensitive: plan smaller groups, recall that what is said stays here, and record nothing."),
        )


def _about_agenda(meeting: Meeting) -> Said:
    blocks = list(meeting.agenda.all())
    total = sum(block.minutes for block in blocks)
    if blocks and total != meeting.minutes:
        sentence = _("The agenda adds up to %(total)s minutes; the meeting lasts %(minutes)s.")
        yield "agenda_sum", sentence % {"total": total, "minutes": meeting.minutes}
    if blocks and not keeps_last_minutes(blocks):
        yield "no_evaluation", _("The last five minutes are not reserved for the evaluation.")


def _about_topic(meeting: Meeting, now: dt.datetime, *, topics: Collection) -> Said:
    is_near = now < meeting.starts_at <= now + TOPIC_KNOWN
    has_topic = meeting.title or topics
    if is_near and not has_topic and not meeting.community.chooses_topics_on_the_spot:
        yield "no_topic", _("The meeting is within a week and has no topic: people decide to come by what it is about.")


def _about_time(meeting: Meeting, now: dt.datetime) -> Said:
    if not meeting.started_at and meeting.ends_at < now:
        yield (
            "date_passed",
            _("The date has passed and the meeting was not run here. Open it to record who came, or cancel it."),
        )


def _about_opening(meeting: Meeting) -> Said:
    """« Une rencontre en personne devrait être organisée en début de parcours pour favoriser la création de liens »."""
    if _would_not_open(meeting):
        yield "opening", _("It is the first meeting: in person, people who do not know one another make links sooner.")


def _would_not_open(meeting: Meeting) -> bool:
    """As the first of all, it would deserve a word."""
    return not meeting.has_room and meeting.community.mode_policy != ModePolicy.ONLINE
