"""The member's path without an account: one page that is always the current thing, and the door of the room.

Reading never changes anything: mail scanners open every link. Only a press does.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl.public_pages import no_store
from cmtl.shortcuts import refusal, validation_as_messages
from meetings.domain.agenda import rules_display
from meetings.domain.attendance import attendance, joining
from meetings.domain.invitations import calendar, icebreaker, needs, replies
from meetings.domain.links import phone
from meetings.domain.links.links import Guest
from meetings.domain.live import topic_vote
from meetings.domain.preparation import co_facilitation
from meetings.domain.topics import topics
from meetings.models import Attendance, Meeting
from meetings.web.guests.forms import CodeForm
from meetings.web.guests.views import for_guest, in_room, sentence, too_many, unknown_code
from meetings.web.invitations.mail_forms import WarmUpAnswerForm
from meetings.web.member_page.phone_forms import PresenceForm, ReplyForm, RoomForm
from meetings.web.member_page.phone_page import Page
from meetings.web.preparation.preparation_forms import NeedsForm

# ---------------------------------------------------------------- one's own link


@require_safe
@for_guest
def meeting_page(request: HttpRequest, guest: Guest) -> HttpResponse:
    return _page(request, Page(guest, request.GET.get("reponse", "")))


def _page(request: HttpRequest, page: Page, status: int = 200) -> HttpResponse:
    if page.stage == "cancelled":
        extra = {"next_meeting": page.next_meeting, "next_address": page.next_address, "guest": page.guest}
        extra["by_link"] = page.is_personal
        return sentence(request, "cancelled", page.meeting, **extra)
    if page.stage == "during" and page.asks_opinion and "retour" not in request.GET:
        return redirect(page.guest.ballot)
    return render(
        request,
        "meetings/member_page/phone.html",
        {"page": page, "guest": page.guest, "meeting": page.meeting},
        status=status,
    )


@require_POST
@for_guest
def reply(request: HttpRequest, guest: Guest) -> HttpResponse:
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _refused(request, guest, form)
    with validation_as_messages(request):
        replies.answer(guest.meeting, guest.membership, **form.cleaned_data)
    return redirect(guest.home)


@require_POST
@for_guest
def support(request: HttpRequest, guest: Guest) -> HttpResponse:
    """« Ce sujet m'interpelle », or not any more."""
    with validation_as_messages(request):
        topics.press(guest.membership, request.POST.get("topic", ""), undo="undo" in request.POST)
    return redirect(f"{guest.home}#sujets")


@require_POST
@for_guest
def say_needs(request: HttpRequest, guest: Guest) -> HttpResponse:
    form = NeedsForm(request.POST)
    if not form.is_valid():
        return _refused(request, guest, form)
    with validation_as_messages(request):
        needs.say_needs(guest.meeting, guest.membership, form.cleaned_data["needs"])
    return redirect(f"{guest.home}#besoins")


@require_POST
@for_guest
def volunteer(request: HttpRequest, guest: Guest) -> HttpResponse:
    """« I can co-facilitate this one », or not any more."""
    with validation_as_messages(request):
        co_facilitation.volunteer(guest.meeting, guest.membership, offers="undo" not in request.POST)
    return redirect(f"{guest.home}#coanimer")


@require_POST
@for_guest
def check_in(request: HttpRequest, guest: Guest) -> HttpResponse:
    form = PresenceForm(request.POST)
    if not form.is_valid():
        return _refused(request, guest, form)
    with validation_as_messages(request):
        mode = form.cleaned_data["mode"]
        attendance.check_in(guest.meeting, guest.membership, method=Attendance.Method.LINK, mode=mode)
    return redirect(guest.home)


@require_POST
@for_guest
def answer_question(request: HttpRequest, guest: Guest) -> HttpResponse:
    form = WarmUpAnswerForm(request.POST)
    if not form.is_valid():
        return _refused(request, guest, form)
    with validation_as_messages(request):
        icebreaker.answer_question(guest.meeting, guest.membership, form.cleaned_data["text"])
        if form.cleaned_data["text"]:
            messages.success(request, _("Your answer is noted. Thank you."))
    return redirect(guest.home)


