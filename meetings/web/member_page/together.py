"""What a group does together: choosing its topics, speaking in turn, working in sub-groups. From the console, and from
the phones of those who are there."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cmtl import undoing
from cmtl.numbers import parse_int
from cmtl.shortcuts import fetch, refusal, validation_as_messages
from communities.web.undo import say_undoable
from meetings.domain.agenda import rules_display
from meetings.domain.links import phone
from meetings.domain.links.links import Guest
from meetings.domain.live import live_breakouts, topic_vote, turns
from meetings.domain.preparation import breakouts
from meetings.models import Meeting
from meetings.web.guests.views import for_guest, in_room
from meetings.web.live.live import answer_with, with_community
from meetings.web.member_page.phone_forms import GroupLineForm
from meetings.web.member_page.phone_page import Page

# ---------------------------------------------------------------- on the console


@require_POST
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.drive")
    sent = request.POST
    with validation_as_messages(request):
        if "start" in sent:
            topic = get_object_or_404(meeting.topics, pk=parse_int(sent["start"]))
            topic_vote.start_box(meeting, topic, by=request.user)
        elif "lengthen" in sent:
            topic_vote.lengthen(meeting, parse_int(sent["lengthen"]))
        elif "silence" in sent:
            topic_vote.write_first(meeting, min(parse_int(sent["silence"]), max(topic_vote.SILENCES)))
        elif "reserve" in sent:
            topic_vote.offer_reserve(meeting, by=request.user)
        elif "put_back" in sent:
            topic_vote.put_back(meeting, by=request.user)
    return answer_with(request, meeting, "choice", "clock", "agenda", "topics")


@require_POST
def take_turns(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.drive")
    sent = request.POST
    with validation_as_messages(request):
        if "speak" in sent:
            here = meeting.community.memberships.filter(attendances__meeting=meeting)
            turns.speak(meeting, get_object_or_404(here, pk=parse_int(sent["speak"])))
        elif "round" in sent:
            turns.go_round(meeting, after=parse_int(sent["round"]))
        elif "stop" in sent:
            turns.stop_turns(meeting)
        elif "share" in sent:
            turns.share(meeting, shows=sent["share"] == "1")
    return answer_with(request, meeting, "turns")


@require_http_methods(["GET", "HEAD", "POST"])
def split_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Those who are there, in sub-groups. Planning them before is `meetings.domain.preparation.breakouts`. Starting
    them from the page that arranges them saves what it shows first."""
    meeting = fetch(request, with_community, pk=pk, may="meetings.drive")
    if request.method != "POST":
        context = {"meeting": meeting, "groups": live_breakouts.Groups(meeting), "ways": live_breakouts.WAYS}
        return render(request, "meetings/member_page/apart.html", context | {"most": breakouts.MOST})
    sent = request.POST
    with validation_as_messages(request):
        if "arrange" in sent:
            watched = undoing.Watched(meeting.groups.all()).while_unchanged(meeting, "closed_at")
            live_breakouts.arrange_live_groups(meeting, _chosen(request, "in-"), _chosen(request, "leads-"))
            undo = {"may": "meetings.drive", "of": meeting, "back": request.path}
            say_undoable(request, _("The sub-groups are saved."), watched, **undo)
        if "fill" in sent:
            live_breakouts.fill(meeting)
        if sent.get("way") in dict(live_breakouts.WAYS):
            # a press of the console may be sent twice, or late: it makes the first groups only
            if not (request.htmx and meeting.groups.exists()):
                live_breakouts.split(meeting, sent["way"], parse_int(sent.get("number", "")))
            if request.htmx:
                return answer_with(request, meeting, "apart")
        if "apart" in sent:
            live_breakouts.go(meeting, apart=sent["apart"] == "1")
            return answer_with(request, meeting, "apart", "notes")
    return redirect("meetings:breakouts", pk)


def _chosen(request: HttpRequest, prefix: str) -> dict[int, int]:
    names = [name for name in request.POST if name.startswith(prefix) and name.removeprefix(prefix).isdecimal()]
    return {int(name.removeprefix(prefix)): parse_int(request.POST.get(name, "")) for name in names}


# ---------------------------------------------------------------- on the phones


def _press(request: HttpRequest, guest: Guest) -> HttpResponse:
    """A press of somebody who is there; the page then says what came of it."""
    with validation_as_messages(request):
        if not Page(guest).is_here:
            raise ValidationError(_("Say first that you are here."))
        act = next((PRESSES[name] for name in PRESSES if name in request.POST), None)
        if act:
            act(request, guest.meeting, guest)
    return redirect(f"{guest.home}#now")


def _propose(request: HttpRequest, meeting: Meeting, guest: Guest) -> None:
    topic_vote.propose_live(meeting, request.POST["propose"])
    messages.success(request, _("Your topic is proposed, without your name."))


def _dot(request: HttpRequest, meeting: Meeting, guest: Guest) -> None:
    topic = get_object_or_404(meeting.topics, pk=parse_int(request.POST.get("dot", "")))
    topic_vote.give_dot(meeting, topic, guest.membership, gives=request.POST.get("gives") == "1")


def _go_on(request: HttpRequest, meeting: Meeting, guest: Guest) -> None:
    topic_vote.say_whether_to_continue(meeting, guest.membership, goes_on=request.POST["goes_on"] == "yes")


def _read_rules(request: HttpRequest, meeting: Meeting, guest: Guest) -> None:
    rules_display.say_read(meeting, guest.membership, in_person=bool(guest.token))


def _write_line(request: HttpRequest, meeting: Meeting, guest: Guest) -> None:
    form = GroupLineForm(request.POST)
    if not form.is_valid():
        raise refusal(form)
    fields = form.cleaned_data
    live_breakouts.write_in_group(meeting, guest.membership, fields.pop("group"), **fields)


PRESSES: dict[str, Callable[[HttpRequest, Meeting, Guest], None]] = {
    "propose": _propose,
    "dot": _dot,
    "goes_on": _go_on,
    "rules": _read_rules,
    "text": _write_line,
}


@require_POST
@for_guest
def press(request: HttpRequest, guest: Guest) -> HttpResponse:
    return _press(request, guest)


@require_POST
@in_room
def press_in_room(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    guest = phone.guest_of(request, code=meeting.code)
    return _press(request, guest) if guest else redirect("meetings:room", meeting.code)
