"""The calendar file, read back by someone else's eyes: icalendar, and RFC 5545 line by line."""

import calendar
import datetime as dt
import uuid
from email.utils import parseaddr

import icalendar
import pytest
from django.conf import settings
from django.urls import reverse

from meetings.domain.invitations import invitations
from meetings.domain.invitations.calendar import calendar_for
from meetings.domain.links import links
from meetings.domain.scheduling import planning
from meetings.models import Meeting
from outbox.models import Message
from tests import factories as make


def event_of(text):
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return event


def unfolded(text):
    return text.replace("\r\n ", "").split("\r\n")


@pytest.fixture
def membership(nadia):
    return nadia.memberships.get()


def test_lines_are_short_and_end_as_they_should(meeting, membership):
    meeting.title = "Rejoindre les pères isolés ; écouter, « répit » et après, " * 2
    meeting.objective = "Trois façons concrètes d’entrer en contact\navec les familles" * 3

    text = calendar_for(meeting, membership, method="REQUEST")

    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_a_request_names_the_person_the_meeting_and_the_sender(meeting, membership):
    text = calendar_for(meeting, membership, method="REQUEST")

    event, whole = event_of(text), icalendar.Calendar.from_ical(text)
    assert whole["method"] == "REQUEST"
    assert event["uid"] == f"{meeting.uid}@{settings.SITE_HOST}"
    assert event["sequence"] == 0
    assert event["attendee"] == "mailto:nadia@exemple.quebec"
    assert event["organizer"] == "mailto:sandrine@exemple.quebec", "who facilitates it reads what is answered"
    assert event["organizer"].params["sent-by"] == f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"
    assert event["status"] == "CONFIRMED"
    assert event["url"] == links.guest_address(meeting, membership)


def test_the_link_to_join_is_not_in_a_members_file(meeting, membership):
    text = "".join(unfolded(calendar_for(meeting, membership, method="REQUEST")))

    assert meeting.link not in text
    assert links.guest_address(meeting, membership) in text
    assert meeting.link in calendar_for(meeting, with_link=True)


@pytest.mark.parametrize(
    ("day", "offset"),
    [
        ((2026, 10, 31), -4),
        ((2026, 11, 1), -5),
        ((2027, 3, 13), -5),
        ((2027, 3, 14), -4),
        ((2026, 7, 1), -4),
    ],
    ids=str,
)
def test_times_carry_their_zone_and_its_rules(community, membership, day, offset):
    starts_at = dt.datetime(*day, 12 - offset, tzinfo=dt.UTC)
    meeting = make.a_meeting(community, starts_at)

    text = calendar_for(meeting, membership, method="REQUEST")

    stamp = f"{starts_at:%Y%m%d}T120000"
    assert f"DTSTART;TZID=America/Toronto:{stamp}" in unfolded(text)
    assert own_reading(text, stamp) == dt.timedelta(hours=offset)


def own_reading(text, stamp):
    """The offset at this wall time by the file's own VTIMEZONE, without the library: the last change before it."""
    changes, current = [], {}
    for line in unfolded(text[text.index("BEGIN:VTIMEZONE") : text.index("END:VTIMEZONE")]):
        name, _colon, value = line.partition(":")
        if line in ("BEGIN:STANDARD", "BEGIN:DAYLIGHT"):
            current = {"when": []}
        elif name == "DTSTART":
            current["when"].append(value)
        elif name == "RRULE":
            current["when"] += yearly(current["when"][0], value)
        elif name == "TZOFFSETTO":
            current["to"] = dt.timedelta(hours=int(value[:3]))
        elif line in ("END:STANDARD", "END:DAYLIGHT"):
            changes += [(when, current["to"]) for when in current["when"]]
    return max(change for change in changes if change[0] <= stamp)[1]


def yearly(first, rule):
    """« FREQ=YEARLY;BYDAY=2SU;BYMONTH=3 », by hand: the days of the next years, at the hour of the first one."""
    parts = dict(part.split("=") for part in rule.split(";"))
    rank, month = int(parts["BYDAY"][:-2]), int(parts["BYMONTH"])
    assert parts["BYDAY"].endswith("SU")
    for year in range(int(first[:4]), int(first[:4]) + 4):
        sundays = [week[6] for week in calendar.monthcalendar(year, month) if week[6]]
        yield f"{year}{month:02}{sundays[rank - 1 if rank > 0 else rank]:02}{first[8:]}"


def test_the_rules_of_the_clock_cover_little_more_than_the_year(meeting, membership):
    text = calendar_for(meeting, membership)

    assert len(text) < 2000
    assert "RDATE" not in text, "Outlook on Windows passes over lists of dates"


