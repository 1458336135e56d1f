"""The calendar file of a conversation. Calendars are shared: to the author it does not name the member."""

import datetime as dt

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Event

from accounts.models import User
from evaluations.models import OfferedTime
from meetings.domain.invitations.calendar import attending, empty_calendar, organiser_named, sender
from outbox.domain.post import one_line


def calendar_for(time: OfferedTime, user: User, page: str, *, method: str) -> str:
    """REQUEST, or CANCEL; `page` is that of the person who receives it."""
    community, author = time.follow_up.community, time.follow_up.author
    start = time.local_start
    with translation.override(user.language):
        calendar = empty_calendar(method, community.time_zone, start.year)
        event = Event()
        event.add("uid", f"{time.pk}@{settings.SITE_HOST}")
        event.add("sequence", int(method == "CANCEL"))
        event.add("dtstamp", timezone.now().astimezone(dt.UTC))
        event.add("dtstart", start)
        event.add("dtend", time.ends_at.astimezone(start.tzinfo))
        event.add("summary", one_line(_("Conversation · %(community)s") % {"community": community.name}))
        event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
        event.add("class", "PRIVATE")
        event.add("url", page)
        event.add("location", one_line(time.where))
        event.add("organizer", organiser_named(author.email or sender(), author.full_name, method))
        event.add("attendee", attending(user, is_expected=True), encode=False)
        calendar.add_component(event)
        return calendar.to_ical().decode()
