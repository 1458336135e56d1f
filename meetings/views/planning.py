"""Planning: the lists, the series, a meeting's own page, its changes and its agenda."""

import datetime as dt
import zoneinfo
from collections import defaultdict

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import ZONES
from cmtl.numbers import whole_number, whole_numbers, year_in
from cmtl.shortcuts import explaining, fetch
from communities.models import Community, Organisation
from meetings import advising, links, minutes, phone, planning, readiness, replies, series, signing_up
from meetings.forms import BlockForm, CancelForm, EditForm, PlanForm, PlannedDateForm, Rows, SeriesForm
from meetings.invitations import Turnout
from meetings.models import Attendance, Meeting, Note, Topic, supported_by

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
        replaced = community.meetings.filter(pk=whole_number(request.GET.get("remplacer", ""))).first()
        form = PlanForm.blank(community, request.user, like=replaced)
        pattern = SeriesForm(initial=_school_year(), prefix="series")
        dates = _copied(community, request.GET.get("copier", "")) or [_blank_date(like=replaced)]
        rows = Rows(PlannedDateForm, dates, **zone)
        return _plan_page(request, community, form, rows, pattern)
    rows, step = Rows.read(PlannedDateForm, request.POST, **zone), request.POST.get("step", "")
    if step == "generate":
        pattern = SeriesForm(request.POST, prefix="series")
        if pattern.is_valid():
            _add_series(request, rows, pattern)
        return _plan_page(request, community, _unchecked(PlanForm, community, request), rows, pattern)
    pattern = SeriesForm.kept(request.POST)
    if step != "plan":
        said = _add_copies(community, rows, step) if step.startswith("copy-") else ""
        rows.take(step, _blank_date(rows))
        return _plan_page(request, community, _unchecked(PlanForm, community, request), rows, pattern, said=said)
    rows.rows = [row for row in rows.rows if row["day"]]
    form = PlanForm(request.POST, community=community)
    if not all([form.is_valid(), rows.is_valid(), rows.rows]):
        return _plan_page(request, community, form, rows, pattern, status=422)
    return _create(request, community, form, rows)


def _create(request, community, form, rows):
    starts = [row["starts_at"] for row in rows.cleaned]
    titles = {row["starts_at"]: row["title"] for row in rows.cleaned}
    planned = planning.plan(community, starts, titles=titles, **form.values())
    for date in rows.lines:
        if date.warning:
            messages.warning(request, date.warning)
    said = ngettext("%(n)s meeting is planned.", "%(n)s meetings are planned.", len(planned)) % {"n": len(planned)}
    messages.success(request, said)
    if len(planned) == 1:
        return redirect(planned[0])
    return redirect(reverse("meetings:year", args=[community.pk]) + f"?annee={planned[0].local_start.year}")


def _add_series(request, rows, pattern):
    found = pattern.dates()
    _add_dates(rows, found)
    if not found:
        pattern.add_error(None, _("There is no such day between these two dates."))


def _add_dates(rows, found):
    """They join those typed; a line left empty makes room for them."""
    typed = [row for row in rows.rows if row["day"]]
    known = {row["day"] for row in typed}
    rows.rows = typed + [row for row in found if row["day"] not in known]


def _add_copies(community, rows, step):
    """What is said under the button."""
    found = _copied(community, step.removeprefix("copy-"))
    _add_dates(rows, found)
    if not found:
        return _("Every date of that year is planned again already, or would be in the past.")
    n = len(found)
    return ngettext("%(n)s date was copied to the list.", "%(n)s dates were copied to the list.", n) % {"n": n}


def _copied(community, year):
    """That year's dates, a year later, as lines of the page."""
    known = year_in(year, 0)
    found = series.copied_from(community, known, after=timezone.localdate()) if known else []
    return [{"day": day.isoformat(), "starts": clock.strftime("%H:%M")} for day, clock in found]


def _plan_page(request, community, form, rows, pattern, status=200, said=""):
    part = "#look" if request.POST.get("step") == "look" else "#dates"
    template = "meetings/meeting_plan.html" + (part if request.htmx else "")
    context = {
        "community": community,
        "zone": dict(ZONES).get(community.time_zone, community.time_zone),
        "form": form,
        "rows": rows,
        "series": pattern,
        "said": said,
        "no_date": status == 422 and not rows.rows,
        "advices": advising.of_dates(community, _typed_dates(community, form, rows)),
        "topics": _topic_titles(community),
        "organisations": _organisation_names(community),
        "years": [str(year) for year in series.years_to_copy(community, timezone.localdate())],
    }
    answer = render(request, template, context, status=status)
    if request.htmx and part == "#dates":
        answer["HX-Trigger-After-Settle"] = "dates-changed"  # what is said of them is asked again
    return answer


