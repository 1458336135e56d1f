"""Calendars that follow by themselves: subscribed to once, read by Google, Outlook and Apple without signing in."""

import datetime as dt
import zoneinfo

import icalendar
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communities.models import Membership
from meetings.domain import feeds
from meetings.domain.links import links
from meetings.domain.scheduling import planning
from meetings.models import CalendarFeed
from tests import factories as make
from tests.forms import submit

MONTRÉAL = zoneinfo.ZoneInfo("America/Toronto")


def events(text) -> dict:
    return {str(e["uid"]).partition("@")[0]: e for e in icalendar.Calendar.from_ical(text).walk("VEVENT")}


def test_nadia_subscribes_to_her_meetings_and_reads_them_without_signing_in(meeting, nadia, signed_in, client):
    page = reverse("meetings:subscribe", args=[meeting.community_id])
    submit(signed_in(nadia), page, holding={"whose": "mine"})
    address = CalendarFeed.objects.get(user=nadia).get_absolute_url()
    client.logout()

    answer = client.get(address)

    assert answer["Content-Type"].startswith("text/calendar")
    (event,) = events(answer.content).values()
    assert event["uid"].startswith(str(meeting.uid))
    assert event["url"] == links.guest_address(meeting, nadia.memberships.get()), "each leads to her own page"
    assert meeting.link not in answer.text, "a calendar is copied and shared: the link to join is on her page"


def test_another_address_closes_the_first(nadia, client):
    first = feeds.renew(user=nadia).get_absolute_url()
    second = feeds.renew(user=nadia).get_absolute_url()

    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200

    feeds.stop_feeds(user=nadia)
    assert client.get(second).status_code == 404


def test_what_is_moved_or_cancelled_changes_in_the_calendar(meeting, community, nadia):
    feed = feeds.renew(user=nadia)
    cancelled = make.a_meeting(community)
    planning.cancel(cancelled, "Tempête")
    meeting.sequence = 4
    meeting.save()

    found = events(feeds.content_of(feed))

    assert found[str(cancelled.uid)]["status"] == "CANCELLED"
    assert found[str(meeting.uid)]["sequence"] == 4


def test_noon_stays_noon_across_both_changes_of_the_clock(community, nadia, settings):
    days = [dt.date(2026, 10, 27), dt.date(2026, 11, 10), dt.date(2027, 3, 9), dt.date(2027, 3, 16)]
    for day in days:
        make.a_meeting(community, dt.datetime.combine(day, dt.time(12), MONTRÉAL))

    found = events(feeds.content_of(feeds.renew(user=nadia)))

    starts = sorted(e["dtstart"].dt for e in found.values())
    assert [s.date() for s in starts] == days
    assert {s.time() for s in starts} == {dt.time(12)}
    assert [s.utcoffset() for s in starts] == [dt.timedelta(hours=h) for h in (-4, -5, -5, -4)]


def test_the_communitys_calendar_names_nobody(meeting, community, nadia, sandrine, signed_in):
    client = signed_in(nadia)
    refused = client.post(reverse("meetings:change_feed", args=[community.pk]), {"whose": "community"})
    assert refused.status_code == 403, "those who plan it make its address"
    page = reverse("meetings:subscribe", args=[community.pk])
    submit(signed_in(sandrine), page, holding={"whose": "community"})

    (event,) = events(feeds.content_of(CalendarFeed.objects.get(community=community))).values()

    assert "attendee" not in event
    assert "/r/" not in str(event["url"])


def test_who_left_reads_no_more_of_it(meeting, nadia):
    feed = feeds.renew(user=nadia)
    nadia.memberships.get().become(Membership.Status.ALUMNI)

    assert not events(feeds.content_of(feed))


def test_a_year_of_meetings_costs_what_three_do(community, nadia):
    feed = CalendarFeed.objects.select_related("user", "community").get(pk=feeds.renew(user=nadia).pk)

    def queries(meetings: int) -> int:
        for _n in range(meetings):
            make.a_meeting(community)
        with CaptureQueriesContext(connection) as asked:
            feeds.content_of(feed)
        return len(asked)

    assert queries(3) == queries(30)
