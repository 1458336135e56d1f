"""The bell of every page: how much waits for a person, and in which of their communities.

Working it out costs as much as Today does, so that the session remembers it for a while. Whatever one posts may settle
something: it is forgotten then, and the next page asks for it again once it is shown.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.sessions.backends.base import UpdateError
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evaluations.web.today.happenings import lately
from evaluations.web.today.page import Today
from evaluations.web.today.to_do import SOON, THIS_WEEK, ToDo

REMEMBERED = "bell"
FRESH_FOR = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Waiting:
    """How many things wait, and the numbers of the communities where they do."""

    number: int
    communities: frozenset[int]


def waiting_for(today: Today) -> list[ToDo]:
    """What is late or due this week, what to read, and the invitations without an answer."""
    pressing = [item for item in today.to_do if item.urgency != SOON]
    return [*pressing, *today.to_read, *_to_answer(today)]


def _to_answer(today: Today) -> Iterator[ToDo]:
    for invitation in today.invitations:
        meeting = invitation.meeting
        if meeting.invited_at and not invitation.answer:
            day = date_format(meeting.local_start, "MONTH_DAY_FORMAT")
            yield ToDo(
                THIS_WEEK,
                _("Say whether you will come on %(day)s") % {"day": day},
                f"{meeting.community} · {meeting.heading}",
                invitation.url,
                _("Answer"),
                community_id=meeting.community_id,
            )


def remember(request, waiting: list[ToDo]) -> None:
    """For this page and the next ones of this session. It is read anew to be written: a page asks for the bell by
    itself, and what another one changed meanwhile, or a session that ended, must stay so."""
    told = {"number": len(waiting), "communities": sorted({item.community_id for item in waiting} - {None})}
    request.waiting = Waiting(told["number"], frozenset(told["communities"]))
    latest = type(request.session)(request.session.session_key)
    latest[REMEMBERED] = told | {"at": timezone.now().timestamp()}
    with contextlib.suppress(UpdateError):
        if latest.session_key:
            latest.save()


def remembered(request) -> Waiting | None:
    """What was worked out for this page, or lately if it still holds."""
    if hasattr(request, "waiting"):
        return request.waiting
    told = request.session.get(REMEMBERED)
    if not told or timezone.now().timestamp() - told["at"] > FRESH_FOR.total_seconds():
        return None
    return Waiting(told["number"], frozenset(told["communities"]))


def forget_after_a_post(get_response):
    """Middleware: what one posts may have settled something."""

    def middleware(request):
        response = get_response(request)
        if request.method == "POST" and request.user.is_authenticated:
            request.session.pop(REMEMBERED, None)
        return response

    return middleware


@require_safe
def show_bell(request):
    today = Today(request.user)
    waiting = waiting_for(today)
    remember(request, waiting)
    return render(request, "evaluations/today/bell.html", {"waiting": waiting, "happened": lately(today)})
