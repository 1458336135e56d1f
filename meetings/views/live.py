"""Running a meeting on a screen: the console of those who run it, and the group's screen.

Every gesture is a form post that also works without JavaScript. A page that can swap gets the fragments the gesture
changed; what others change comes by `refresh`, asked every few seconds with the revision the page last saw.
"""

import uuid
from collections.abc import Callable
from functools import cached_property, partial

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl.shortcuts import explaining, fetch
from meetings import (
    absences,
    attendance,
    choosing,
    corrections,
    notes,
    recalling,
    recording,
    rooms,
    running,
    turns,
    working_apart,
)
from meetings.corrections import Because
from meetings.live_forms import (
    AttendanceForm,
    CorrectionForm,
    GuestsForm,
    MinutesForm,
    NoteEditForm,
    NoteForm,
    SynthesisForm,
    TopicForm,
    WalkInForm,
)
from meetings.models import AgendaItem, Attendance, Meeting, Note, Topic
from meetings.roster import Roster, roster_of
from meetings.timing import PROPOSED_BEFORE, Timing, timing_of

PAGE = "meetings/live.html"
PARTS = frozenset({"clock", "agenda", "choice", "alerts", "notes", "topics", "roster", "turns", "apart", "synthesis"})
with_community = Meeting.objects.select_related("community", "note_taker", "closed_by")


class Console:
    """What the page shows, each part read only if it is drawn."""

    def __init__(self, meeting: Meeting, user) -> None:
        self.meeting = meeting
        self.user = user
        may = {perm: user.has_perm(f"meetings.{perm}", meeting) for perm in ("drive", "take_notes")}
        self.may_drive = may["drive"]
        self.drives = may["drive"] and meeting.is_live
        self.writes = may["take_notes"] and meeting.is_live
        self.may_record = user.has_perm("meetings.record", meeting)
        self.may_follow_up = user.has_perm("meetings.follow_up", meeting)
        writes = user.has_perm(f"meetings.{attendance_permission(meeting)}", meeting) and bool(meeting.started_at)
        self.ticks = writes and not meeting.closed_at
        self.corrects = writes and bool(meeting.closed_at)  # on the roster's own page, where the reason is asked

    @cached_property
    def timing(self) -> Timing:
        return timing_of(self.meeting, list(self.meeting.agenda.all()))

    @cached_property
    def roster(self) -> Roster:
        return roster_of(self.meeting)

    @cached_property
    def notes(self) -> list[Note]:
        """But those a sub-group has not brought back yet."""
        newest_first = self.meeting.notes.brought_back().order_by("-written_at", "-pk")
        return list(newest_first.select_related("author", "assignee__user", "item", "group"))

    @cached_property
    def highlights(self) -> list[Note]:
        kept = (Note.Kind.HIGHLIGHT, Note.Kind.IDEA, Note.Kind.DECISION)
        return [note for note in reversed(self.notes) if note.kind in kept]

    @cached_property
    def topics(self) -> list[Topic]:
        """With the minutes each has taken; while the group chooses, what it can choose from is in its own panel."""
        found = self.meeting.topics.order_by("proposed_on", "pk")
        if self.choice.is_choosing:
            found = found.exclude(state__in=Topic.WAITING)
        spent: dict[int | None, int] = {}
        for block in self.timing.blocks:
            spent[block.item.topic_id] = spent.get(block.item.topic_id, 0) + (block.item.actual_minutes or 0)
        topics = list(found)
        for topic in topics:
            topic.spent = spent.get(topic.pk, 0)
        return topics

    @cached_property
    def choice(self) -> choosing.Choice:
        return choosing.Choice(self.meeting, self.timing.current)

    @cached_property
    def voices(self) -> list[turns.Voice]:
        return turns.voices(self.meeting)

    @property
    def heard(self) -> list[turns.Voice]:
        return [voice for voice in self.voices if voice.was_heard]

    @property
    def not_heard(self) -> list[turns.Voice]:
        return [voice for voice in self.voices if not voice.was_heard]

    @cached_property
    def groups(self) -> working_apart.Groups:
        return working_apart.Groups(self.meeting)

    @cached_property
    def not_asked_about_recording(self) -> int:
        """People who came in while it is recorded, and have not said whether they agree."""
        return recording.arrivals_not_asked(self.meeting) if self.meeting.is_live else 0

    @cached_property
    def rules_read(self) -> int:
        return self.meeting.rules_read.count() if self.rules else 0

    @cached_property
    def backlog(self) -> list[Topic]:
        return list(self.meeting.community.topics.waiting().filter(meeting=None))

    @cached_property
    def next_meeting(self) -> Meeting | None:
        return running.next_meeting(self.meeting)

    @cached_property
    def people(self) -> list:
        """Who may take an action."""
        return list(attendance.people_of(self.meeting).only("community", "user__first_name", "user__last_name"))

    @cached_property
    def facilitators(self) -> list:
        return list(self.meeting.facilitators.all())

    @property
    def recalls(self) -> bool:
        """The open block is that of the purpose and the rules."""
        current = self.timing.current
        return current is not None and current.kind == AgendaItem.Kind.FRAME

    @cached_property
    def rules(self) -> list:
        return recalling.rules_at(self.meeting) if self.recalls else []

    @cached_property
    def objectives(self) -> list[str]:
        return recalling.objectives_of(self.meeting) if self.recalls else []

    @property
    def discussed(self) -> int:
        return sum(topic.state == Topic.State.DISCUSSED for topic in self.topics)

    @property
    def evaluation_done(self) -> bool:
        return bool(self.timing.evaluation and self.timing.evaluation.started_at)

    @property
    def propose_at(self):
        return self.meeting.ends_at - PROPOSED_BEFORE

    @property
    def kinds(self) -> list[tuple[str, str, str]]:
        signs = {kind: sign for sign, kind in notes.SIGNS.items()}
        return [(kind.value, kind.label, signs[kind]) for kind in Note.Kind]

    @property
    def qr(self) -> str:
        return rooms.qr_of(self.meeting)

    @property
    def short_address(self) -> str:
        return rooms.short_address()


