"""The calendar file of a meeting (RFC 5545 and 5546): the same meeting keeps its identity, each move its number."""

import datetime as dt
import email.utils
from collections.abc import Iterable
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from accounts.models import User
from cmtl import languages
from communities.models import Membership
from meetings.domain.invitations.time_zones import time_zone
from meetings.domain.links import links
from meetings.models import Meeting
from outbox.domain.post import absolute, one_line
from outbox.models import Message


def calendar_for(
    meeting: Meeting,
    membership: Membership | None = None,
    *,
    method: str = "PUBLISH",
    with_link: bool = False,
    organiser: str = "",
) -> str:
    """For one person of the community (their own page inside, in their language), or for whoever plans it.

    A member's file leads to their page, which shows the link to join when it is of use: a calendar is copied and
    shared, a link of that kind should not be. REQUEST and CANCEL travel by mail; PUBLISH is what a download is.
    """
    language = membership.user.language if membership else languages.active()
    with translation.override(language):
        calendar = empty_calendar(method, meeting.community.time_zone, meeting.local_start.year)
        organiser = organiser or organiser_of(meeting)
        add_event(calendar, meeting, membership, organiser=organiser, method=method, with_link=with_link)
        return calendar.to_ical().decode()


def empty_calendar(method: str, zone: str, year: int) -> Calendar:
    """Of what happens in that year, by that clock."""
    calendar = Calendar()
    calendar.add("prodid", "-//cmtl//communities of practice//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    add_time_zone(calendar, zone, year, year)
    return calendar


def _description(meeting: Meeting, page: str) -> str:
    guide = _("Your page for this meeting (reply, link to join, attendance, evaluation): %(page)s") % {"page": page}
    return "\n".join(line for line in (meeting.objective, guide) if line)


def add_time_zone(calendar: Calendar, name: str, first_year: int, last_year: int) -> None:
    calendar.add_component(time_zone(name, first_year, last_year))


def reader_of(meeting: Meeting, others: Iterable[str] = ()) -> str:
    """Who reads what is written to the organiser of a calendar's event: one of those who run the meeting, whose address
    members see on their own pages; else the first of the `others`, else the privacy officer."""
    named = sorted((user.pk, user.email) for user in meeting.facilitators.all() if user.email)
    return next((address for _pk, address in named), "") or next(iter(others), settings.PRIVACY_OFFICER)


def organiser_of(meeting: Meeting) -> str:
    """The address in the calendar of a mail. Programs take a change or a cancellation from the organiser they know: the
    one that earlier mails of this meeting named stays, as long as it is somebody's of the team."""
    holders = meeting.community.facilitators().exclude(email=None).order_by("pk")
    team = list(holders.values_list("email", flat=True))
    reader, named = reader_of(meeting, team), _organiser_named(meeting)
    return named if named in (*team, settings.PRIVACY_OFFICER, sender()) else reader


def _organiser_named(meeting: Meeting) -> str:
    """In the first calendar that was mailed of this meeting."""
    mails = Message.objects.about(meeting).exclude(calendar="").order_by("pk")
    mailed = mails.values_list("calendar", flat=True).first()
    if not mailed:
        return ""
    (event,) = Calendar.from_ical(mailed).walk("VEVENT")
    return str(event["organizer"]).removeprefix("mailto:")


def sender() -> str:
    """The address that mails come from, without the name."""
    return email.utils.parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def add_event(
    calendar: Calendar,
    meeting: Meeting,
    membership: Membership | None,
    *,
    organiser: str,
    method: str = "PUBLISH",
    with_link: bool = False,
) -> None:
    event = Event()
    page = links.guest_address(meeting, membership) if membership else absolute(meeting.get_absolute_url())
    event.add("uid", f"{meeting.uid}@{settings.SITE_HOST}")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", timezone.now().astimezone(dt.UTC))
    event.add("dtstart", meeting.local_start)
    event.add("dtend", meeting.local_end)
    event.add("summary", _summary(meeting))
    event.add("status", "CANCELLED" if method == "CANCEL" or meeting.cancelled_at else "CONFIRMED")
    event.add("url", page)
    if where := where_of(meeting, meeting.link if with_link and meeting.link else page):
        event.add("location", one_line(where))
    event.add("description", _description(meeting, page))
    event.add("organizer", organiser_named(organiser, meeting.community.name, method))
    if membership and membership.user.email:
        event.add("attendee", _attendee(membership), encode=False)
    calendar.add_component(event)


def google_address(meeting: Meeting) -> str:
    """Where Google proposes to add it. Neither the personal page nor the link to join: Google keeps this address."""
    told = {"action": "TEMPLATE", "text": _summary(meeting), "dates": "/".join(_in_utc(meeting, "%Y%m%dT%H%M%SZ"))}
    return f"https://calendar.google.com/calendar/render?{urlencode(told | _told_elsewhere(meeting, 'details'))}"


def outlook_address(meeting: Meeting) -> str:
    """As `google_address`, for Outlook on the web."""
    start, end = _in_utc(meeting, "%Y-%m-%dT%H:%M:%SZ")
    told = {"rru": "addevent", "subject": _summary(meeting), "startdt": start, "enddt": end}
    return f"https://outlook.office.com/calendar/action/compose?{urlencode(told | _told_elsewhere(meeting, 'body'))}"


def _in_utc(meeting: Meeting, written: str) -> list[str]:
    return [moment.astimezone(dt.UTC).strftime(written) for moment in (meeting.starts_at, meeting.ends_at)]


def _told_elsewhere(meeting: Meeting, words: str) -> dict[str, str]:
    told = {words: meeting.objective, "location": where_of(meeting, _("Online"))}
    return {name: value for name, value in told.items() if value}


def _summary(meeting: Meeting) -> str:
    return one_line(f"{meeting.community.name} · {meeting.heading}")


def where_of(meeting: Meeting, join_at: str) -> str:
    """The place, where to join online, or both, as one line."""
    place = meeting.place if meeting.has_room else ""
    online = join_at if meeting.has_link else ""
    return " · ".join(part for part in (place, online) if part)


def _attendee(membership: Membership) -> vCalAddress:
    """Answers are given on the page, not by the mail program: RSVP is false, so that it sends none to nobody."""
    return attending(membership.user, is_expected=membership.community.expects_everyone)


def attending(user: User, *, is_expected: bool) -> vCalAddress:
    attendee = _address(user.email or "", user.full_name)
    attendee.params["role"] = vText("REQ-PARTICIPANT" if is_expected else "OPT-PARTICIPANT")
    attendee.params["partstat"] = vText("NEEDS-ACTION")
    attendee.params["rsvp"] = vText("FALSE")
    return attendee


def organiser_named(address: str, name: str, method: str) -> vCalAddress:
    """By mail, cmtl writes in the name of somebody: RFC 5545 has that said."""
    organiser = _address(address, name)
    if method != "PUBLISH" and address != sender():
        organiser.params["sent-by"] = f"mailto:{sender()}"
    return organiser


def _address(address: str, name: str) -> vCalAddress:
    named = vCalAddress(f"mailto:{address}")
    named.params["cn"] = vText(one_line(name).replace('"', "'"))
    return named
