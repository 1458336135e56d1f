"""Pausing, leaving and coming back, by the person: one press, then a reason if they wish, and a way to undo it."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Membership, Pause

UNDONE_WITHIN = dt.timedelta(days=7)  # a departure; a pause ends whenever one wishes


def pause(membership: Membership) -> None:
    _go(membership, Membership.Status.PAUSED, among=[Membership.Status.ACTIVE])


def leave(membership: Membership) -> None:
    _go(membership, Membership.Status.ALUMNI, among=set(Membership.Status) - {Membership.Status.ALUMNI})


def end_pause(membership: Membership) -> None:
    """From a pause. Whoever left is brought back by those who facilitate, past the days when it can be undone."""
    _go(membership, Membership.Status.ACTIVE, among=[Membership.Status.PAUSED])


@transaction.atomic
def _go(membership: Membership, status: str, *, among) -> None:
    """Pressed twice, or from a page that is no longer true, nothing more happens."""
    mine = _locked(membership)
    if mine.status in among:
        mine.become(status)


def away(membership: Membership) -> Pause | None:
    """The period that lasts, if any."""
    return membership.pauses.filter(ends_on=None).first()


def can_undo(period: Pause | None) -> bool:
    return bool(period and period.status_before and timezone.localdate() <= period.starts_on + UNDONE_WITHIN)


@transaction.atomic
def undo_leaving(membership: Membership) -> None:
    """As if it had not been pressed: the period is gone, and the pause before it, if there was one, lasts again."""
    mine = _locked(membership)
    period = away(mine)
    if period is None or not can_undo(period):
        raise ValidationError(
            _("This can no longer be undone here: write to those who facilitate, and you are welcome back.")
        )
    period.delete()
    mine.status = period.status_before
    mine.left_on = None
    if mine.status == Membership.Status.PAUSED:
        before = mine.pauses.filter(ends_on=period.starts_on).order_by("-starts_on", "-pk")[:1]
        mine.pauses.filter(pk__in=list(before.values_list("pk", flat=True))).update(ends_on=None)
    else:
        mine.paused_on = None
    mine.save(update_fields=["status", "left_on", "paused_on"])


@transaction.atomic
def say_why(membership: Membership, reason: str, words: str) -> None:
    """Read by those who facilitate, kept without judgement; said again, the last one holds."""
    _locked(membership).pauses.filter(ends_on=None).update(reason=reason, words=words)


def _locked(membership: Membership) -> Membership:
    return Membership.objects.select_for_update().get(pk=membership.pk)