@require_POST
@for_guest
def join(request: HttpRequest, guest: Guest) -> HttpResponse:
    return _join(request, guest)


def _join(request: HttpRequest, guest: Guest) -> HttpResponse:
    """A page that goes on to the call: browsers would not let a form lead to another site."""
    if not Page(guest).shows_link:
        return redirect(guest.home)
    joining.note_press(guest)
    return render(request, "meetings/member_page/joining.html", {"guest": guest, "meeting": guest.meeting})


def _refused(request: HttpRequest, guest: Guest, form) -> HttpResponse:
    """The page again, with a sentence that says why and what was typed."""
    with validation_as_messages(request):
        raise refusal(form)
    return _page(request, Page(guest, typed=request.POST.get("wish", "")[:500]), status=422)


@require_safe
@for_guest
def follow(request: HttpRequest, guest: Guest) -> HttpResponse:
    return _follow(request, guest)


def _follow(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Asked every few seconds by every phone. Nothing new: 204, in the two queries that say who asks."""
    stage = phone.stage_of(guest.meeting)
    known = (request.GET.get("revision"), request.GET.get("stage")) == (str(guest.meeting.revision), stage)
    if known and not topic_vote.is_due(request.GET):
        return HttpResponse(status=204)
    if stage == "cancelled":
        return HttpResponse(status=410)
    page = Page(guest)
    if not page.is_here and not page.is_personal:
        return HttpResponse(status=410)  # the list says otherwise now: back to the door
    return render(
        request, "meetings/member_page/_phone_now.html", {"page": page, "guest": guest, "meeting": guest.meeting}
    )


@require_safe
@for_guest
def calendar_file(request: HttpRequest, guest: Guest) -> HttpResponse:
    content = calendar.calendar_for(guest.meeting, guest.membership)
    name = f"{guest.meeting.local_start:%Y-%m-%d}.ics"
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# ---------------------------------------------------------------- the room


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def enter_code(request: HttpRequest) -> HttpResponse:
    if phone.too_many_tries(request):
        return no_store(too_many(request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        meeting = phone.room_of(form.cleaned_data["code"])
        if meeting:
            return redirect("meetings:room", meeting.code)
        phone.count_try(request)
        form.add_error("code", unknown_code())
    return no_store(
        render(request, "meetings/member_page/enter_code.html", {"form": form}, status=422 if form.errors else 200)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_room
def room(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Two fields, one press; the phone is then known here, and the tab goes on by itself."""
    if meeting.cancelled_at:
        return sentence(request, "cancelled", meeting, next_meeting=Meeting.objects.next_after(meeting))
    guest = phone.guest_of(request, code=meeting.code)
    if request.method == "POST":
        return _enter(request, meeting)
    if guest and "autre" not in request.GET:
        page = Page(guest)
        if page.is_here:
            return _page(request, page)
    return _door(request, meeting, RoomForm())


def _enter(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    form = RoomForm(request.POST)
    if form.is_valid():
        try:
            seat = attendance.check_in_by_code(meeting, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            response = redirect("meetings:room", meeting.code)
            phone.remember(response, meeting, seat)
            return response
    return _door(request, meeting, form, status=422)


def _door(request: HttpRequest, meeting: Meeting, form: RoomForm, status: int = 200) -> HttpResponse:
    if not meeting.admits_by_code():
        too_late = meeting.closed_at is not None or timezone.now() > meeting.ends_at
        return sentence(request, "over" if too_late else "early", meeting, status=410 if too_late else status)
    if meeting.community.is_of_individuals:
        del form.fields["organisation"]
    context = {"form": form, "meeting": meeting, "camera_rule": rules_display.camera_rule(meeting)}
    return render(request, "meetings/member_page/room.html", context, status=status)


@require_safe
@in_room
def follow_room(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    guest = phone.guest_of(request, code=meeting.code)
    return _follow(request, guest) if guest else HttpResponse(status=410)


@require_POST
@in_room
def join_from_room(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    guest = phone.guest_of(request, code=meeting.code)
    return _join(request, guest) if guest else redirect("meetings:room", meeting.code)
