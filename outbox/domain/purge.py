"""What mails become once they have left or never will: their words go first, then their address and subject.

What stays is who was told, of what, and when: keys prevent second mails. It stays for as long as what the mail speaks
of; the apps above say with `speaks_of` where that is. Nothing that still waits is touched.
"""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from cmtl import retention
from outbox.models import Message, MessageQuerySet

BATCH, MOST_BATCHES = 1_000, 100  # rows of one transaction, transactions of one run

_models: dict[str, type[models.Model]] = {}


def speaks_of(word: str, model: type[models.Model]) -> None:
    """Register which rows the reasons « word:12 » name."""
    _models[word] = model


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
    gone = [reason for reason in over.order_by().values_list("reason", flat=True).distinct() if not _lives(reason)]
    deleted = _in_batches(over.filter(reason__in=gone))
    return deleted + _in_batches(over.exclude(to="", subject="", outcome=""), to="", subject="", outcome="")


def settled_before(moment: dt.datetime) -> MessageQuerySet:
    """Those that left, were refused or were dropped before it."""
    return Message.objects.alias(settled_at=Coalesce("sent_at", "failed_at", "dropped_at")).filter(
        settled_at__lt=moment
    )


def _lives(reason: str) -> bool:
    """Whether what a mail speaks of is still there; a word that nobody registered is taken to be."""
    word, _colon, number = reason.partition(":")
    if not reason:
        return False
    model = _models.get(word)
    return model is None or (number.isdecimal() and model._base_manager.filter(pk=number).exists())


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
