"""What happened lately in the communities one leads or belongs to."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Count, Max
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Application
from evaluations.models import AnnualReport, Survey
from evaluations.web.today.reading import Reader
from meetings.domain.followup.minutes import may_read
from meetings.models import Meeting, Minutes, Reply, Topic

LATELY = dt.timedelta(days=14)
MOST = 12


class Happening(NamedTuple):
    at: dt.datetime
    title: str
    detail: str
    url: str


def lately(page: Reader) -> list[Happening]:
    """Of two weeks, the latest first. Nobody is named: a page of its own says who, to those who may read it."""
    since = page.now - LATELY
    kinds = (replies_given, topics_proposed, results_ready, applications_sent, reports_published, minutes_published)
    found = [happening for kind in kinds for happening in kind(page, since)]
    return sorted(found, key=lambda happening: happening.at, reverse=True)[:MOST]


def replies_given(page: Reader, since: dt.datetime) -> Iterator[Happening]:
    told = Reply.objects.filter(meeting__in=[m.pk for m in page.coming], answered_at__gte=since).exclude(answer="")
    counted = {n["meeting"]: n for n in told.values("meeting").annotate(n=Count("pk"), at=Max("answered_at"))}
    for meeting in page.coming:
        if found := counted.get(meeting.pk):
            yield Happening(
                found["at"],
                ngettext("%(n)s reply for %(day)s", "%(n)s replies for %(day)s", found["n"])
                % {"n": found["n"], "day": _day(meeting.local_start)},
                str(meeting.community),
                meeting.get_absolute_url(),
            )


def topics_proposed(page: Reader, since: dt.datetime) -> Iterator[Happening]:
    own = {community.pk: community for community in page.own}
    proposed = Topic.objects.filter(community__in=own, proposed_on__gte=since.date()).exclude(
        source=Topic.Source.FOUNDING
    )
    for topic in proposed.order_by("-proposed_on")[:MOST]:
        at = dt.datetime.combine(topic.proposed_on, dt.time(), timezone.get_current_timezone())
        yield Happening(
            at,
            _("A topic was proposed: %(title)s") % {"title": topic.title},
            str(own[topic.community_id]),
            topic.get_absolute_url(),
        )


def results_ready(page: Reader, since: dt.datetime) -> Iterator[Happening]:
    closed = Survey.objects.filter(meeting__community__in=page.own, closed_at__gte=since, release__isnull=False)
    for survey in closed.select_related("meeting__community").order_by("-closed_at")[:MOST]:
        yield Happening(
            survey.closed_at,
            _("The evaluation of %(day)s is closed: read its results") % {"day": _day(survey.meeting.local_start)},
            str(survey.meeting.community),
            reverse("evaluations:survey", args=[survey.meeting_id]),
        )


def applications_sent(page: Reader, since: dt.datetime) -> Iterator[Happening]:
    sent = Application.objects.visible_to(page.user).filter(sent_at__gte=since)
    calls = sent.values("call", "call__community__name").annotate(n=Count("pk"), at=Max("sent_at")).order_by("-at")
    for call in calls[:MOST]:
        yield Happening(
            call["at"],
            ngettext("%(n)s application", "%(n)s applications", call["n"]) % {"n": call["n"]},
            call["call__community__name"],
            reverse("communities:call", args=[call["call"]]),
        )


def reports_published(page: Reader, since: dt.datetime) -> Iterator[Happening]:
    around = [*page.memberships, *(community.pk for community in page.communities)]
    published = AnnualReport.objects.filter(community__in=around, published_at__gte=since)
    for report in published.select_related("community").order_by("-published_at")[:MOST]:
        if page.user.has_perm("evaluations.read_reports", report.community):
            yield Happening(
                report.published_at,
                _("The %(year)s annual report is published") % {"year": report.year},
                str(report.community),
                reverse("evaluations:report", args=[report.community_id, report.year]),
            )


def minutes_published(page: Reader, since: dt.datetime) -> Iterator[Happening]:
    seen = Meeting.objects.visible_to(page.user).filter(community__in=page.memberships)
    around = Minutes.objects.filter(meeting__in=seen, published_at__gte=since)
    for minutes in around.select_related("meeting__community").order_by("-published_at")[:MOST]:
        if may_read(page.user, minutes.meeting):
            yield Happening(
                minutes.published_at,
                _("The minutes of %(day)s can be read") % {"day": _day(minutes.meeting.local_start)},
                str(minutes.meeting.community),
                reverse("meetings:minutes", args=[minutes.meeting_id]),
            )


def _day(moment: dt.datetime) -> str:
    return date_format(moment, "MONTH_DAY_FORMAT")
