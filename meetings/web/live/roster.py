"""The roster of a meeting: ticked from the console while it lasts, on a page of its own once it is closed."""

from collections.abc import Callable
from functools import partial

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Action
from cmtl.numbers import parse_int, parse_ints
from cmtl.shortcuts import fetch, fragment, validation_as_messages
from communities.domain.privacy import reading
from communities.models import Membership
from meetings.domain.attendance import absences, attendance, corrections, typed_names
from meetings.domain.attendance.corrections import Because
from meetings.models import Attendance, Meeting
from meetings.web.live.console_page import Console
from meetings.web.live.live import answer_with, parts_of, refused, with_community
from meetings.web.live.live_forms import AttendanceForm, CorrectionForm, GuestsForm, WalkInForm


@require_safe
def list_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Who came, on a page of its own: read, and corrected after the closing by those who may."""
    meeting = fetch(request, with_community, pk=pk, may="meetings.see_attendance")
    reading.note(Action.PRESENCES_READ, meeting.community, by=request.user, about=meeting)
    context = _roster_context(request, meeting)
    context["writes_choices"] = "choix" in request.GET  # for a browser without scripts: elsewhere they unfold by script
    return render(request, "meetings/live/roster.html", context)


def _roster_context(request: HttpRequest, meeting: Meeting) -> dict:
    console = Console(meeting, request.user)
    console.ticks = console.ticks or console.corrects
    return {
        "meeting": meeting,
        "console": console,
        "may_import": attendance.is_to_record(meeting) and request.user.has_perm("meetings.record_attendance", meeting),
        "corrections": corrections.history(meeting) if meeting.closed_at else [],
        "published_year": corrections.published_year(meeting),
        "why": CorrectionForm(),
        "absences": absences.summary_of(meeting) if meeting.closed_at else None,
        "typed": typed_names.Typed(meeting) if console.ticks else None,
    }


@require_POST
def record_attendance(request: HttpRequest, pk: int, membership_pk: int) -> HttpResponse:
    meeting = _fetch_for_attendance(request, pk)
    membership = get_object_or_404(meeting.community.memberships, pk=membership_pk)
    said = {"status": request.POST.get("status"), "mode": request.GET.get("mode"), "mark": request.GET.get("mark")}
    write = partial(attendance.record, meeting, membership)
    return _write_attendance(request, meeting, AttendanceForm(said), write, only=membership)


@require_POST
def add_walk_in(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _fetch_for_attendance(request, pk)
    write = partial(attendance.walk_in, meeting, method=Attendance.Method.WALK_IN)
    return _write_attendance(request, meeting, WalkInForm(request.POST), write)


@require_POST
def count_guests(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _fetch_for_attendance(request, pk)
    return _write_attendance(request, meeting, GuestsForm(request.POST), partial(attendance.count_guests, meeting))


@require_POST
def confirm_typed(request: HttpRequest, pk: int) -> HttpResponse:
    """Names typed in the room: « Confirmer les 13 », or one of them is somebody else, or nobody who is here."""
    meeting = _fetch_for_attendance(request, pk)
    one = parse_int(request.POST.get("someone_else") or request.POST.get("not_here") or "")
    with validation_as_messages(request):
        if not one:
            typed_names.confirm(meeting, parse_ints(request.POST.getlist("membership")), by=request.user)
        else:
            verb = typed_names.is_someone_else if "someone_else" in request.POST else typed_names.is_not_here
            verb(meeting, get_object_or_404(meeting.community.memberships, pk=one), by=request.user)
    return _typed_names_again(request, meeting)


def _typed_names_again(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Who stays to be confirmed; with the list, where the page shows it."""
    page = reverse("meetings:roster" if meeting.closed_at else "meetings:live", args=[meeting.pk])
    context = {"meeting": meeting, "typed": typed_names.Typed(meeting), "is_done": True}
    answer = fragment(request, "meetings/live/_to_confirm.html", context, otherwise=page)
    if request.htmx and request.htmx.current_url_abs_path == reverse("meetings:live", args=[meeting.pk]):
        answer.write(parts_of(request, with_community.get(pk=meeting.pk), "roster").content)
    return answer


def _fetch_for_attendance(request: HttpRequest, pk: int) -> Meeting:
    meeting = fetch(request, with_community, pk=pk)
    if not request.user.has_perm(attendance.permission(meeting), meeting):
        raise PermissionDenied
    return meeting


def _write_attendance(
    request: HttpRequest, meeting: Meeting, form: forms.Form, write: Callable, only: Membership | None = None
) -> HttpResponse:
    """What was sent and, once the meeting is closed, why; written, or a sentence says what is missing. A console that
    was still open asks for no reason."""
    why = CorrectionForm(request.POST) if meeting.closed_at and "why" in request.POST else None
    for sent in (form, why):
        if sent is not None and not sent.is_valid():
            return refused(request, meeting, sent)
    try:
        write(**form.cleaned_data, by=request.user, because=Because(**why.cleaned_data) if why else None)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return refused(request, meeting, form)
    return _roster_answer(request, meeting, only)


def _roster_answer(request: HttpRequest, meeting: Meeting, only: Membership | None) -> HttpResponse:
    """The list as it is now or, of one person, their line alone: it may hold three hundred."""
    if not meeting.closed_at:
        return answer_with(request, meeting, "roster", only=only)
    if not request.htmx:
        return redirect("meetings:roster", meeting.pk)
    meeting.refresh_from_db(from_queryset=with_community)
    return render(request, "meetings/live/roster.html#changes", _roster_context(request, meeting) | {"oob": True})