def _typed_dates(community, form, rows):
    """The meetings that these lines would make, stored nowhere: those that can be read so far."""
    minutes = whole_number(str(form["minutes"].value()), 60)
    length = dt.timedelta(minutes=min(600, max(1, minutes)))
    shared = {"community": community, "mode": form["mode"].value(), "kind": form["kind"].value()}
    lines = [(line["title"].value() or "", line.typed_start) for line in rows.lines]
    return [Meeting(title=title, starts_at=at, ends_at=at + length, **shared) for title, at in lines if at]


def _unchecked(form_class, community, request):
    """What was typed so far, shown again without remarks: the person is not done."""
    sent = {name: request.POST.get(name, "") for name in form_class.base_fields}
    sent["facilitators"] = request.POST.getlist("facilitators")
    return form_class(initial=sent, community=community)


def _blank_date(rows=None, like=None):
    if like:
        return {"day": "", "starts": f"{like.local_start:%H:%M}", "title": like.title}
    last = rows.rows[-1]["starts"] if rows and rows.rows else ""
    return {"day": "", "starts": last or "12:00"}


def _school_year():
    """From September to June: the coming one, or what is left of this one."""
    today = timezone.localdate()
    ends = today.year if today.month < 6 else today.year + 1
    return {"since": max(today, today.replace(month=9, day=1)) if today.month >= 6 else today, "until": f"{ends}-06-30"}


def _organisation_names(community):
    """Those of its members, offered while typing who hosts."""
    represented = Organisation.objects.filter(memberships__in=community.memberships.current()).distinct()
    return list(represented.values_list("name", flat=True))


def _topic_titles(community):
    """The backlog, offered while typing a topic."""
    return list(community.topics.filter(state__in=Topic.WAITING).values_list("title", flat=True)[:40])


# ------------------------------------------------------------ a meeting's own page


@require_safe
def show_meeting(request, pk):
    rows = Meeting.objects.select_related("community__programme", "note_taker", "recording", "host").with_turnout()
    meeting = fetch(request, rows.prefetch_related("agenda__topic", "facilitators", _TOPICS), pk=pk)
    user = request.user
    may = {name: user.has_perm(f"meetings.{name}", meeting) for name in SHOWN_BY_RIGHT}
    may["survey"] = user.has_perm("evaluations.see_results", meeting)
    membership = meeting.community.memberships.filter(user=user).first()
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "may": may,
        "supporter": membership if may["join"] else None,
        "supported": supported_by(membership),
        "steps": readiness.steps(meeting, may=_names(may)) if may["edit"] and meeting.is_open else [],
        "is_near": readiness.is_near(meeting),
        "advices": advising.on(meeting)[0] if may["edit"] and meeting.is_open else [],
        "sign_up_address": signing_up.address_of(meeting) if may["edit"] and meeting.is_open_to_all else "",
        "from_outside": signing_up.from_outside(meeting.community) if may["edit"] and meeting.is_open_to_all else None,
        "may_set_aside": user.has_perm("communities.edit", meeting.community),
        "may_plan": bool(meeting.cancelled_at) and user.has_perm("meetings.plan", meeting.community),
        "turnout": Turnout.of(meeting) if may["see_replies"] and meeting.invited_at else None,
        "shows_link": may["see_link"] or (may["join"] and _is_given_link(meeting, membership)),
        "own_page": links.address_for(meeting, membership) if membership and _has_page(meeting, membership) else "",
        "total_minutes": sum(block.minutes for block in meeting.agenda.all()),
        **_kept(meeting, user, may),
    }
    return render(request, "meetings/meeting_detail.html", context)


def _names(may):
    return [name for name, allowed in may.items() if allowed]


_TOPICS = Prefetch("topics", Topic.objects.with_support().order_by("proposed_on", "pk"))
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
    "complete",
    "see_notes",
    "see_attendance",
    "correct_attendance",
    "destroy_recording",
)


def _is_given_link(meeting, membership):
    return phone.shows_link(meeting) and (membership is None or replies.gives_link(meeting, membership))


def _has_page(meeting, membership):
    return membership.status != membership.Status.ALUMNI and timezone.now() <= meeting.ends_at + links.LIFETIME


def _kept(meeting, user, may):
    """What is shown of a meeting that took place: those who run it see it all; the others, what the community
    decided."""
    sees_minutes = minutes.may_read(user, meeting)
    came = []
    if may["see_attendance"] and meeting.started_at:
        came = meeting.attendances.filter(status=Attendance.Status.PRESENT)
        came = list(came.select_related("membership__user", "membership__organisation").order_by("membership"))
    return {
        "came": came,
        "notes": _by_kind(meeting) if sees_minutes else [],
        "sees_minutes": sees_minutes and meeting.closed_at is not None,
        "synthesis": meeting.synthesis if minutes.may_read_synthesis(user, meeting) else "",
    }


