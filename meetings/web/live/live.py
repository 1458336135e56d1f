"""Running a meeting on a screen: the console of those who run it, its phases and clock, and the group's screen.

Every press is a form post that also works without JavaScript. A page that can swap gets the fragments the press
changed; what others change comes by `refresh`, asked every few seconds with the revision the page last saw.
"""

import json
import uuid
import zlib
from dataclasses import asdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl.numbers import parse_int
from cmtl.shortcuts import fetch, refusal, validation_as_messages
from meetings.domain.live import company, live_session, topic_vote
from meetings.models import Meeting
from meetings.web.live.console_page import Console
from meetings.web.live.live_forms import MinutesForm

PAGE = "meetings/live/live.html"
PARTS = ("over", "clock", "recalls", "agenda", "notes", "highlights", "topics", "synthesis_field")
PARTS += ("alerts", "choice", "turns", "apart", "roster")
TEMPLATES = {name: f"meetings/live/_{name}.html" for name in PARTS}
FOR_THE_DRIVER = {"turns", "apart"}
with_community = Meeting.objects.select_related("community", "note_taker", "closed_by", "recording", "minutes")


@require_safe
def console(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.run")
    if meeting.cancelled_at:
        messages.warning(request, _("This meeting was cancelled."))
        return redirect(meeting)
    return page_of(request, meeting)


def page_of(request: HttpRequest, meeting: Meeting, status: int = 200, **extra) -> HttpResponse:
    context = {"meeting": meeting, "console": console_of(request, meeting), "key": uuid.uuid4()}
    return render(request, PAGE, context | extra, status=status)


@require_safe
def refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing new: 204, in two queries (who asks, and whether). Otherwise what the page does not show yet. With it, who
    else is there: with nobody, the page asks less often."""
    if not _has_news(request, pk):
        answer = HttpResponse(status=204)
    else:
        meeting = fetch(request, with_community, pk=pk, may="meetings.run")
        if meeting.cancelled_at or (meeting.started_at and "waiting" in request.GET):
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        answer = _news(request, meeting)
    here = company.meet(pk, request.user, request.GET.get("writing", ""))
    answer["X-Company"] = json.dumps(asdict(here))
    return answer


def _news(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Each part that can change, as it is now, but those that the page says it shows: it knows them by their mark."""
    console = console_of(request, meeting)
    context = {"meeting": meeting, "console": console, "oob": True}
    names = [name for name in TEMPLATES if console.drives or name not in FOR_THE_DRIVER]
    drawn = {name: render_to_string(TEMPLATES[name], context, request) for name in names}
    marks = {name: f"{name}.{zlib.crc32(html.encode()):x}" for name, html in drawn.items()}
    known = request.GET.get("have", "").split()
    news = [html for name, html in drawn.items() if marks[name] not in known]
    poll = render_to_string("meetings/live/_poll.html", context | {"have": " ".join(marks.values())}, request)
    return HttpResponse(poll + "".join(news))


def console_of(request: HttpRequest, meeting: Meeting) -> Console:
    return Console(meeting, request.user, whole="whole" in request.GET or "whole" in request.POST)


def _has_news(request: HttpRequest, pk: int) -> bool:
    """Since the revision that the page saw last; or a moment it waited for has come."""
    seen = parse_int(request.GET.get("revision", ""), -1)
    return topic_vote.is_due(request.GET) or not live_session.is_unchanged(pk, seen, request.user)


def parts_of(request: HttpRequest, meeting: Meeting, *parts: str, status: int = 200, **extra) -> HttpResponse:
    context = {"meeting": meeting, "console": console_of(request, meeting), "parts": set(parts), "oob": True}
    return render(request, "meetings/live/_changes.html", context | extra, status=status)


def answer_with(request: HttpRequest, meeting: Meeting, *parts: str, **extra) -> HttpResponse:
    """The fragments a press has changed; the whole page where the browser cannot swap."""
    if not request.htmx:
        return redirect("meetings:live", meeting.pk)
    meeting.refresh_from_db(from_queryset=with_community)
    return parts_of(request, meeting, *parts, **extra)


def refused(request: HttpRequest, meeting: Meeting, form) -> HttpResponse:
    """A sentence that says why; the page keeps what was typed."""
    with validation_as_messages(request):
        raise refusal(form)
    return sorry(request, meeting)


def sorry(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    if request.htmx:
        return HttpResponse(status=422)
    return redirect("meetings:roster" if meeting.closed_at else "meetings:live", meeting.pk)


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.drive")
    with validation_as_messages(request):
        live_session.start(meeting)
    return redirect("meetings:live", pk)


@require_POST
def next_block(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.drive")
    item = meeting.agenda.filter(pk=parse_int(request.POST.get("item", ""))).first()
    if item is None:
        return sorry(request, meeting)
    with validation_as_messages(request):
        live_session.advance(meeting, item)
    return answer_with(request, meeting, "clock", "agenda", "choice")


@require_POST
def add_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.drive")
    form = MinutesForm(request.POST)
    if not form.is_valid():
        return refused(request, meeting, form)
    with validation_as_messages(request):
        live_session.give_minutes(meeting, form.cleaned_data["item"], form.cleaned_data["total"])
    return answer_with(request, meeting, "clock", "agenda", "choice")


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """What is not done yet is said, and blocks nothing."""
    meeting = fetch(request, with_community, pk=pk, may="meetings.drive")
    if request.method == "POST":
        with validation_as_messages(request):
            live_session.close(meeting, by=request.user)
        return redirect("meetings:live", pk)
    template = "meetings/live/close.html"
    context = {"meeting": meeting, "console": Console(meeting, request.user)}
    return render(request, f"{template}#checklist" if request.htmx else template, context)


@require_safe
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """What the whole group sees, on a projector or a shared window: it follows, and never drives."""
    if not _has_news(request, pk):
        return HttpResponse(status=204)
    meeting = fetch(request, with_community, pk=pk, may="meetings.run")
    context = {"meeting": meeting, "console": Console(meeting, request.user)}
    return render(request, "meetings/live/screen.html" + ("#stage" if request.htmx else ""), context)
