"""What people asked about their personal information, for those who answer; conversations to hold with members."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.domain.privacy import destructions
from communities.models import DestructionRequest
from evaluations.domain.follow_ups import notes, requests
from evaluations.models import IndividualFollowUp
from evaluations.web.today.reading import Reader
from evaluations.web.today.to_do import LATE, SOON, THIS_WEEK, ToDo

SOON_ENOUGH = dt.timedelta(days=7)  # before the day of a conversation or of its next step
MOST = 20  # lines; the page of requests has all


def to_do(page: Reader) -> Iterator[ToDo]:
    yield from requests_to_answer(page)
    yield from conversations_asked_for(page)
    yield from conversations_to_hold(page)


def conversations_asked_for(page: Reader) -> Iterator[ToDo]:
    """From the day after; without a name, as those to hold."""
    kept = page.own_with("evaluations.keep_follow_ups")
    told = requests.how_many_told(page.user, kept, page.now) if kept else {}
    for community in kept:
        if n := told.get(community.pk):
            yield ToDo(
                THIS_WEEK,
                ngettext("%(n)s person asks for a conversation", "%(n)s people ask for a conversation", n) % {"n": n},
                str(community),
                reverse("evaluations:follow_ups", args=[community.pk]),
                _("See"),
                community_id=community.pk,
            )


def conversations_to_hold(page: Reader) -> Iterator[ToDo]:
    """Their own alone; without a name, since Today is often on a shared screen."""
    today = timezone.localdate(page.now)
    kept = page.own_with("evaluations.keep_follow_ups")
    found: dict[Any, list[IndividualFollowUp]] = {}
    for one in notes.to_hold(page.user, kept) if kept else []:
        if min(filter(None, [one.on, one.next_step_on]), default=today) <= today + SOON_ENOUGH:
            found.setdefault(one.community, []).append(one)
    for community, waiting in found.items():
        yield ToDo(
            THIS_WEEK,
            ngettext("%(n)s individual follow-up", "%(n)s individual follow-ups", len(waiting)) % {"n": len(waiting)},
            str(community),
            reverse("evaluations:follow_ups", args=[community.pk]),
            _("See"),
            community_id=community.pk,
        )


def requests_to_answer(page: Reader) -> Iterator[ToDo]:
    if not page.answers_requests:
        return
    seen = DestructionRequest.objects.visible_to(page.user).waiting().exclude(handled_by=page.user)
    for asked in seen.select_related("user")[:MOST]:
        if destructions.sides_of(page.user, asked):
            days = {"day": _day(timezone.localdate(asked.asked_at)), "due": _day(asked.due_on)}
            yield ToDo(
                _urgency(asked),
                _("Answer %(name)s’s request to destroy data") % {"name": asked.user},
                _("asked on %(day)s, to answer by %(due)s at the latest") % days,
                reverse("communities:destruction", args=[asked.pk]),
                _("Answer"),
            )


def _urgency(asked: DestructionRequest) -> str:
    if asked.is_late:
        return LATE
    return THIS_WEEK if asked.due_on <= timezone.localdate() + destructions.REMINDED else SOON


def _day(day) -> str:
    return date_format(day, "DATE_FORMAT")
