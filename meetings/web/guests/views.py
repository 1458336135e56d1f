"""Views that a personal link or the code of a room opens, without an account."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from cmtl.public_pages import no_store
from meetings.domain.links import links, phone
from meetings.domain.links.links import Guest
from meetings.domain.links.phone import facilitators_of
from meetings.models import Meeting
from meetings.web.guests.forms import CodeForm


def for_guest(view: Callable[[HttpRequest, Guest], HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that the personal link opens: it answers in the person's language, and is kept by no cache."""

    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        guest = phone.guest_of(request, token=token)
        with phone.in_language_of(request, guest):
            return no_store(view(request, guest) if guest else _ended(request, token))

    return login_not_required(answer)


def _ended(request: HttpRequest, token: str) -> HttpResponse:
    meeting = links.meeting_of(token)
    why = "closed" if links.was_closed(token) else "ended" if meeting else "altered"
    return sentence(request, why, meeting, status=410 if meeting else 404, by_link=True)


def sentence(request: HttpRequest, why: str, meeting: Meeting | None, status: int = 410, **extra) -> HttpResponse:
    """A page that says in plain words why there is nothing to do here, and what to do."""
    context = {"why": why, "meeting": meeting, "facilitators": facilitators_of(meeting) if meeting else [], **extra}
    return render(request, "meetings/member_page/link_ended.html", context, status=status)


def in_room(view: Callable[[HttpRequest, Meeting], HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that the code of a meeting opens; a wrong one counts against whoever tries them."""

    @wraps(view)
    def answer(request: HttpRequest, code: str) -> HttpResponse:
        if phone.too_many_tries(request):
            return no_store(too_many(request))
        meeting = phone.room_of(code)
        if meeting is None:
            phone.count_try(request)
            form = CodeForm({"code": code})
            form.add_error("code", unknown_code())
            return no_store(render(request, "meetings/member_page/enter_code.html", {"form": form}, status=404))
        if code != meeting.code:
            return redirect(request.resolver_match.view_name, meeting.code)
        with timezone.override(meeting.zone):
            return no_store(view(request, meeting))

    return login_not_required(answer)


def unknown_code() -> str:
    return _("No meeting has this code. Check the six letters on the screen.")


def too_many(request: HttpRequest) -> HttpResponse:
    form = CodeForm({"code": ""})
    form.errors["code"] = form.error_class(
        [_("Too many tries. Wait ten minutes, or open the link you received by e-mail.")]
    )
    return render(request, "meetings/member_page/enter_code.html", {"form": form}, status=429)