@require_safe
def console(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.run")
    if meeting.cancelled_at:
        messages.warning(request, _("This meeting was cancelled."))
        return redirect(meeting)
    return _page(request, meeting)


def _page(request: HttpRequest, meeting: Meeting, status: int = 200, **extra) -> HttpResponse:
    context = {"meeting": meeting, "console": Console(meeting, request.user), "key": uuid.uuid4(), "parts": PARTS}
    return render(request, PAGE, context | extra, status=status)


@require_safe
def refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing new: 204, in three queries with the session's. Otherwise all that can have changed, but fields."""
    if not choosing.is_due(request.GET) and running.is_unchanged(pk, number_in(request.GET, "revision"), request.user):
        return HttpResponse(status=204)
    meeting = fetch(request, with_community, pk=pk, may="meetings.run")
    if meeting.cancelled_at or (meeting.started_at and "waiting" in request.GET):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return _parts(request, meeting, *PARTS, pulse=True)


def _parts(request: HttpRequest, meeting: Meeting, *parts: str, status: int = 200, **extra) -> HttpResponse:
    context = {"meeting": meeting, "console": Console(meeting, request.user), "parts": set(parts), "oob": True}
    return render(request, f"{PAGE}#changes", context | extra, status=status)


def answer_with(request: HttpRequest, meeting: Meeting, *parts: str, **extra) -> HttpResponse:
    """The fragments a gesture has changed; the whole page where the browser cannot swap."""
    if not request.htmx:
        return redirect("meetings:live", meeting.pk)
    meeting.refresh_from_db(from_queryset=with_community)
    return _parts(request, meeting, *parts, **extra)


def _refused(request: HttpRequest, meeting: Meeting, form) -> HttpResponse:
    """A sentence that says why; the page keeps what was typed."""
    for sentences in form.errors.values():
        for sentence in sentences:
            messages.error(request, sentence)
    return sorry(request, meeting)


def sorry(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    if request.htmx:
        return HttpResponse(status=422)
    return redirect("meetings:roster" if meeting.closed_at else "meetings:live", meeting.pk)


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.drive")
    with explaining(request):
        running.start(meeting)
    return redirect("meetings:live", pk)


@require_POST
def next_block(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.drive")
    item = meeting.agenda.filter(pk=number_in(request.POST, "item")).first()
    if item is None:
        return sorry(request, meeting)
    with explaining(request):
        running.advance(meeting, item)
    return answer_with(request, meeting, "clock", "agenda", "choice")


@require_POST
def add_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.drive")
    form = MinutesForm(request.POST)
    if not form.is_valid():
        return _refused(request, meeting, form)
    with explaining(request):
        running.give_minutes(meeting, form.cleaned_data["item"], form.cleaned_data["total"])
    return answer_with(request, meeting, "clock", "agenda", "choice")


def attendance_permission(meeting: Meeting) -> str:
    """Those who run it record it; once it is closed, fewer people correct it."""
    return "correct_attendance" if meeting.closed_at else "record_attendance"


def _fetch_for_attendance(request: HttpRequest, pk: int) -> Meeting:
    meeting = fetch(request, with_community, pk=pk)
    if not request.user.has_perm(f"meetings.{attendance_permission(meeting)}", meeting):
        raise PermissionDenied
    return meeting


def _roster_answer(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    if not meeting.closed_at:
        return answer_with(request, meeting, "roster")
    if not request.htmx:
        return redirect("meetings:roster", meeting.pk)
    meeting.refresh_from_db(from_queryset=with_community)
    return render(request, "meetings/roster.html#changes", _roster_context(request, meeting) | {"oob": True})


def _roster_context(request: HttpRequest, meeting: Meeting) -> dict:
    console = Console(meeting, request.user)
    console.ticks = console.ticks or console.corrects
    return {
        "meeting": meeting,
        "console": console,
        "corrections": corrections.history(meeting) if meeting.closed_at else [],
        "published_year": corrections.published_year(meeting),
        "why": CorrectionForm(),
        "absences": absences.told_of(meeting) if meeting.closed_at else None,
    }


@require_safe
def list_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Who came, on a page of its own: read, and corrected after the closing by those who may."""
    meeting = fetch(request, with_community, pk=pk, may="meetings.see_attendance")
    context = _roster_context(request, meeting)
    context["writes_choices"] = "choix" in request.GET  # for a browser without scripts: elsewhere they unfold by script
    return render(request, "meetings/roster.html", context)


def _write_attendance(request: HttpRequest, meeting: Meeting, form: forms.Form, write: Callable) -> HttpResponse:
    """What was sent and, once the meeting is closed, why; written, or a sentence says what is missing. A console that
    was still open asks for no reason."""
    why = CorrectionForm(request.POST) if meeting.closed_at and "why" in request.POST else None
    for sent in (form, why):
        if sent is not None and not sent.is_valid():
            return _refused(request, meeting, sent)
    try:
        write(**form.cleaned_data, by=request.user, because=Because(**why.cleaned_data) if why else None)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _refused(request, meeting, form)
    return _roster_answer(request, meeting)


@require_POST
def record_attendance(request: HttpRequest, pk: int, membership_pk: int) -> HttpResponse:
    meeting = _fetch_for_attendance(request, pk)
    membership = get_object_or_404(meeting.community.memberships, pk=membership_pk)
    said = {"status": request.POST.get("status"), "mode": request.GET.get("mode"), "mark": request.GET.get("mark")}
    return _write_attendance(request, meeting, AttendanceForm(said), partial(attendance.record, meeting, membership))


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
def add_note(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.take_notes")
    form = NoteForm(request.POST, meeting=meeting)
    if not form.is_valid():
        return _refused(request, meeting, form)
    try:
        notes.add(meeting, **form.cleaned_data, by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return _refused(request, meeting, form)
    return answer_with(request, meeting, "notes", "topics", "choice")


def _fetch_note(request: HttpRequest, pk: int) -> Note:
    note = fetch(request, Note.objects.select_related("meeting__community", "assignee", "topic", "author"), pk=pk)
    if not request.user.has_perm("meetings.take_notes", note.meeting):
        raise PermissionDenied
    return note


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
        "assignee": _number(typed.get("assignee"), note.assignee_id if not typed else 0),
        "due_on": typed.get("due_on", note.due_on.isoformat() if note.due_on else ""),
        "kinds": Note.Kind.choices,
        "people": list(attendance.people_of(note.meeting)),
    }
    template = "meetings/note_form.html"
    return render(request, f"{template}#editor" if request.htmx else template, context, status=status)


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
    with explaining(request):
        notes.restore(meeting, request.POST.get("sealed", ""))
    return answer_with(request, meeting, "notes", "topics", "undo")


@require_POST
def tick_topic(request: HttpRequest, pk: int, topic_pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.run")
    topic = get_object_or_404(meeting.community.topics, pk=topic_pk)
    form = TopicForm(request.POST)
    if not form.is_valid():
        return _refused(request, meeting, form)
    verb = {
        "discussed": running.mark_discussed,
        "undo": running.unmark_discussed,
        "postpone": running.postpone,
        "bring": choosing.bring_now,
    }[form.cleaned_data["do"]]
    with explaining(request):
        verb(meeting, topic)
    return answer_with(request, meeting, "topics", "choice")


@require_POST
def save_synthesis(request: HttpRequest, pk: int) -> HttpResponse:
    """Saved by itself as it is typed. When someone else wrote meanwhile, both texts are shown and nothing is lost."""
    meeting = fetch(request, with_community, pk=pk, may="meetings.take_notes")
    form = SynthesisForm(request.POST)
    if not form.is_valid():
        return _refused(request, meeting, form)
    text, version = _resolved(meeting, form.cleaned_data)
    with explaining(request):
        if running.save_synthesis(meeting, text, version):
            return _saved(request, meeting, replaces=form.cleaned_data["resolve"] in ("theirs", "both"))
        return _in_conflict(request, meeting, text)
    return sorry(request, meeting)


def _resolved(meeting: Meeting, sent: dict) -> tuple[str, int]:
    """The text to write, and the version it goes over."""
    if not sent["resolve"]:
        return sent["text"], sent["version"]
    theirs, seen = meeting.synthesis, sent["seen"] or 0
    texts = {"mine": sent["text"], "theirs": theirs, "both": f"{theirs}\n\n{sent['text']}".strip()}
    return texts[sent["resolve"]], seen


def _saved(request: HttpRequest, meeting: Meeting, *, replaces: bool) -> HttpResponse:
    if not request.htmx:
        return redirect("meetings:live", meeting.pk)
    context = {"meeting": meeting, "console": Console(meeting, request.user), "oob": True, "replaces": replaces}
    context["saved_at"] = timezone.now()
    return render(request, f"{PAGE}#synthesis_saved", context)


def _in_conflict(request: HttpRequest, meeting: Meeting, mine: str) -> HttpResponse:
    if not request.htmx:
        return _page(request, meeting, status=409, mine=mine, conflict=True)
    context = {"meeting": meeting, "conflict": True}
    return render(request, f"{PAGE}#synthesis_state", context, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """What is not done yet is said, and blocks nothing."""
    meeting = fetch(request, with_community, pk=pk, may="meetings.drive")
    if request.method == "POST":
        with explaining(request):
            running.close(meeting, by=request.user)
        return redirect("meetings:live", pk)
    template = "meetings/close.html"
    context = {"meeting": meeting, "console": Console(meeting, request.user)}
    return render(request, f"{template}#checklist" if request.htmx else template, context)


@require_safe
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """What the whole group sees, on a projector or a shared window: it follows, and never drives."""
    seen = number_in(request.GET, "revision")
    if not choosing.is_due(request.GET) and running.is_unchanged(pk, seen, request.user):
        return HttpResponse(status=204)
    meeting = fetch(request, with_community, pk=pk, may="meetings.run")
    context = {"meeting": meeting, "console": Console(meeting, request.user)}
    return render(request, "meetings/screen.html" + ("#stage" if request.htmx else ""), context)


def number_in(sent, name: str) -> int:
    return _number(sent.get(name))


def _number(text: str | None, default: int | None = -1) -> int | None:
    """A number sent by a page, or none that could match."""
    try:
        number = int(text or "")
    except ValueError:
        return default
    return number if abs(number) < 2**31 else default
