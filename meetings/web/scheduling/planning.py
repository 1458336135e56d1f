"""The lists of meetings, and planning them: one by one, as a series, as last year."""

import datetime as dt
import zoneinfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.web.forms import ZONES
from cmtl import undoing
from cmtl.numbers import parse_int, year_in
from cmtl.shortcuts import fetch
from communities.models import Community, Organisation
from communities.web.undo import say_undoable
from meetings.domain.scheduling import advising, planning, series
from meetings.models import AgendaItem, Meeting, Topic
from meetings.web.rows import Rows
from meetings.web.scheduling.date_forms import PlannedDateForm, SeriesForm
from meetings.web.scheduling.forms import PlanForm

PAGE = 20
SHORT = 12  # lists that one looks through without searching
asks_and_answers = require_http_methods(["GET", "HEAD", "POST"])

# ------------------------------------------------------------ lists


@require_safe
def list_meetings(request):
    mine = Meeting.objects.visible_to(request.user)
    led = list(Community.objects.led_by(request.user).active())
    return render(request, "meetings/scheduling/meeting_list.html", {**_lists(request, mine), "led": led})


@require_safe
def list_of_community(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.read")
    context = {
        **_lists(request, Meeting.objects.visible_to(request.user).filter(community=community)),
        "community": community,
        "tab": "meetings",
        "may_plan": request.user.has_perm("meetings.plan", community),
    }
    return render(request, "meetings/scheduling/meeting_list.html", context)


def _lists(request, meetings):
    """What comes, then the past year by year; what the words asked for are in, whatever its year."""
    now, words = timezone.now(), request.GET.get("q", "").strip()[:100]
    ahead = Q(ends_at__gte=now) | Q(started_at__isnull=False)
    found = meetings.containing(words)
    past = found.exclude(ahead, cancelled_at=None, closed_at=None)
    years = [] if words else _by_year(past)
    asked = parse_int(request.GET.get("annee", ""))
    year = asked if asked in dict(years) else years[0][0] if years else None
    if year:
        past = past.filter(starts_at__year=year)
    page = Paginator(_rows(past).order_by("-starts_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    upcoming = list(_rows(found).upcoming(now))
    is_long = len(upcoming) + sum(n for _year, n in years) > SHORT
    return {"upcoming": upcoming, "page": page, "years": years, "year": year, "words": words, "is_long": is_long}


def _rows(meetings):
    return meetings.select_related("community", "follow_up").with_replies().with_turnout()


def _by_year(past) -> list[tuple[int, int]]:
    """Each year with how many, the latest first."""
    return sorted(past.order_by().values_list("starts_at__year").annotate(n=Count("pk")), reverse=True)


# ------------------------------------------------------------ planning


@asks_and_answers
def plan_meetings(request, pk):
    """One page: dates typed or generated, then what they share. Every button but the last only re-shows it."""
    community = fetch(request, Community, pk=pk, may="meetings.plan")
    zone = {"zone": zoneinfo.ZoneInfo(community.time_zone)}
    if request.method != "POST":
        replaced = community.meetings.filter(pk=parse_int(request.GET.get("remplacer", ""))).first()
        form = PlanForm.blank(community, request.user, like=replaced)
        pattern = SeriesForm(initial=_school_year() | {"at": planning.usual_start(community)}, prefix="series")
        dates = _copied(community, request.GET.get("copier", "")) or [_blank_date(community, like=replaced)]
        rows = Rows(PlannedDateForm, [], **zone)
        said = _left_out(rows.join(dates))
        return _plan_page(request, community, form, rows, pattern, said=said)
    rows, step = Rows.read(PlannedDateForm, request.POST, **zone), request.POST.get("step", "")
    if step == "generate":
        pattern = SeriesForm(request.POST, prefix="series")
        if pattern.is_valid():
            _add_series(request, rows, pattern)
        return _plan_page(request, community, _unchecked(PlanForm, community, request), rows, pattern)
    pattern = SeriesForm.kept(request.POST)
    if step != "plan":
        said = _add_copies(community, rows, step) if step.startswith("copy-") else ""
        rows.take(step, _blank_date(community, rows))
        return _plan_page(request, community, _unchecked(PlanForm, community, request), rows, pattern, said=said)
    rows.rows = [row for row in rows.rows if row["day"]]
    form = PlanForm(request.POST, community=community)
    if not all([form.is_valid(), rows.is_valid(), rows.rows]):
        return _plan_page(request, community, form, rows, pattern, status=422)
    return _create(request, community, form, rows)


def _create(request, community, form, rows):
    starts = [row["starts_at"] for row in rows.cleaned]
    titles = {row["starts_at"]: row["title"] for row in rows.cleaned}
    made = community.meetings.filter(starts_at__in=starts)
    watched = undoing.Watched(made, AgendaItem.objects.filter(meeting__in=made))
    planned = planning.plan(community, starts, titles=titles, **form.values())
    for date in rows.lines:
        if date.warning:
            messages.warning(request, date.warning)
    said = ngettext("%(n)s meeting is planned.", "%(n)s meetings are planned.", len(planned)) % {"n": len(planned)}
    undone = reverse("meetings:of_community", args=[community.pk])
    say_undoable(request, said, watched, may="meetings.plan", of=community, back=undone)
    if len(planned) == 1:
        leads_on = _is_first(planned[0]) and request.user.has_perm("meetings.invite", planned[0])
        return redirect("meetings:invite", planned[0].pk) if leads_on else redirect(planned[0])
    years = [meeting.local_start.year for meeting in planned]
    return redirect(reverse("meetings:year", args=[community.pk]) + f"?annee={max(years, key=years.count)}")


def _is_first(meeting):
    """Of a community whose people are listed: what comes next is to invite them."""
    others = meeting.community.meetings.exclude(pk=meeting.pk)
    return meeting.community.memberships.current().exists() and not others.exists()


def _add_series(request, rows, pattern):
    found = pattern.dates()
    left = _add_dates(rows, found)
    if not found:
        pattern.add_error(None, _("There is no such day between these two dates."))
    elif left:
        pattern.add_error(None, _left_out(left))


def _add_dates(rows, found):
    """They join those typed; a line left empty makes room for them. How many found no room."""
    rows.rows = [row for row in rows.rows if row["day"]]
    known = {row["day"] for row in rows.rows}
    return rows.join([row for row in found if row["day"] not in known])


def _left_out(n):
    """What is said of dates that found no room on the page."""
    if not n:
        return ""
    said = ngettext(
        "%(n)s date found no room here: plan these first, then come back.",
        "%(n)s dates found no room here: plan these first, then come back.",
        n,
    )
    return said % {"n": n}


def _add_copies(community, rows, step):
    """What is said under the button."""
    found = _copied(community, step.removeprefix("copy-"))
    left = _add_dates(rows, found)
    if left:
        return _left_out(left)
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
    template = "meetings/scheduling/meeting_plan.html" + (part if request.htmx else "")
    context = {
        "community": community,
        "zone": dict(ZONES).get(community.time_zone, community.time_zone),
        "form": form,
        "rows": rows,
        "series": pattern,
        "said": said,
        "no_date": status == 422 and not rows.rows,
        "alerts": advising.of_dates(community, _typed_dates(community, form, rows)),
        "topics": topic_titles(community),
        "organisations": organisation_names(community),
        "years": [str(year) for year in series.years_to_copy(community, timezone.localdate())],
    }
    answer = render(request, template, context, status=status)
    if request.htmx and part == "#dates":
        answer["HX-Trigger-After-Settle"] = "dates-changed"  # what is said of them is asked again
    return answer


def _typed_dates(community, form, rows):
    """The meetings that these lines would make, stored nowhere: those that can be read so far."""
    minutes = parse_int(str(form["minutes"].value()), 60)
    length = dt.timedelta(minutes=min(600, max(1, minutes)))
    shared = {"community": community, "mode": form["mode"].value(), "kind": form["kind"].value()}
    lines = [(line["title"].value() or "", line.typed_start) for line in rows.lines]
    return [Meeting(title=title, starts_at=at, ends_at=at + length, **shared) for title, at in lines if at]


def _unchecked(form_class, community, request):
    """What was typed so far, shown again without remarks: the person is not done."""
    sent = {name: request.POST.get(name, "") for name in form_class.base_fields}
    sent["facilitators"] = request.POST.getlist("facilitators")
    return form_class(initial=sent, community=community)


def _blank_date(community, rows=None, like=None):
    if like:
        return {"day": "", "starts": f"{like.local_start:%H:%M}", "title": like.title}
    last = rows.rows[-1]["starts"] if rows and rows.rows else ""
    return {"day": "", "starts": last or f"{planning.usual_start(community):%H:%M}"}


def _school_year():
    """From September to June: the coming one, or what is left of this one."""
    today = timezone.localdate()
    ends = today.year if today.month < 6 else today.year + 1
    return {"since": max(today, today.replace(month=9, day=1)) if today.month >= 6 else today, "until": f"{ends}-06-30"}


def organisation_names(community):
    """Those of its members, offered while typing who hosts."""
    represented = Organisation.objects.filter(memberships__in=community.memberships.current()).distinct()
    return list(represented.values_list("name", flat=True))


def topic_titles(community):
    """The backlog, offered while typing a topic."""
    return list(community.topics.filter(state__in=Topic.WAITING).values_list("title", flat=True)[:40])
