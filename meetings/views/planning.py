"""Planning: the lists, the series, a meeting's own page, its changes and its agenda."""

import zoneinfo
from collections import defaultdict

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import ZONES
from cmtl.shortcuts import explaining, fetch
from communities.models import Community
from meetings import links, phone, planning, preparation
from meetings.forms import BlockForm, CancelForm, DateForm, EditForm, PlanForm, Rows, SeriesForm
from meetings.invitations import Turnout
from meetings.models import Attendance, Meeting, Note, Topic

PAGE = 20
asks_and_answers = require_http_methods(["GET", "HEAD", "POST"])

# ------------------------------------------------------------ lists


@require_safe
def list_meetings(request):
    mine = Meeting.objects.visible_to(request.user)
    led = list(Community.objects.led_by(request.user).active())
    return render(request, "meetings/meeting_list.html", {**_lists(request, mine), "led": led})


@require_safe
def list_of_community(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.read")
    context = {
        **_lists(request, Meeting.objects.visible_to(request.user).filter(community=community)),
        "community": community,
        "tab": "meetings",
        "may_plan": request.user.has_perm("meetings.plan", community),
    }
    return render(request, "meetings/meeting_list.html", context)


def _lists(request, meetings):
    now = timezone.now()
    rows = meetings.select_related("community").with_replies().with_turnout()
    ahead = Q(ends_at__gte=now) | Q(started_at__isnull=False)
    past = rows.exclude(ahead, cancelled_at=None, closed_at=None).order_by("-starts_at", "-pk")
    page = Paginator(past, PAGE).get_page(request.GET.get("page"))
    upcoming = list(rows.upcoming(now)) if page.number == 1 else []
    return {"upcoming": upcoming, "page": page}


# ------------------------------------------------------------ planning


@asks_and_answers
def plan_meetings(request, pk):
    """One page: dates typed or generated, then what they share. Every button but the last only re-shows it."""
    community = fetch(request, Community, pk=pk, may="meetings.plan")
    zone = {"zone": zoneinfo.ZoneInfo(community.time_zone)}
    if request.method != "POST":
        form, series = PlanForm.blank(community, request.user), SeriesForm(initial=_school_year(), prefix="series")
        return _plan_page(request, community, form, Rows(DateForm, [_blank_date()], **zone), series)
    rows, step = Rows.read(DateForm, request.POST, **zone), request.POST.get("step", "")
    if step == "generate":
        series = SeriesForm(request.POST, prefix="series")
        if series.is_valid():
            _add_series(request, rows, series)
        return _plan_page(request, community, _unchecked(PlanForm, community, request), rows, series)
    series = SeriesForm.kept(request.POST)
    if step != "plan":
        rows.take(step, _blank_date(rows))
        return _plan_page(request, community, _unchecked(PlanForm, community, request), rows, series)
    rows.rows = [row for row in rows.rows if row["day"]]
    form = PlanForm(request.POST, community=community)
    if not all([form.is_valid(), rows.is_valid(), rows.rows]):
        return _plan_page(request, community, form, rows, series, status=422)
    return _create(request, community, form, rows)


def _create(request, community, form, rows):
    starts = [row["starts_at"] for row in rows.cleaned]
    planned = planning.plan(community, starts, **form.values())
    for date in rows.lines:
        if date.warning:
            messages.warning(request, date.warning)
    said = ngettext("%(n)s meeting is planned.", "%(n)s meetings are planned.", len(planned)) % {"n": len(planned)}
    messages.success(request, said)
    return redirect(planned[0]) if len(planned) == 1 else redirect("meetings:of_community", community.pk)


def _add_series(request, rows, series):
    """The dates found join those typed; a line left empty makes room for them."""
    found = series.dates()
    typed = [row for row in rows.rows if row["day"]]
    known = {row["day"] for row in typed}
    rows.rows = typed + [row for row in found if row["day"] not in known]
    if not found:
        series.add_error(None, _("There is no such day between these two dates."))


def _plan_page(request, community, form, rows, series, status=200):
    template = "meetings/meeting_plan.html" + ("#dates" if request.htmx else "")
    context = {
        "community": community,
        "zone": dict(ZONES).get(community.time_zone, community.time_zone),
        "form": form,
        "rows": rows,
        "series": series,
        "no_date": status == 422 and not rows.rows,
        "topics": _topic_titles(community),
    }
    return render(request, template, context, status=status)


def _unchecked(form_class, community, request):
    """What was typed so far, shown again without remarks: the person is not done."""
    sent = {name: request.POST.get(name, "") for name in form_class.base_fields}
    sent["facilitators"] = request.POST.getlist("facilitators")
    return form_class(initial=sent, community=community)


def _blank_date(rows=None):
    last = rows.rows[-1]["starts"] if rows and rows.rows else ""
    return {"day": "", "starts": last or "12:00"}


def _school_year():
    """From September to June: the coming one, or what is left of this one."""
    today = timezone.localdate()
    ends = today.year if today.month < 6 else today.year + 1
    return {"since": max(today, today.replace(month=9, day=1)) if today.month >= 6 else today, "until": f"{ends}-06-30"}


def _topic_titles(community):
    """The backlog, offered while typing a topic."""
    return list(community.topics.filter(state__in=Topic.WAITING).values_list("title", flat=True)[:40])


# ------------------------------------------------------------ a meeting's own page


@require_safe
def show_meeting(request, pk):
    rows = Meeting.objects.select_related("community__programme", "note_taker", "recording").with_turnout()
    meeting = fetch(request, rows.prefetch_related("agenda__topic", "facilitators", "topics"), pk=pk)
    user = request.user
    may = {name: user.has_perm(f"meetings.{name}", meeting) for name in SHOWN_BY_RIGHT}
    may["survey"] = user.has_perm("evaluations.see_results", meeting)
    membership = meeting.community.memberships.filter(user=user).first()
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "may": may,
        "steps": preparation.steps(meeting) if may["edit"] and meeting.is_open else [],
        "warnings": planning.warnings(meeting) if may["edit"] and meeting.is_open else [],
        "turnout": Turnout.of(meeting) if may["see_replies"] and meeting.invited_at else None,
        "shows_link": may["see_link"] or (may["join"] and phone.shows_link(meeting)),
        "own_page": links.address_for(meeting, membership) if membership and _has_page(meeting, membership) else "",
        "total_minutes": sum(block.minutes for block in meeting.agenda.all()),
        **_kept(meeting, may),
    }
    return render(request, "meetings/meeting_detail.html", context)


