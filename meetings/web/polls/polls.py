"""Date polls: proposing dates, saying which suit, reading the result and choosing; the members' page has no account."""

import zoneinfo
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.web.forms import ZONES
from cmtl import undoing
from cmtl.numbers import parse_int
from cmtl.public_pages import no_store
from cmtl.shortcuts import fetch, validation_as_messages
from communities.models import Community
from communities.web.undo import say_undoable
from meetings.domain import polls
from meetings.domain.links import visitors
from meetings.domain.polls import Voter
from meetings.domain.scheduling import planning
from meetings.models import DatePoll, DateVote
from meetings.web.polls.poll_forms import PollForm, VoteForm
from meetings.web.rows import Rows
from meetings.web.scheduling.date_forms import DateForm

# ------------------------------------------------------------ asking


@require_http_methods(["GET", "HEAD", "POST"])
def ask_dates(request: HttpRequest, pk: int) -> HttpResponse:
    """Every button but the last only re-shows the page."""
    community = fetch(request, Community, pk=pk, may="meetings.ask_dates")
    zone = {"zone": zoneinfo.ZoneInfo(community.time_zone)}
    if request.method != "POST":
        rows = Rows(DateForm, [_blank_date(community) for _n in "123"], **zone)
        return _ask_page(request, community, PollForm.blank(community), rows)
    rows, step = Rows.read(DateForm, request.POST, **zone), request.POST.get("step", "")
    if step != "ask":
        rows.take(step, _blank_date(community))
        typed = PollForm(initial={name: request.POST.get(name, "") for name in PollForm.base_fields})
        return _ask_page(request, community, typed, rows)
    rows.rows = [row for row in rows.rows if row["day"]]
    form = PollForm(request.POST)
    if not all([form.is_valid(), rows.is_valid()]):
        return _ask_page(request, community, form, rows, status=422)
    try:
        starts = [row["starts_at"] for row in rows.cleaned]
        poll = polls.ask_dates(community, starts, by=request.user, **form.values())
    except ValidationError as refusal:
        return _ask_page(request, community, form, rows, status=422, refusal=refusal.messages[0])
    messages.success(request, _("The poll is on its way to the members."))
    return redirect(poll)


def _blank_date(community):
    return {"day": "", "starts": f"{planning.usual_start(community):%H:%M}"}


def _ask_page(request, community, form, rows, *, status=200, refusal=""):
    template = "meetings/polls/date_poll_form.html" + ("#dates" if request.htmx else "")
    context = {
        "community": community,
        "zone": dict(ZONES).get(community.time_zone, community.time_zone),
        "form": form,
        "rows": rows,
        "refusal": refusal,
        "n_asked": community.memberships.invitable().exclude(user__email=None).count(),
        "takes_more": len(rows.rows) < DatePoll.MOST,
    }
    return render(request, template, context, status=status)


# ------------------------------------------------------------ reading, choosing


def _fetch_poll(request: HttpRequest, pk: int) -> DatePoll:
    poll = fetch(request, DatePoll.objects.select_related("community", "meeting"), pk=pk)
    if not request.user.has_perm("meetings.plan", poll.community):
        raise PermissionDenied
    return poll


@require_safe
def show_poll(request: HttpRequest, pk: int) -> HttpResponse:
    poll = _fetch_poll(request, pk)
    results = polls.results(poll)
    best = [result for result in results if result.is_best]
    silent = polls.silent(poll)
    context = {
        "poll": poll,
        "community": poll.community,
        "results": results,
        "best": best,
        "silent": silent,
        "n_voted": DateVote.objects.filter(date__poll=poll).values("membership").distinct().count(),
        "n_asked": len(polls.asked(poll)),
    }
    return render(request, "meetings/polls/date_poll.html", context)


@require_POST
def remind_poll(request: HttpRequest, pk: int) -> HttpResponse:
    poll = _fetch_poll(request, pk)
    with validation_as_messages(request):
        n = polls.remind_voters(poll)
        if n:
            said = ngettext("%(n)s reminder is on its way.", "%(n)s reminders are on their way.", n) % {"n": n}
            messages.success(request, said)
        else:
            messages.info(request, _("Nobody is left to remind today."))
    return redirect(poll)


@require_POST
def choose_date(request: HttpRequest, pk: int) -> HttpResponse:
    poll = _fetch_poll(request, pk)
    date = poll.dates.filter(pk=parse_int(request.POST.get("date", ""))).first()
    with validation_as_messages(request):
        if date is None:
            raise ValidationError(_("Choose one of the dates of this poll."))
        meeting = polls.choose_date(poll, date, by=request.user)
        messages.success(request, _("The date is set, and its invitation is on its way with the calendar entry."))
        return redirect(meeting)
    return redirect(poll)


@require_POST
def close_poll(request: HttpRequest, pk: int) -> HttpResponse:
    poll = _fetch_poll(request, pk)
    watched = undoing.Watched(poll)
    polls.close_poll(poll)
    undo = {"may": "meetings.plan", "of": poll.community, "back": poll.get_absolute_url()}
    say_undoable(request, _("The poll is closed, without a date."), watched, **undo)
    return redirect("meetings:year", poll.community_id)


# ------------------------------------------------------------ the members' page


def for_voter(view: Callable[[HttpRequest, Voter], HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that a personal link opens, in the person's language, kept by no cache."""

    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        voter = polls.voter_of_link(token)
        with visitors.in_language_of(request, voter):
            if voter is None:
                return no_store(render(request, "meetings/date_vote_ended.html", status=404))
            return no_store(view(request, voter))

    return login_not_required(answer)


@require_http_methods(["GET", "HEAD", "POST"])
@for_voter
def vote_dates(request: HttpRequest, voter: Voter) -> HttpResponse:
    poll, dates = voter.poll, list(voter.poll.dates.all())
    for date in dates:
        date.poll = poll
    votes = DateVote.objects.filter(date__poll=poll, membership=voter.membership)
    said = dict(votes.values_list("date", "answer"))
    form = VoteForm(request.POST or None, dates=dates, said=said)
    if request.method == "POST" and form.is_valid():
        with validation_as_messages(request):
            polls.vote(poll, voter.membership, form.answers())
            messages.success(request, _("Your answers are recorded. You can change them until a date is chosen."))
        return redirect("meetings:vote_dates", voter.token)
    context = {"voter": voter, "poll": poll, "community": poll.community, "form": form, "has_voted": bool(said)}
    status = 422 if request.method == "POST" else 200
    return render(request, "meetings/polls/date_vote.html", context, status=status)
