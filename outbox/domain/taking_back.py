"""A mail that a person sends waits some seconds before it leaves, so that they can take it back."""

import datetime as dt
import math
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from outbox.models import MessageQuerySet


@dataclass(frozen=True)
class Leaving:
    """Mails written and not handed to anyone yet."""

    number: int
    seconds: int  # before the first of them leaves


def leaving(mails: MessageQuerySet, now: dt.datetime | None = None) -> Leaving | None:
    """None as soon as one of them has been taken by a worker, or could be."""
    now, waits = now or timezone.now(), Q(attempts=0, sent_at=None, failed_at=None, dropped_at=None)
    told = mails.order_by().aggregate(number=Count("pk"), waiting=Count("pk", filter=waits), first=Min("send_after"))
    if not told["number"] or told["waiting"] < told["number"] or told["first"] <= now:
        return None
    return Leaving(told["number"], math.ceil((told["first"] - now).total_seconds()))


@transaction.atomic
def take_back_mails(mails: MessageQuerySet) -> int:
    """Destroy them all, as if they had not been written; how many. Refused once one has begun to leave."""
    list(mails.select_for_update().values_list("pk"))  # no worker takes one meanwhile
    if not leaving(mails):
        raise ValidationError(_("Too late: these mails have begun to leave."))
    return mails.delete()[0]
