"""Monday's mail to those who facilitate or coordinate and asked for it: last week, this week, what is missing. Sent at
seven where they live, once; nothing to say, no mail. Figures of answers stay on pages."""

import datetime as dt
import zoneinfo
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop, override

from accounts.models import User
from communities.models import Community
from evaluations.domain.across.needs import Need, needing
from meetings.models import Meeting
from outbox.domain.mail_types import MailType
from outbox.domain.post import absolute
from outbox.models import Category, Message

MAIL = MailType("monday", "evaluations/emails/monday.html", Category.MONDAY, Message.Priority.REMINDER)
MONDAY, AT = 0, 7
WEEK = dt.timedelta(days=7)
LATE = dt.timedelta(hours=24)  # what was missed is of no use on Tuesday
MOST = 12  # lines of each part; the pages have the others


@dataclass(frozen=True)
class Missing:
    community: Community
    needs: list[Need]


@dataclass(frozen=True)
class Summary:
    """Of the communities that one person leads: meetings held with how many came, meetings ahead with how many said
    yes, and what each community lacks."""

    held: list[Meeting]
    coming: list[Meeting]
    missing: list[Missing]

    @property
    def says_something(self) -> bool:
        return bool(self.held or self.coming or self.missing)


def send_due(now: dt.datetime | None = None) -> int:
    """Write those that are due; how many."""
    now = now or timezone.now()
    asked = User.objects.filter(gets_monday_mail=True, is_active=True).exclude(email=None)
    return sum(_send(person, now) for person in asked)


def _send(person: User, now: dt.datetime) -> bool:
    local = now.astimezone(zoneinfo.ZoneInfo(person.time_zone))
    key = f"monday:{local:%Y-%m-%d}"
    is_time = local.weekday() == MONDAY and local.hour >= AT
    if not is_time or Message.objects.filter(key=f"{key}:{person.pk}").exists():
        return False
    with override(person.language), timezone.override(local.tzinfo):
        summary = summary_of(person, now)
    if not summary.says_something:
        return False
    context = {
        "summary": summary,
        "monday": local.date(),
        "address": absolute(reverse("evaluations:across" if summary.missing else "evaluations:today")),
    }
    return bool(MAIL.queue(person, context, key=key, not_after=now + LATE))


def summary_of(person: User, now: dt.datetime) -> Summary:
    """From Monday at midnight, in the time zone of the moment, seven days back and seven ahead."""
    led = list(Community.objects.led_by(person).with_tasks_for(person).select_related("programme", "policies"))
    monday = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    meetings = Meeting.objects.filter(community__in=led, cancelled_at=None).select_related("community")
    meetings = meetings.order_by("starts_at", "pk")
    held = meetings.held().filter(starts_at__gte=monday - WEEK, starts_at__lt=monday).with_turnout()
    coming = meetings.planned().filter(starts_at__gte=monday, starts_at__lt=monday + WEEK).with_replies()
    missing = [
        Missing(one.community, told)
        for one in needing(person, led, now)
        if (told := [need for need in one.needs if not need.is_on_answers])
    ]
    return Summary(list(held[:MOST]), list(coming[:MOST]), missing[:MOST])


@MAIL.cancelled_if
def monday_cancel_reason(message: Message) -> str | None:
    person = message.recipient
    if person and person.gets_monday_mail and person.has_perm("evaluations.read_monday_mail"):
        return None
    return gettext_noop("no longer wanted")
