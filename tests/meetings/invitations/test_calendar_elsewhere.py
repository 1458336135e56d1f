"""The calendar of a mail as other programs read it: the mail as it leaves, taken apart by the standard library, its
calendar by vobject, which shares nothing with the library that wrote it."""

import datetime as dt
import email
import email.policy
import email.utils
import zoneinfo

import pytest
import time_machine
import vobject
from django.conf import settings

from meetings.domain.invitations import invitations
from meetings.domain.scheduling import planning
from meetings.models import Meeting
from outbox.domain.delivery import as_email
from outbox.models import Message
from tests import factories as make

MONTREAL = zoneinfo.ZoneInfo("America/Toronto")
AROUND = [(2026, 10, 31), (2026, 11, 1), (2026, 11, 2), (2027, 3, 13), (2027, 3, 14), (2027, 3, 15)]


def noon(*day):
    return dt.datetime(*day, 12, tzinfo=MONTREAL)


class Received:
    """One mail, as it arrives."""

    def __init__(self, message):
        self.mail = email.message_from_bytes(as_email(message).message().as_bytes(), policy=email.policy.default)
        (self.part,) = [p for p in self.mail.walk() if p.get_content_type() == "text/calendar"]
        vars(vobject.icalendar)["__tzidMap"].clear()  # or it would read this file by the time zone of another
        self.calendar = vobject.readOne(self.part.get_content())
        self.event = self.calendar.vevent

    @property
    def method(self):
        return self.calendar.method.value


def received(user):
    return [Received(message) for message in Message.objects.filter(recipient=user).order_by("pk")]


@pytest.fixture
def story(community, nadia, sandrine, request):
    """Invited to a date, moved to the next day, then called off."""
    day = request.param
    with time_machine.travel(noon(2026, 10, 1)):
        meeting = make.a_meeting(community, noon(*day), title="Le répit ; et après ?", link="https://zoom.example/1")
        invitations.invite(meeting)
        meeting.refresh_from_db()
        after = noon(*day) + dt.timedelta(days=1)  # on the wall: noon again, whatever the clocks did
        planning.change(
            meeting, version=0, facilitators=[sandrine], starts_at=after, ends_at=after + dt.timedelta(hours=1)
        )
        planning.cancel(meeting, "Tempête")
    return noon(*day), after, received(nadia)


@pytest.mark.parametrize("story", AROUND, indirect=True, ids=str)
def test_request_update_and_cancel_across_the_changes_of_the_clock(story):
    first, after, mails = story

    assert [mail.method for mail in mails] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [int(mail.event.sequence.value) for mail in mails] == [0, 1, 2]
    assert len({mail.event.uid.value for mail in mails}) == 1
    assert [mail.event.status.value for mail in mails] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    for mail, expected in zip(mails, [first, after, after], strict=True):
        start, end = mail.event.dtstart.value, mail.event.dtend.value
        assert (start.hour, start.minute) == (12, 0), "noon on the wall"
        assert start.astimezone(dt.UTC) == expected.astimezone(dt.UTC), "and that very instant"
        assert end - start == dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("story", "winter"), [((2026, 11, 1), [1, 1, 1]), ((2027, 3, 13), [1, 0, 0])], indirect=["story"], ids=str
)
def test_the_rules_of_the_clock_are_in_the_file_and_are_what_is_read(story, winter):
    """The negative control: with another winter in the file, winter's meetings, and those alone, are read elsewhere."""
    for mail, is_winter in zip(story[2], winter, strict=True):
        text = mail.part.get_content().replace("\r\n", "\n").replace("\n ", "")
        assert "DTSTART;TZID=America/Toronto:" in text
        assert mail.calendar.vtimezone.tzid.value == "America/Toronto"
        assert {"TZOFFSETTO:-0400", "TZOFFSETTO:-0500"} <= set(text.splitlines())

        vars(vobject.icalendar)["__tzidMap"].clear()
        other = vobject.readOne(text.replace("TZOFFSETTO:-0500", "TZOFFSETTO:-0900")).vevent

        moved_by = other.dtstart.value.astimezone(dt.UTC) - mail.event.dtstart.value.astimezone(dt.UTC)
        assert moved_by == dt.timedelta(hours=4 * is_winter)


@pytest.mark.parametrize("story", [(2026, 11, 1)], indirect=True, ids=str)
def test_the_mail_is_what_outlook_google_and_apple_want(story, nadia, sandrine):
    for mail in story[2]:
        assert mail.part.get_content_type() == "text/calendar"
        assert mail.part["content-type"].params["method"] == mail.method
        assert mail.part["content-type"].params["charset"].lower() == "utf-8"
        alternatives = next(p for p in mail.mail.walk() if p.get_content_type() == "multipart/alternative")
        kinds = [p.get_content_type() for p in alternatives.iter_parts()]
        assert kinds == ["text/plain", "text/html", "text/calendar"], "inside the mail, not only attached"
        organiser = mail.event.organizer.value.lower()
        assert organiser == f"mailto:{sandrine.email}", "an address that somebody reads"
        by = mail.event.organizer.params["SENT-BY"]
        assert by == ["mailto:" + email.utils.parseaddr(mail.mail["from"])[1]], "and the sender writes in her name"
        assert mail.event.attendee.value.lower() == f"mailto:{nadia.email}"
        assert email.utils.parseaddr(mail.mail["to"])[1] == nadia.email
        assert mail.event.uid.value.endswith(settings.SITE_HOST)
        assert [p.get_filename() for p in mail.mail.iter_attachments()] == ["invite.ics"]


@pytest.mark.parametrize("zone", ["America/Halifax", "America/Vancouver", "America/St_Johns"])
def test_in_other_zones_of_the_country(nadia, community, zone):
    community.time_zone = zone
    community.save()
    starts_at = dt.datetime(2026, 11, 1, 12, tzinfo=zoneinfo.ZoneInfo(zone))
    with time_machine.travel(noon(2026, 10, 1)):
        meeting = Meeting.objects.get(pk=make.a_meeting(community, starts_at).pk)
        invitations.invite(meeting)

    (mail,) = received(nadia)
    assert mail.event.dtstart.value.astimezone(dt.UTC) == starts_at.astimezone(dt.UTC)
