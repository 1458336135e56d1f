"""A file of Zoom, Teams, Meet or Webex: sent, reviewed line by line, written once, undone in a press."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl.shortcuts import fetch, validation_as_messages
from communities.models import Membership
from meetings.domain.attendance import attendance, attendance_import
from meetings.models import AttendanceImport, Meeting

SECTIONS = (
    ("decide", gettext_lazy("To decide"), ("several", "guess", "unknown")),
    ("check", gettext_lazy("Recognised by their name: check"), ("name",)),
    ("sure", gettext_lazy("Recognised by their address"), ("address",)),
    ("aside", gettext_lazy("Not counted"), ("crew", "machine")),
)
RECOGNISED = ("address", "name", "several", "guess", "crew")  # one of them at least is in a file of this community


class AttendanceFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Attendance file"),
        help_text=gettext_lazy("The attendance report of Zoom, Teams, Google Meet or Webex: « .csv » or « .xlsx »."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )


def fetch_meeting(request: HttpRequest, **lookup) -> Meeting:
    meeting = fetch(request, Meeting.objects.select_related("community__programme"), **lookup)
    if not request.user.has_perm(attendance.permission(meeting), meeting):
        raise PermissionDenied
    return meeting


def fetch_import(request: HttpRequest, pk: int) -> AttendanceImport:
    read = fetch(request, AttendanceImport, pk=pk)
    read.meeting = fetch_meeting(request, pk=read.meeting_id)
    return read


@require_http_methods(["GET", "HEAD", "POST"])
def import_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch_meeting(request, pk=pk)
    form = AttendanceFileForm(request.POST, request.FILES) if request.method == "POST" else AttendanceFileForm()
    if form.is_bound and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            content = sent.read(attendance_import.attendance_files.MAX_BYTES + 1)
            return redirect(attendance_import.keep(meeting, content, sent.name, by=request.user))
        except ValidationError as refused:
            form.add_error("file", refused)
    earlier = meeting.attendance_imports.filter(applied_at__isnull=False, undone_at=None).order_by("-applied_at")
    context = {"meeting": meeting, "form": form, "earlier": earlier}
    return render(request, "meetings/attendance/attendance_import.html", context, status=422 if form.is_bound else 200)


@require_safe
def review_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    read = fetch_import(request, pk)
    if read.applied_at:
        return render(request, "meetings/attendance/attendance_review.html", _result(request, read))
    people = attendance_import.examine(read)
    sections = [
        {"key": key, "title": title, "people": [p for p in people if p.outcome in outcomes]}
        for key, title, outcomes in SECTIONS
    ]
    sees_contacts = request.user.has_perm("communities.see_contacts", read.meeting.community)
    context = {
        "meeting": read.meeting,
        "read": read,
        "sections": [section for section in sections if section["people"]],
        "count": len(people),
        "recognises_nobody": bool(people) and not any(person.outcome in RECOGNISED for person in people),
        "members": _listed(read.meeting, sees_contacts),
        "sees_contacts": sees_contacts,
    }
    return render(request, "meetings/attendance/attendance_review.html", context)


def _result(request: HttpRequest, read: AttendanceImport) -> dict:
    """Who came, all told, and what is to be done next."""
    came = attendance.present_at(read.meeting)
    may_close = read.meeting.is_live and request.user.has_perm("meetings.drive", read.meeting)
    present = len(came) + read.meeting.guests
    return {"meeting": read.meeting, "read": read, "came": came, "present": present, "may_close": may_close}


def _listed(meeting: Meeting, sees_contacts: bool) -> QuerySet[Membership]:
    """Whom a line may be; the pool and those who left are of those who read contacts (permissions.md, C8)."""
    people = meeting.community.memberships.select_related("user").order_by("user__sort_key", "pk")
    return people if sees_contacts else people.filter(status__in={*Membership.CURRENT, *Membership.INVITABLE})


@require_POST
def apply_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    read = fetch_import(request, pk)
    choices = {
        int(name[5:]): choice
        for name, choice in request.POST.items()
        if name.startswith("line-") and name[5:].isdecimal() and len(name) < 15
    }
    with validation_as_messages(request):
        present = attendance_import.apply_import(read, choices, by=request.user)
        if present is None:
            messages.warning(request, _("This file was imported already; nothing was written twice."))
        else:
            said = ngettext("%(n)s person is marked present.", "%(n)s people are marked present.", present)
            messages.success(request, said % {"n": present})
    return redirect(read)


@require_POST
def undo_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    read = fetch_import(request, pk)
    undone = attendance_import.undo_import(read, by=request.user)
    if undone is None:
        messages.warning(request, _("There is nothing left to undo."))
    else:
        said = ngettext("%(n)s line is put back as it was.", "%(n)s lines are put back as they were.", undone)
        messages.success(request, said % {"n": undone})
    return redirect("meetings:import_attendance", read.meeting_id)
