"""The calendar file of a meeting (RFC 5545 and 5546): the same meeting keeps its identity, each move its number."""

import datetime as dt
from functools import lru_cache

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from communities.models import Membership
from meetings import links
from meetings.models import Meeting
from outbox.post import absolute, one_line


def calendar_for(
    meeting: Meeting, membership: Membership | None = None, *, method: str = "PUBLISH", with_link: bool = False
) -> str:
    """For one person of the community (their own page inside, in their language), or for whoever plans it.

    A member's file leads to their page, which shows the link to join when it is of use: a calendar is copied and
    shared, a link of that kind should not be. REQUEST and CANCEL travel by mail; PUBLISH is what a download is.
    """
    language = membership.user.language if membership else translation.get_language()
    with translation.override(language):
        calendar = Calendar()
        calendar.add("prodid", "-//cmtl//communities of practice//FR")
        calendar.add("version", "2.0")
        calendar.add("method", method)
        add_time_zone(calendar, meeting.community.time_zone, meeting.local_start.year, meeting.local_start.year)
        add_event(calendar, meeting, membership, method=method, with_link=with_link)
        return calendar.to_ical().decode()


def _description(meeting: Meeting, page: str) -> str:
    guide = _("Your page for this meeting (reply, link to join, attendance, evaluation): %(page)s") % {"page": page}
    return "\n".join(line for line in (meeting.objective, guide) if line)


def add_time_zone(calendar: Calendar, name: str, first_year: int, last_year: int) -> None:
    calendar.add_component(_time_zone(name, first_year, last_year))


@lru_cache(maxsize=64)
def _time_zone(name: str, first_year: int, last_year: int) -> Timezone:
    """The rules of the clock for these years, with one before and one after: no more than a reader needs."""
    first, last = dt.date(first_year - 1, 1, 1), dt.date(last_year + 1, 12, 31)
    return Timezone.from_tzid(name, first_date=first, last_date=last)


def add_event(
    calendar: Calendar,
    meeting: Meeting,
    membership: Membership | None,
    *,
    method: str = "PUBLISH",
    with_link: bool = False,
) -> None:
    event = Event()
    page = links.address_for(meeting, membership) if membership else absolute(meeting.get_absolute_url())
    event.add("uid", f"{meeting.uid}@{settings.SITE_HOST}")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", timezone.now().astimezone(dt.UTC))
    event.add("dtstart", meeting.local_start)
    event.add("dtend", meeting.local_end)
    event.add("summary", one_line(f"{meeting.community.name} · {meeting.heading}"))
    event.add("status", "CANCELLED" if method == "CANCEL" or meeting.cancelled_at else "CONFIRMED")
    event.add("url", page)
    if where := where_of(meeting, meeting.link if with_link and meeting.link else page):
        event.add("location", one_line(where))
    event.add("description", _description(meeting, page))
    event.add("organizer", _address(settings.DEFAULT_FROM_EMAIL, meeting.community.name))
    if membership and membership.user.email:
        event.add("attendee", _attendee(membership), encode=False)
    calendar.add_component(event)


def where_of(meeting: Meeting, join_at: str) -> str:
    """The place, where to join online, or both, as one line."""
    place = meeting.place if meeting.mode != Meeting.Mode.ONLINE else ""
    online = join_at if meeting.mode != Meeting.Mode.IN_PERSON else ""
    return " · ".join(part for part in (place, online) if part)


def _attendee(membership: Membership) -> vCalAddress:
    """Answers are given on the page, not by the mail program: RSVP is false, so that it sends none to nobody."""
    attendee = _address(membership.user.email or "", membership.user.full_name)
    attendee.params["role"] = vText("REQ-PARTICIPANT" if membership.community.expects_everyone else "OPT-PARTICIPANT")
    attendee.params["partstat"] = vText("NEEDS-ACTION")
    attendee.params["rsvp"] = vText("FALSE")
    return attendee


def _address(email: str, name: str) -> vCalAddress:
    bare = email.rpartition("<")[2].rstrip(">").strip()
    address = vCalAddress(f"mailto:{bare}")
    address.params["cn"] = vText(one_line(name).replace('"', "'"))
    return address
