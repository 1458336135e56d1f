"""What is due: surveys to close, and the one reminder to those who were there and said nothing.

This is the only place that reads receipts, and what it learns leaves as mails alone.
"""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from communities.models import Community, Membership
from evaluations import emails, voting
from evaluations.models import Receipt, Survey
from outbox.models import Message

CLEANED_FOR = dt.timedelta(minutes=30)


def to_close(now: dt.datetime | None = None) -> QuerySet[Survey]:
    waiting = Survey.objects.open().select_related("meeting__community")
    return waiting.filter(closes_at__lte=now or timezone.now())


def closed_lately(now: dt.datetime | None = None) -> bool:
    """Earlier versions of its rows may still lie in the database's files."""
    return Survey.objects.filter(closed_at__gt=(now or timezone.now()) - CLEANED_FOR).exists()


def to_remind(now: dt.datetime | None = None) -> QuerySet[Survey]:
    """Two hours after the meeting's end, once, and only while there is time left to answer."""
    now = now or timezone.now()
    return (
        Survey.objects.open()
        .select_related("meeting__community")
        .filter(
            reminded_at=None,
            meeting__community__status__in=Community.LIVING,
            closes_at__gt=now,
            meeting__ends_at__lte=now - voting.REMINDER_AFTER,
            meeting__cancelled_at=None,
        )
    )


@transaction.atomic
def remind(survey: Survey) -> int:
    """Write to the silent who were there; how many. Two clocks at once write once."""
    if not Survey.objects.open().filter(pk=survey.pk, reminded_at=None).update(reminded_at=timezone.now()):
        return 0
    return sum(emails.survey_reminder(survey, membership) is not None for membership in silent(survey))


def silent(survey: Survey) -> list[Membership]:
    """Present, with an address, and without a receipt."""
    present = voting.electorate(survey.meeting).exclude(
        membership__in=Receipt.objects.filter(survey=survey).values("membership")
    )
    here = Membership.objects.select_related("user", "community").filter(attendances__in=present)
    return list(here.exclude(user__email=None).exclude(status=Membership.Status.ALUMNI).order_by("pk"))


def why_not_send(message: Message) -> str | None:
    """Asked by the outbox just before a reminder leaves. The reason given is the same whether the person has
    answered or is no longer expected to: it is kept with the mail, where someone could read it."""
    survey_pk = message.reason.partition(":")[2]
    survey = Survey.objects.open().select_related("meeting__community").filter(pk=survey_pk).first()
    if survey is None:
        return gettext_noop("the evaluation is closed")
    if not survey.community.writes_by_itself:
        return gettext_noop("the community is at rest")
    if message.recipient_id not in {membership.user_id for membership in silent(survey)}:
        return gettext_noop("no longer useful")
    return None
