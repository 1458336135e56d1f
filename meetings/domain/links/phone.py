"""What a phone without an account may open: who is behind a personal link or a room's cookie, and what is current.

The pages of the evaluation, which come after these in the same tab, use the same door (`guest_of`) and the same
language (`in_language_of`).
"""

import datetime as dt
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from cmtl import limits, public_pages
from cmtl.signed_tokens import SignedToken
from communities.models import Community
from meetings.domain.links import links
from meetings.domain.links.links import Guest
from meetings.models import AgendaItem, Meeting, RoomSeat

LINK_OPENS = dt.timedelta(hours=24)  # before the start
LINK_ENDS = dt.timedelta(hours=2)  # after the end; permissions.md, C7
COOKIE_AGE = dt.timedelta(days=7)
TRIES, TRIES_PER = 30, 600  # wrong codes from one address, in seconds
_seat_token = SignedToken("room-seat")
_EYES_CONFUSE = str.maketrans("O0I1", "QQLL")  # signs that codes are made without, and what was meant

Check = Callable[[Meeting], bool]
_ballot_checks: list[Check] = []


def ballot_is_open_when(check: Check) -> None:
    """The upper app says when a meeting has an evaluation to answer; until it does, the agenda alone tells."""
    _ballot_checks.append(check)


# ---------------------------------------------------------------- who is there


def guest_of(request: HttpRequest, token: str | None = None, code: str | None = None) -> Guest | None:
    """Who this is: by the token of their own link, or by the cookie that the room of this code gave their phone."""
    if token is not None:
        return links.guest_of_link(token)
    meeting = room_of(code or "")
    return _by_cookie(request, meeting) if meeting else None


def _by_cookie(request: HttpRequest, meeting: Meeting) -> Guest | None:
    numbers = _seat_token.verify(request.COOKIES.get(_cookie(meeting), ""))
    if numbers is None or numbers[0] != meeting.pk:
        return None
    seats = RoomSeat.objects.select_related("membership__user", "membership__organisation", "membership__community")
    seat = seats.filter(pk=numbers[1], meeting=meeting).first()
    return in_room_at(meeting, seat) if seat else None


def in_room_at(meeting: Meeting, seat: RoomSeat) -> Guest:
    return Guest(meeting, seat.membership, code=meeting.code, seat=seat.pk)


def remember(response: HttpResponse, meeting: Meeting, seat: RoomSeat) -> None:
    """So that the tab goes on: the cookie is worth this meeting and no other, and scripts cannot read it."""
    response.set_cookie(
        _cookie(meeting),
        _seat_token.make(meeting.pk, seat.pk),
        max_age=COOKIE_AGE,
        path=in_room_at(meeting, seat).home,
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE,
    )


def _cookie(meeting: Meeting) -> str:
    return f"room-{meeting.pk}"


# ---------------------------------------------------------------- the room


def clean_code(typed: str) -> str:
    """Six letters as codes are made, whatever the case, the spaces and the signs that eyes confuse."""
    return re.sub(r"[^A-Z0-9]", "", typed.upper()).translate(_EYES_CONFUSE)


def room_of(code: str) -> Meeting | None:
    kept = Meeting.objects.exclude(community__status=Community.Status.ARCHIVED)
    return kept.select_related("community").filter(code=clean_code(code)).first()


def too_many_tries(request: HttpRequest) -> bool:
    return limits.is_reached(_tries_of(request), TRIES)


def count_try(request: HttpRequest) -> None:
    """A wrong code; right ones are not counted, for a whole room may stand behind one address."""
    limits.count(_tries_of(request), TRIES_PER)


def _tries_of(request: HttpRequest) -> str:
    return f"room-tries:{limits.address_of(request)}"


# ---------------------------------------------------------------- what is current


def stage_of(meeting: Meeting, now: dt.datetime | None = None) -> str:
    """cancelled · before · during · after. « During » begins when check-in does."""
    now = now or timezone.now()
    if meeting.cancelled_at:
        return "cancelled"
    if meeting.closed_at or now > meeting.ends_at + LINK_ENDS:
        return "after"
    return "during" if meeting.accepts_check_in(now) else "before"


def shows_link(meeting: Meeting, now: dt.datetime | None = None) -> bool:
    now = now or timezone.now()
    return meeting.starts_at - LINK_OPENS <= now <= meeting.ends_at + LINK_ENDS


def asks_opinion(meeting: Meeting, current: AgendaItem | None) -> bool:
    """The evaluation is on: every phone goes to it."""
    if stage_of(meeting) == "during" and current is not None and current.kind == AgendaItem.Kind.EVALUATION:
        return True
    return has_ballot(meeting)


def has_ballot(meeting: Meeting) -> bool:
    return any(check(meeting) for check in _ballot_checks)


# ---------------------------------------------------------------- how it is answered


def in_language_of(request: HttpRequest, guest: Guest | None) -> AbstractContextManager[None]:
    """The language chosen on this device, else the person's; times on the meeting's own clock.

    A phone known by a room's cookie keeps the room's language: what belongs to a typed name is not shown.
    """
    own = guest.membership.user.language if guest and guest.token else ""
    return public_pages.in_language_of(request, own, guest.meeting.zone if guest else None)


def facilitators_of(meeting: Meeting) -> list:
    """Whom to write to: those of this meeting, else those of its community."""
    return list(meeting.facilitators.all()) or list(meeting.community.facilitators())
