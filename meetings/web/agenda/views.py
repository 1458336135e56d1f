"""The agenda of a meeting, block by block."""

import datetime as dt

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cmtl.numbers import parse_int, parse_ints
from cmtl.shortcuts import fetch, fragment, validation_as_messages
from cmtl.undoing import say_done
from meetings.domain.agenda import agenda_models, agendas, methods
from meetings.models import Meeting
from meetings.web.agenda.forms import BlockForm
from meetings.web.rows import Rows, places


@require_http_methods(["GET", "HEAD", "POST"])
def edit_agenda(request, pk):
    meetings = Meeting.objects.select_related("community").prefetch_related("agenda")
    meeting = fetch(request, meetings, pk=pk, may="meetings.edit")
    if request.method != "POST":
        return _agenda_page(request, meeting, Rows(BlockForm, _blocks_of(meeting)))
    rows, step = Rows.read(BlockForm, request.POST), request.POST.get("step", "")
    if step != "save":
        rows.take(
            step, {"pk": "", "kind": "exchange", "title": "", "minutes": "10", "goal": "", "method": "", "material": ""}
        )
        return _agenda_page(request, meeting, rows, version=request.POST.get("version"))
    if not rows.is_valid() or not rows.rows:
        return _agenda_page(request, meeting, rows, version=request.POST.get("version"), status=422)
    version = parse_int(request.POST.get("version", ""), -1)
    earlier = agenda_models.before(meeting) if meeting.agenda.all() and agendas.may_reorder(meeting) else ""
    if not agendas.arrange(meeting, rows.cleaned, version=version):
        meeting = meetings.get(pk=pk)
        return _agenda_page(request, meeting, rows, theirs=list(meeting.agenda.all()), status=409)
    if earlier:
        meeting.refresh_from_db(fields=["version"])
        undo = reverse("meetings:apply_agenda", args=[pk])
        say_done(request, _("The agenda is saved."), undo, earlier=earlier, version=str(meeting.version))
    else:
        messages.success(request, _("The agenda is saved."))
    return redirect(meeting)


@require_POST
def move_block(request, pk):
    """On the meeting's own page: dragged, or by a button; saved at once."""
    meetings = Meeting.objects.select_related("community").prefetch_related("agenda__topic")
    meeting = fetch(request, meetings, pk=pk, may="meetings.edit")
    place, other = places(request.POST.get("step", ""))
    version = parse_int(request.POST.get("version", ""), -1)
    with validation_as_messages(request):
        if place != other and not agendas.move(meeting, place, other, version=version):
            messages.error(request, _("Someone else changed this meeting meanwhile: look at it, then move the block."))
    meeting = meetings.get(pk=pk)
    context = {"meeting": meeting, "slots": agendas.slots_of(meeting), "may_move": agendas.may_reorder(meeting)}
    return fragment(request, "meetings/agenda/_slots_moved.html", context, otherwise=meeting)


def _blocks_of(meeting):
    """As saved. Where nothing is written yet, what is usual here is offered: changed or saved as it is."""
    names = ("pk", "kind", "title", "minutes", "goal", "method", "material")
    saved = [{name: getattr(block, name) for name in names} for block in meeting.agenda.all()]
    return saved or [dict.fromkeys(names, "") | block for block in agendas.usual_blocks(meeting)]


def _agenda_page(request, meeting, rows, *, version=None, theirs=None, status=200):
    template = "meetings/agenda/agenda_form.html" + ("#blocks" if request.htmx else "")
    minutes = [str(form["minutes"].value()) for form in rows.lines]
    total = sum(m for m in parse_ints(minutes) if m < 10_000)
    last = rows.lines[-1] if rows.rows else None
    _time(rows.lines, meeting.local_start)
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "rows": rows,
        "version": meeting.version if version is None or theirs is not None else version,
        "theirs": theirs,
        "total": total,
        "difference": total - meeting.length_in_minutes,
        "keeps_last": bool(last) and last["kind"].value() == "evaluation" and minutes[-1] not in list("01234"),
        "opened": {b.pk for b in meeting.agenda.all() if b.started_at},
        "models": meeting.community.agenda_models.all(),
        "methods": methods.METHODS,
        "others": agenda_models.to_copy_from(meeting)[: agenda_models.MOST_COPIED]
        if agendas.may_reorder(meeting) and not request.htmx
        else [],
        "applies_models": agendas.may_reorder(meeting),
        "keeps_models": request.user.has_perm("meetings.plan", meeting.community),
    }
    return render(request, template, context, status=status)


def _time(lines, at):
    """Each line with the hour it starts at, as far as the minutes typed so far say."""
    for line in lines:
        line.starts = at.time()
        at += dt.timedelta(minutes=min(parse_int(str(line["minutes"].value())), 1440))