SHOWN_BY_RIGHT = (
    "edit",
    "record",
    "cancel",
    "invite",
    "see_replies",
    "run",
    "see_link",
    "join",
    "follow_up",
    "see_notes",
    "see_attendance",
)


def _has_page(meeting, membership):
    return membership.status != membership.Status.ALUMNI and timezone.now() <= meeting.ends_at + links.LIFETIME


def _kept(meeting, may):
    """What is shown of a meeting that took place: the team sees it all; members, what the community decided."""
    levels = meeting.community.MinutesLevel
    is_published = meeting.followed_up_at is not None
    level = meeting.community.minutes_level
    sees_notes = may["see_notes"] or (is_published and level == levels.FULL)
    sees_synthesis = may["see_notes"] or (is_published and level in (levels.SYNTHESIS, levels.FULL))
    came = []
    if may["see_attendance"] and meeting.started_at:
        came = meeting.attendances.filter(status=Attendance.Status.PRESENT)
        came = list(came.select_related("membership__user", "membership__organisation").order_by("membership"))
    return {
        "came": came,
        "notes": _by_kind(meeting) if sees_notes else [],
        "synthesis": meeting.synthesis if sees_synthesis else "",
    }


def _by_kind(meeting):
    found = defaultdict(list)
    for note in meeting.notes.select_related("assignee__user"):
        found[note.kind].append(note)
    return [(label, found[kind]) for kind, label in Note.Kind.choices if found[kind]]


# ------------------------------------------------------------ changing


@asks_and_answers
def edit_meeting(request, pk):
    meeting = fetch(request, Meeting.objects.select_related("community"), pk=pk, may="meetings.edit")
    form = EditForm(request.POST or None, instance=meeting, community=meeting.community)
    if request.method != "POST" or not form.is_valid():
        return _edit_page(request, meeting, form, status=422 if request.method == "POST" else 200)
    with explaining(request):
        sequence = meeting.sequence
        if not planning.change(meeting, version=form.cleaned_data["version"], **form.values()):
            return _conflict(request, meeting.pk)
        _say_changed(request, meeting, has_moved=meeting.sequence != sequence)
    return redirect(meeting)


