"""What deserves a second look in the dates of a community. None of it blocks; each is set aside with a reason."""

import datetime as dt
import zoneinfo
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from operator import attrgetter

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.domain import alerts
from communities.domain.alerts import Alert
from communities.models import Community, Policies
from communities.models.profiles import ModePolicy, TopicPolicy
from meetings.domain.agenda.agendas import keeps_last_minutes
from meetings.domain.scheduling import series
from meetings.models import Meeting

ENOUGH_IN_PERSON = 60  # minutes; « l'intérêt de se déplacer pour une rencontre d'une heure ou moins est assez limité »
USUAL_RHYTHM = range(2, 7)  # « de deux à six fois par an » (guide, p. 8)
TOPIC_KNOWN = dt.timedelta(days=7)  # before the start


def on(meeting: Meeting, now: dt.datetime | None = None) -> tuple[list[Alert], list[Alert]]:
    """What stands and what was set aside, of one open meeting."""
    return alerts.standing(meeting.community, of_meetings(meeting.community, [meeting], now))


def standing_by_meeting(community: Community, meetings: Iterable[Meeting]) -> dict[int, list[Alert]]:
    """For a list of them, in two queries when `agenda` and `topics` are prefetched."""
    by_subject = defaultdict(list)
    for said in alerts.standing(community, of_meetings(community, meetings))[0]:
        by_subject[said.subject].append(said)
    return {meeting.pk: by_subject[_subject(meeting)] for meeting in meetings}


def _subject(meeting: Meeting) -> str:
    return f"meeting:{meeting.pk}"


def of_meetings(community: Community, meetings: Iterable[Meeting], now: dt.datetime | None = None) -> list[Alert]:
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
        found += [Alert(code, sentence, _subject(meeting)) for code, sentence in said]
    return found


def of_dates(community: Community, dates: list[Meeting], now: dt.datetime | None = None) -> list[Alert]:
    """Of dates that somebody is about to plan, and that are stored nowhere yet: what would be said of them, and of
    their years with them."""
    now = now or timezone.now()
    counted = [date for date in dates if date.kind in Meeting.COUNTED]
    said = [found for date in dates for found in (*_about_length(date), *_about_topic(date, now, topics=()))]
    if counted and _opening_of(community) is None:
        said += _about_opening(min(counted, key=attrgetter("starts_at")))
    found = [Alert(code, sentence) for code, sentence in dict(said).items()]
    for year in sorted({date.local_start.year for date in counted}):
        found += of_year(community, year, now, also=counted)
    return alerts.standing(community, found)[0]


Said = Iterator[tuple[str, str]]


def _opening_of(community: Community) -> int | None:
    """The very first date of a community."""
    kept = community.meetings.regular().filter(cancelled_at=None).order_by("starts_at", "pk")
    return kept.values_list("pk", flat=True).first()


def _about_length(meeting: Meeting) -> Said:
    if not meeting.has_link and meeting.length_in_minutes <= ENOUGH_IN_PERSON:
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
    if blocks and total != meeting.length_in_minutes:
        sentence = _("The agenda adds up to %(total)s minutes; the meeting lasts %(minutes)s.")
        yield "agenda_sum", sentence % {"total": total, "minutes": meeting.length_in_minutes}
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
    return not meeting.has_room and Policies.of(meeting.community).mode_policy != ModePolicy.ONLINE


# ------------------------------------------------------------ about a whole year


def of_year(
    community: Community, year: int, now: dt.datetime | None = None, *, also: Iterable[Meeting] = ()
) -> list[Alert]:
    """Of this year and the next; nothing can be changed any more in the dates of a year that is over. `also` are
    dates about to be planned, and stored nowhere."""
    now = now or timezone.now()
    this_year = now.astimezone(zoneinfo.ZoneInfo(community.time_zone)).year
    if community.status not in Community.LIVING or year not in (this_year, this_year + 1):
        return []
    planned = series.meetings_of_year(community, year).regular().filter(cancelled_at=None)
    more = [date for date in also if date.local_start.year == year]
    dates = sorted([*planned, *more], key=attrgetter("starts_at"))
    found = [
        *_on_rhythm(community, [date for date in dates if date.kind == date.Kind.REGULAR], year),
        *_on_mode(community, dates, year),
    ]
    if community.topic_policy == TopicPolicy.AHEAD:
        found += _on_topics([date for date in dates if date.starts_at > now])
    return found


def _on_rhythm(community: Community, dates: list, year: int) -> list[Alert]:
    n = len(dates)
    if n > USUAL_RHYTHM[-1]:
        sentence = ngettext(
            "%(n)s meeting is held or planned in %(year)s; communities usually meet two to six times a year.",
            "%(n)s meetings are held or planned in %(year)s; communities usually meet two to six times a year.",
            n,
        )
    elif n < USUAL_RHYTHM[0] and community.started_on < dt.date(year, 7, 1):
        sentence = ngettext(
            "Only %(n)s meeting is held or planned in %(year)s; communities usually meet two to six times a year.",
            "No more than %(n)s meetings are held or planned in %(year)s; communities usually meet two to six times "
            "a year.",
            n,
        )
        if not n:
            sentence = _("No meeting is held or planned in %(year)s; communities usually meet two to six times a year.")
    else:
        return []
    return [Alert("rhythm", sentence % {"n": n, "year": year}, f"year:{year}")]


def _on_mode(community: Community, dates: list, year: int) -> list[Alert]:
    mode, in_person = Policies.of(community).mode_policy, [date for date in dates if date.has_room]
    wants = (ModePolicy.IN_PERSON, ModePolicy.ALTERNATING, ModePolicy.ONCE_IN_PERSON)
    if mode in wants and dates and not in_person:
        sentence = _("No meeting in person is held or planned in %(year)s.") % {"year": year}
        return [Alert("in_person", sentence, f"year:{year}")]
    first_year = community.started_on.year == year
    if mode == ModePolicy.FIRST_IN_PERSON and first_year and dates and dates[0] not in in_person:
        return [Alert("first_in_person", _("The first meeting is online; it was to be in person."))]
    return []


def _on_topics(coming: list) -> list[Alert]:
    n = sum(not date.title for date in coming)
    if not n:
        return []
    sentence = ngettext(
        "The programme is set ahead, and %(n)s coming date has no topic.",
        "The programme is set ahead, and %(n)s coming dates have no topic.",
        n,
    )
    return [Alert("topics_ahead", sentence % {"n": n})]
