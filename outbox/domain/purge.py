"""What mails become once they have left or never will: their words go first, then their address and subject.

What stays is who was told, of what, and when: keys prevent second mails. It stays for as long as the row that the mail
is about. Nothing that still waits is touched.
"""

import datetime as dt
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from cmtl import retention
from outbox.models import Message, MessageQuerySet

BATCH, MOST_BATCHES = 1_000, 100  # rows of one transaction, transactions of one run


@retention.applies("mail_bodies")
def forget_bodies(now: dt.datetime | None = None) -> int:
    """Calendars stay until their meeting is over: the next one has to name the same organiser."""
    now = now or timezone.now()
    over = settled_before(retention.period("mail_bodies").start(now))
    useless = Q(not_after=None) | Q(not_after__lt=now)
    emptied = _in_batches(over.exclude(text="", html=""), text="", html="")
    return emptied + _in_batches(over.filter(useless).exclude(calendar=""), calendar="")


@retention.applies("mail_lines")
def forget_lines(now: dt.datetime | None = None) -> int:
    over = settled_before(retention.period("mail_lines").start(now or timezone.now()))
    kinds = over.order_by().values_list("about_kind", flat=True).distinct()
    deleted = sum(_in_batches(_about_nothing(over.filter(about_kind=kind), kind)) for kind in kinds)
    return deleted + _in_batches(over.exclude(to="", subject="", outcome=""), to="", subject="", outcome="")


def settled_before(moment: dt.datetime) -> MessageQuerySet:
    """Those that left, were refused or were dropped before it."""
    return Message.objects.alias(settled_at=Coalesce("sent_at", "failed_at", "dropped_at")).filter(
        settled_at__lt=moment
    )


def _about_nothing(mails: MessageQuerySet, kind: str) -> MessageQuerySet:
    """Those of this kind whose row is gone, or that are about none; a kind that no model has is taken to be there."""
    try:
        model = apps.get_model(kind) if kind else None
    except (LookupError, ValueError):
        return mails.none()
    return mails.exclude(about_id__in=model._base_manager.values("pk")) if model else mails


def _in_batches(messages: MessageQuerySet, **emptied: Any) -> int:
    """Empty these fields, or delete where none is named; how many. What is left waits for the next run."""
    total = 0
    for _run in range(MOST_BATCHES):
        batch = Message.objects.filter(pk__in=list(messages.order_by("pk").values_list("pk", flat=True)[:BATCH]))
        done = batch.update(**emptied) if emptied else batch.delete()[0]
        total += done
        if done < BATCH:
            break
    return total