def _edit_page(request, meeting, form, status=200, theirs=()):
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "form": form,
        "theirs": theirs,
        "topics": _topic_titles(meeting.community),
    }
    return render(request, "meetings/meeting_form.html", context, status=status)


def _conflict(request, pk):
    """Someone saved first: what they wrote beside what was typed here, field by field; saving again is a choice."""
    meeting = Meeting.objects.select_related("community").get(pk=pk)
    sent = request.POST.copy()
    sent["version"] = meeting.version
    form = EditForm(sent, instance=meeting, community=meeting.community)
    form.is_valid()
    theirs = [(form[name].label, form.kept(name)) for name in form.changed_data if name != "version"]
    return _edit_page(request, meeting, form, status=409, theirs=theirs)


def _say_changed(request, meeting, *, has_moved):
    messages.success(request, _("The meeting is saved."))
    if has_moved and meeting.is_open and (warning := planning.past_warning(meeting.starts_at, meeting.zone)):
        messages.warning(request, warning)
    elif has_moved and meeting.invited_at:
        messages.info(request, _("Everyone invited is told of the change by e-mail, with a new calendar file."))


@asks_and_answers
def edit_agenda(request, pk):
    meetings = Meeting.objects.select_related("community").prefetch_related("agenda")
    meeting = fetch(request, meetings, pk=pk, may="meetings.edit")
    if request.method != "POST":
        return _agenda_page(request, meeting, Rows(BlockForm, _blocks_of(meeting)))
    rows, step = Rows.read(BlockForm, request.POST), request.POST.get("step", "")
    if step != "save":
        rows.take(step, {"pk": "", "kind": "exchange", "title": "", "minutes": "10"})
        return _agenda_page(request, meeting, rows, version=request.POST.get("version"))
    if not rows.is_valid() or not rows.rows:
        return _agenda_page(request, meeting, rows, version=request.POST.get("version"), status=422)
    sent = request.POST.get("version", "")
    if not planning.arrange(meeting, rows.cleaned, version=int(sent) if sent.isdecimal() and len(sent) < 9 else -1):
        meeting = meetings.get(pk=pk)
        return _agenda_page(request, meeting, rows, theirs=list(meeting.agenda.all()), status=409)
    messages.success(request, _("The agenda is saved."))
    return redirect(meeting)


def _blocks_of(meeting):
    return [{"pk": b.pk, "kind": b.kind, "title": b.title, "minutes": b.minutes} for b in meeting.agenda.all()]


def _agenda_page(request, meeting, rows, *, version=None, theirs=None, status=200):
    template = "meetings/agenda_form.html" + ("#blocks" if request.htmx else "")
    minutes = [str(form["minutes"].value()) for form in rows.lines]
    total = sum(int(m) for m in minutes if m.isdecimal() and len(m) < 5)
    last = rows.lines[-1] if rows.rows else None
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "rows": rows,
        "version": meeting.version if version is None or theirs is not None else version,
        "theirs": theirs,
        "total": total,
        "difference": total - meeting.minutes,
        "keeps_last": bool(last) and last["kind"].value() == "evaluation" and minutes[-1] not in list("01234"),
        "opened": {b.pk for b in meeting.agenda.all() if b.started_at},
    }
    return render(request, template, context, status=status)


@asks_and_answers
def cancel_meeting(request, pk):
    meeting = fetch(request, Meeting.objects.select_related("community"), pk=pk, may="meetings.cancel")
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explaining(request):
            planning.cancel(meeting, form.cleaned_data["because"])
            messages.success(request, _("The meeting is cancelled."))
        return redirect(meeting)
    told = meeting.community.memberships.invitable().exclude(user__email=None).count() if meeting.invited_at else 0
    context = {"meeting": meeting, "community": meeting.community, "form": form, "told": told}
    return render(request, "meetings/meeting_cancel.html", context, status=422 if request.method == "POST" else 200)
