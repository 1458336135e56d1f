"""The register of a meeting's recording: the question, everyone's word, its beginning, its end."""

import datetime as dt

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl.inputs import DayInput
from cmtl.numbers import parse_int
from cmtl.shortcuts import fetch, validation_as_messages
from meetings.domain import recordings as register
from meetings.models import Meeting, Recording
from meetings.web.guests.views import for_guest


class RecordingForm(forms.ModelForm):
    class Meta:
        model = Recording
        fields = ["purpose", "heard_by", "kept_at", "destroy_on"]
        widgets = {
            "destroy_on": DayInput,
            "purpose": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "kept_at": gettext_lazy("On whose computer or in whose account. It is never sent here."),
            "destroy_on": gettext_lazy("As soon as the notes are done; thirty days after the meeting at most."),
        }


@require_http_methods(["GET", "HEAD", "POST"])
def show_recording(request: HttpRequest, pk: int) -> HttpResponse:
    """The question and its words; after that, what everyone said."""
    meeting = fetch(request, Meeting.objects.select_related("community__programme"), pk=pk, may="meetings.record")
    recording = Recording.objects.filter(meeting=meeting).first()
    initial = {
        "purpose": _("To help take notes. It is shared with nobody."),
        "destroy_on": meeting.local_start.date() + dt.timedelta(days=14),
    }
    form = RecordingForm(request.POST or None, instance=recording, initial={} if recording else initial)
    if request.method == "POST" and form.is_valid():
        try:
            register.ask_to_record(meeting, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(
                request, _("Each person present is asked on their phone; you may also note what they say.")
            )
            return redirect("meetings:recording", pk)
        recording = Recording.objects.filter(meeting=meeting).first()
    if recording:
        recording.meeting = meeting
    context = {
        "meeting": meeting,
        "recording": recording,
        "form": form,
        "standing": register.standing_of(recording) if recording else None,
        "latest": register.latest_day(meeting),
    }
    return render(request, "meetings/recordings/recording.html", context, status=422 if form.is_bound else 200)


ACTS = {
    "start": lambda recording, user: register.start_recording(recording),
    "stop": lambda recording, user: register.stop_recording(recording),
    "give-up": lambda recording, user: register.give_up(recording),
    "destroy": lambda recording, user: register.destroy(recording, by=user),
}


@require_POST
def change_recording(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, Meeting.objects.select_related("community__programme"), pk=pk, may="meetings.record")
    act = ACTS.get(request.POST.get("act", ""))
    if act:
        recording = get_object_or_404(Recording, meeting=meeting)
        recording.meeting = meeting
        with validation_as_messages(request):
            act(recording, request.user)
    elif "children" in request.POST:
        register.expect_children(meeting, request.POST["children"] == "yes")
    return redirect("meetings:recording", pk)


@require_safe
def list_recordings(request: HttpRequest) -> HttpResponse:
    """Those that still exist somewhere, the first to go first: reached when the community is archived, and by
    administrators, who hear nothing and read neither what the meeting was about nor who agreed."""
    if not request.user.has_perm("meetings.see_recordings"):
        raise PermissionDenied
    held = Recording.objects.visible_to(request.user).kept().select_related("meeting__community").order_by("destroy_on")
    return render(request, "meetings/recordings/recordings.html", {"recordings": held, "today": timezone.localdate()})


@require_POST
def destroy_recording(request: HttpRequest, pk: int) -> HttpResponse:
    """An obligation, whatever the state of the community: someone says that every copy is gone."""
    held = Recording.objects.select_related("meeting__community__programme")
    recording = fetch(request, held, pk=pk, may="meetings.destroy_recording")
    register.destroy(recording, by=request.user)
    messages.success(request, _("It is written down: the recording is destroyed."))
    return redirect("meetings:recordings")


@require_POST
def note_consent(request: HttpRequest, pk: int) -> HttpResponse:
    """What someone said aloud, noted by whoever leads; or how many guests agreed."""
    meeting = fetch(request, Meeting.objects.select_related("community__programme"), pk=pk, may="meetings.record")
    recording = get_object_or_404(Recording, meeting=meeting)
    recording.meeting = meeting
    number = parse_int(request.POST.get("membership", ""))
    with validation_as_messages(request):
        if request.POST.get("guests"):
            register.guests_agree(recording, meeting.guests)
        elif number:
            membership = get_object_or_404(meeting.community.memberships, pk=number)
            register.record_consent(recording, membership, request.POST.get("agrees") == "yes", by=request.user)
    return redirect("meetings:recording", pk)


@require_POST
@for_guest
def consent(request: HttpRequest, guest) -> HttpResponse:
    """One's own word, from one's own page; it may be taken back on the same page until the recording is destroyed."""
    if not guest.token:
        raise PermissionDenied
    recording = get_object_or_404(Recording.objects.filter(destroyed_at=None), meeting=guest.meeting)
    recording.meeting = guest.meeting
    with validation_as_messages(request):
        register.record_consent(recording, guest.membership, request.POST.get("agrees") == "yes")
    return redirect(guest.home)