def test_a_move_keeps_the_identity_and_raises_the_number(meeting, membership, sandrine):
    invitations.invite(meeting)
    meeting.refresh_from_db()
    starts_at = meeting.starts_at + dt.timedelta(days=1)

    planning.change(
        meeting, version=0, facilitators=[sandrine], starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=1)
    )
    planning.cancel(meeting, "Tempête")

    events = [event_of(message.calendar) for message in Message.objects.order_by("pk")]
    assert len({event["uid"] for event in events}) == 1
    assert [event["sequence"] for event in events] == [0, 1, 2]
    assert [event["status"] for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    methods = [icalendar.Calendar.from_ical(m.calendar)["method"] for m in Message.objects.order_by("pk")]
    assert methods == ["REQUEST", "REQUEST", "CANCEL"]


def organisers(**which):
    mails = Message.objects.filter(**which).order_by("pk")
    return [str(event_of(message.calendar)["organizer"]).removeprefix("mailto:") for message in mails]


def test_whoever_facilitates_later_the_organiser_that_calendars_know_stays(meeting, membership, sandrine, community):
    """Outlook and Google take a cancellation from the organiser they know, and from nobody else."""
    first = make.a_person("Aline", "Roy", email="aline@exemple.quebec")
    make.a_role(first, community=community)
    invitations.invite(meeting)
    meeting.refresh_from_db()
    starts_at = meeting.starts_at + dt.timedelta(days=1)

    planning.change(
        meeting, version=0, facilitators=[first], starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=1)
    )
    planning.cancel(meeting, "Tempête")

    assert organisers() == ["sandrine@exemple.quebec"] * 3


def test_an_organiser_who_left_the_team_is_named_no_more(meeting, membership, sandrine, community):
    first = make.a_person("Aline", "Roy", email="aline@exemple.quebec")
    make.a_role(first, community=community)
    invitations.invite(meeting)
    sandrine.role_assignments.all().delete()
    meeting.facilitators.set([first])

    planning.cancel(Meeting.objects.get(pk=meeting.pk), "Tempête")

    assert organisers() == ["sandrine@exemple.quebec", "aline@exemple.quebec"]


def test_the_organiser_is_somebody_who_reads_even_where_nobody_is_named(community, membership, sandrine, settings):
    meeting = make.a_meeting(community)
    assert event_of(calendar_for(meeting, membership))["organizer"] == "mailto:sandrine@exemple.quebec"

    sandrine.role_assignments.all().delete()

    assert event_of(calendar_for(meeting, membership))["organizer"] == f"mailto:{settings.PRIVACY_OFFICER}"


@pytest.mark.parametrize(
    "nasty", ["a\r\nATTENDEE:mailto:x@y.z", "a\rb", 'gui"llemets', "\\,;:", "é" * 160, "\u2028fin", "BEGIN:VEVENT"]
)
def test_no_title_breaks_the_file(community, membership, nasty):
    community.name = membership.community.name = nasty[:120]
    membership.user.last_name = nasty[:80]
    meeting = make.a_meeting(community, title=nasty[:160], place=nasty, mode="in_person", objective=nasty)

    text = calendar_for(meeting, membership, method="REQUEST")

    assert len([line for line in unfolded(text) if line.startswith("ATTENDEE")]) == 1
    assert len([line for line in unfolded(text) if line.startswith("BEGIN:VEVENT")]) == 1
    assert "\r" not in text.replace("\r\n", "")
    assert event_of(text)["uid"]


def test_a_place_a_page_or_both(community, membership):
    page = links.guest_address(Meeting(pk=1, uid=uuid.uuid4()), membership).split("/r/")[0]
    where = {}
    for mode in Meeting.Mode:
        meeting = make.a_meeting(community, mode=mode, place="Salle 2", link="https://zoom.example/1")
        where[mode] = str(event_of(calendar_for(meeting, membership))["location"])

    assert where["in_person"] == "Salle 2"
    assert where["online"].startswith(page)
    assert where["hybrid"].startswith("Salle 2 · " + page)


def test_it_is_in_the_persons_language(community, membership):
    meeting = make.a_meeting(community)
    membership.user.language = "en"

    assert "Topic to come" in calendar_for(meeting, membership)


def test_it_is_downloaded(meeting, sandrine, signed_in):
    response = signed_in(sandrine).get(reverse("meetings:calendar", args=[meeting.pk]))

    assert response["Content-Type"].startswith("text/calendar")
    assert response["Content-Disposition"].endswith('.ics"')
    event = event_of(response.content)
    assert event["location"] == meeting.link
    assert "attendee" not in event
