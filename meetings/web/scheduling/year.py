"""The calendar of a community's year, with what deserves a second look in it."""

import datetime as dt
import zoneinfo

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cmtl.numbers import year_in
from cmtl.shortcuts import fetch
from communities.domain import alerts
from communities.models import Community
from meetings.domain.scheduling import advising, series
from meetings.models import DatePoll, Meeting

with_programme = Community.objects.select_related("programme").prefetch_related("dismissed_alerts")


@require_safe
def show_year(request, pk):
    community = fetch(request, with_programme, pk=pk, may="communities.read")
    today = timezone.localdate(timezone=zoneinfo.ZoneInfo(community.time_zone))
    year = _year(request.GET.get("annee", ""), today)
    leads = request.user.has_perm("meetings.plan", community)
    rows = series.meetings_of_year(community, year) & Meeting.objects.visible_to(request.user)
    meetings = list(rows.with_turnout().with_replies().prefetch_related("agenda", "topics"))
    by_meeting = advising.standing_by_meeting(community, meetings) if leads else {}
    for meeting in meetings:
        meeting.alerts = by_meeting.get(meeting.pk, [])
    context = {
        "community": community,
        "tab": "meetings",
        "year": str(year),  # as years are written: no space between thousands
        "before": str(year - 1),
        "after": str(year + 1),
        "is_this_year": year == today.year,
        "may_plan": leads,
        "may_edit": request.user.has_perm("communities.edit", community),
        "months": series.by_month(year, meetings),
        "today": today,
        "n_regular": sum(m.kind == Meeting.Kind.REGULAR and not m.cancelled_at for m in meetings),
        "n_in_person": sum(m.has_room and not m.cancelled_at for m in meetings),
        "alerts": alerts.standing(community, advising.of_year(community, year))[0] if leads else [],
        "copies": leads and bool(series.copied_from(community, year, after=today)),
        "polls": list(DatePoll.objects.open().filter(community=community)) if leads else [],
    }
    return render(request, "meetings/scheduling/year.html", context)


def _year(asked: str, today: dt.date) -> int:
    return year_in(asked, today.year)
