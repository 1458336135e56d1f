"""What is written during a meeting: lines under its topics, the topics discussed, the synthesis."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cmtl.numbers import parse_int
from cmtl.shortcuts import fetch, validation_as_messages
from meetings.domain.attendance import attendance
from meetings.domain.live import live_session, notes, topic_vote
from meetings.models import Meeting, Minutes, Note
from meetings.web.live.console_page import Console
from meetings.web.live.live import answer_with, page_of, refused, sorry, with_community
from meetings.web.live.live_forms import NoteEditForm, NoteForm, SynthesisForm, TopicForm, action_of


@require_POST
def add_note(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.take_notes")
    form = NoteForm(request.POST, meeting=meeting)
    if not form.is_valid():
        return refused(request, meeting, form)
    try:
        notes.add(meeting, **form.cleaned_data, by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return refused(request, meeting, form)
    return answer_with(request, meeting, "notes", "topics", "choice")


@require_POST
def read_action(request: HttpRequest, pk: int) -> HttpResponse:
    """What a line being typed would be as an action, for the page to show before it is sent. Nothing is written; a
    post, so that the words stay out of the logs."""
    meeting = fetch(request, with_community, pk=pk, may="meetings.take_notes")
    _kind, text = notes.read_line(request.POST.get("text", "")[:600], Note.Kind.ACTION)
    action = action_of(meeting, text, request.POST.getlist("as_is"))
    day = action.due_on.isoformat() if action.due_on else ""
    return JsonResponse({"text": action.text, "assignee": action.assignee and action.assignee.pk, "due_on": day})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_note(request: HttpRequest, pk: int) -> HttpResponse:
    """A line in a small window, out of reach of what others change meanwhile."""
    note = _fetch_note(request, pk)
    form = NoteEditForm(request.POST or None, meeting=note.meeting)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        try:
            if notes.edit(note, fields.pop("version"), **fields):
                return _edited(request, note.meeting)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _editor(request, note, form, theirs=note, status=409)
    return _editor(request, note, form, status=422 if form.is_bound else 200)


@require_POST
def delete_note(request: HttpRequest, pk: int) -> HttpResponse:
    """What was removed can be put back at once."""
    note = _fetch_note(request, pk)
    meeting, text = note.meeting, note.text
    sealed = notes.remove(note)
    return answer_with(request, meeting, "notes", "topics", "undo", sealed=sealed, removed=text)


@require_POST
def restore_note(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.take_notes")
    with validation_as_messages(request):
        notes.restore(meeting, request.POST.get("sealed", ""))
    return answer_with(request, meeting, "notes", "topics", "undo")


def _fetch_note(request: HttpRequest, pk: int) -> Note:
    note = fetch(request, Note.objects.select_related("meeting__community", "assignee", "topic", "author"), pk=pk)
    if not request.user.has_perm("meetings.take_notes", note.meeting):
        raise PermissionDenied
    return note


def _edited(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    response = answer_with(request, meeting, "notes", "topics", "synthesis")
    if request.htmx:
        response["HX-Reswap"] = "none"
        response["HX-Trigger"] = "note-saved"
    return response


def _editor(request: HttpRequest, note: Note, form, *, status: int, theirs: Note | None = None) -> HttpResponse:
    """After a conflict, the field holds one's own words and the others' are shown beside."""
    typed = form.data if form.is_bound else {}
    context = {
        "note": note,
        "form": form,
        "theirs": theirs,
        "text": typed.get("text", note.text),
        "kind": typed.get("kind", note.kind),
        "assignee": parse_int(typed.get("assignee", "")) if typed else note.assignee_id,
        "due_on": typed.get("due_on", note.due_on.isoformat() if note.due_on else ""),
        "kinds": Note.Kind.choices,
        "people": list(attendance.people_of(note.meeting)),
    }
    template = "meetings/live/note_form.html"
    return render(request, f"{template}#editor" if request.htmx else template, context, status=status)


@require_POST
def tick_topic(request: HttpRequest, pk: int, topic_pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.run")
    topic = get_object_or_404(meeting.community.topics, pk=topic_pk)
    form = TopicForm(request.POST)
    if not form.is_valid():
        return refused(request, meeting, form)
    verb = {
        "discussed": live_session.mark_discussed,
        "undo": live_session.unmark_discussed,
        "postpone": live_session.postpone,
        "bring": topic_vote.bring_now,
    }[form.cleaned_data["do"]]
    with validation_as_messages(request):
        verb(meeting, topic, by=request.user)
    return answer_with(request, meeting, "topics", "choice")


@require_POST
def save_synthesis(request: HttpRequest, pk: int) -> HttpResponse:
    """Saved by itself as it is typed. When someone else wrote meanwhile, both texts are shown and nothing is lost."""
    meeting = fetch(request, with_community, pk=pk, may="meetings.take_notes")
    form = SynthesisForm(request.POST)
    if not form.is_valid():
        return refused(request, meeting, form)
    text, version = _resolved(meeting, form.cleaned_data)
    with validation_as_messages(request):
        if live_session.save_synthesis(meeting, text, version):
            return _saved(request, meeting, replaces=form.cleaned_data["resolve"] in ("theirs", "both"))
        return _in_conflict(request, meeting, text)
    return sorry(request, meeting)


def _resolved(meeting: Meeting, sent: dict) -> tuple[str, int]:
    """The text to write, and the version it goes over."""
    if not sent["resolve"]:
        return sent["text"], sent["version"]
    theirs, seen = Minutes.of(meeting).synthesis, sent["seen"] or 0
    texts = {"mine": sent["text"], "theirs": theirs, "both": f"{theirs}\n\n{sent['text']}".strip()}
    return texts[sent["resolve"]], seen


def _saved(request: HttpRequest, meeting: Meeting, *, replaces: bool) -> HttpResponse:
    if not request.htmx:
        return redirect("meetings:live", meeting.pk)
    context = {"meeting": meeting, "console": Console(meeting, request.user), "oob": True, "replaces": replaces}
    context["saved_at"] = timezone.now()
    return render(request, "meetings/live/_synthesis_saved.html", context)


def _in_conflict(request: HttpRequest, meeting: Meeting, mine: str) -> HttpResponse:
    if not request.htmx:
        return page_of(request, meeting, status=409, mine=mine, conflict=True)
    context = {"meeting": meeting, "conflict": True}
    return render(request, "meetings/live/_synthesis_state.html", context, status=409)