def _by_kind(meeting):
    found = defaultdict(list)
    for note in meeting.notes.told().select_related("assignee__user", "group"):
        found[note.kind].append(note)
    return [(label, found[kind]) for kind, label in Note.Kind.choices if found[kind]]


# ------------------------------------------------------------ changing


@asks_and_answers
def edit_meeting(request, pk):
    meeting = fetch(request, Meeting.objects.select_related("community"), pk=pk, may="meetings.edit")
    leads = request.user.has_perm("meetings.plan", meeting.community)
    form = EditForm(request.POST or None, instance=meeting, community=meeting.community, leads=leads)
    if request.method != "POST" or not form.is_valid():
        return _edit_page(request, meeting, form, status=422 if request.method == "POST" else 200)
    with explaining(request):
        sequence, followed = meeting.sequence, _change(meeting, form)
        if followed is None:
            return _conflict(request, meeting.pk)
        _say_changed(request, meeting, has_moved=meeting.sequence != sequence, followed=followed)
    return redirect(meeting)


def _change(meeting, form):
    """How many other dates followed; None when somebody saved meanwhile."""
    version, values = form.cleaned_data["version"], form.values()
    if form.is_for_following:
        changed = form.changed_values()
        return series.change_with_following(meeting, changed=changed, version=version, **values)
    return 0 if planning.change(meeting, version=version, **values) else None


def _edit_page(request, meeting, form, status=200, theirs=()):
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "form": form,
        "theirs": theirs,
        "topics": _topic_titles(meeting.community),
        "organisations": _organisation_names(meeting.community),
    }
    return render(request, "meetings/meeting_form.html", context, status=status)


def _conflict(request, pk):
    """Someone saved first: what they wrote beside what was typed here, field by field; saving again is a choice."""
    meeting = Meeting.objects.select_related("community").get(pk=pk)
    sent = request.POST.copy()
    sent["version"] = meeting.version
    leads = request.user.has_perm("meetings.plan", meeting.community)
    form = EditForm(sent, instance=meeting, community=meeting.community, leads=leads)
    form.is_valid()
    theirs = [(form[name].label, form.kept(name)) for name in form.changed_data if name not in NOT_KEPT]
    return _edit_page(request, meeting, form, status=409, theirs=theirs)


NOT_KEPT = ("version", "extent", "because")  # fields that speak of the change, not of the meeting


def _say_changed(request, meeting, *, has_moved, followed=0):
    messages.success(request, _("The meeting is saved."))
    if followed:
        said = ngettext("%(n)s following date was changed too.", "%(n)s following dates were changed too.", followed)
        messages.success(request, said % {"n": followed})
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
        rows.take(
            step, {"pk": "", "kind": "exchange", "title": "", "minutes": "10", "goal": "", "method": "", "material": ""}
        )
        return _agenda_page(request, meeting, rows, version=request.POST.get("version"))
    if not rows.is_valid() or not rows.rows:
        return _agenda_page(request, meeting, rows, version=request.POST.get("version"), status=422)
    version = whole_number(request.POST.get("version", ""), -1)
    if not planning.arrange(meeting, rows.cleaned, version=version):
        meeting = meetings.get(pk=pk)
        return _agenda_page(request, meeting, rows, theirs=list(meeting.agenda.all()), status=409)
    messages.success(request, _("The agenda is saved."))
    return redirect(meeting)


def _blocks_of(meeting):
    names = ("pk", "kind", "title", "minutes", "goal", "method", "material")
    return [{name: getattr(block, name) for name in names} for block in meeting.agenda.all()]


def _agenda_page(request, meeting, rows, *, version=None, theirs=None, status=200):
    template = "meetings/agenda_form.html" + ("#blocks" if request.htmx else "")
    minutes = [str(form["minutes"].value()) for form in rows.lines]
    total = sum(m for m in whole_numbers(minutes) if m < 10_000)
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
        "models": meeting.community.agenda_models.all(),
        "applies_models": meeting.is_open and not meeting.started_at,
        "keeps_models": request.user.has_perm("meetings.plan", meeting.community),
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
    told = meeting.people.invitable().exclude(user__email=None).count() if meeting.invited_at else 0
    context = {"meeting": meeting, "community": meeting.community, "form": form, "told": told}
    return render(request, "meetings/meeting_cancel.html", context, status=422 if request.method == "POST" else 200)
