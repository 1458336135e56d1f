"""The evaluation of a meeting: its ballot on phones, its counter in the console, its results once it is closed."""

import logging
from collections.abc import Callable
from functools import wraps

from django import db
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.context_processors import csrf
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl.numbers import parse_ints
from cmtl.public_pages import no_store
from cmtl.shortcuts import fetch, fragment, validation_as_messages
from cmtl.tables import csv_response
from evaluations.domain.follow_ups.links import request_path
from evaluations.domain.surveys import collection, due, results
from evaluations.domain.surveys import eligible as electorate
from evaluations.domain.surveys.collection import Outcome, Standing
from evaluations.domain.surveys.questionnaires import asked
from evaluations.domain.surveys.results import PooledResults, Results
from evaluations.models import Survey
from evaluations.web.surveys.ballots import BallotForm
from meetings.domain.attendance import attendance, typed_names
from meetings.domain.links import links, phone
from meetings.domain.links.links import Guest
from meetings.domain.live.timing import timing_of
from meetings.models import AgendaItem, Meeting
from meetings.web.guests.views import for_guest, in_room
from meetings.web.live.live import parts_of, with_community

REFUSED = 409
TRY_AGAIN_IN = 5  # seconds
with_survey = Meeting.objects.select_related(
    "community__survey_settings",
    "survey__ballot_box",
    "survey__questionnaire",
    "survey__opened_from",
    "survey__pool",
    "spoken_evaluation__keyed_by",
)
log = logging.getLogger(__name__)

# ---------------------------------------------------------------- the ballot


def never_failing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Where the database or the keyring is away the phone is asked to try again, with what was answered still on the
    page. Nothing of it, nor of the error's own words, is logged."""

    @wraps(view)
    def answer(request: HttpRequest, *of: str, **named: str) -> HttpResponse:
        try:
            return view(request, *of, **named)
        except (db.Error, OSError) as error:
            log.error("A ballot was asked to come back later: %s.", type(error).__name__)
            return _later(request)

    return answer


def _later(request: HttpRequest) -> HttpResponse:
    answers = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    context = {"answers": [pair for pair in answers if pair[0] != "csrfmiddlewaretoken"]}
    page = render_to_string("evaluations/surveys/ballot_later.html", {**context, **csrf(request)})
    return no_store(HttpResponse(page, status=503, headers={"Retry-After": str(TRY_AGAIN_IN)}))


@never_failing
@require_http_methods(["GET", "HEAD", "POST"])
@for_guest
def ballot(request: HttpRequest, guest: Guest) -> HttpResponse:
    return _ballot(request, guest)


@never_failing
@require_http_methods(["GET", "HEAD", "POST"])
@in_room
def room_ballot(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    guest = phone.guest_of(request, code=meeting.code)
    return _ballot(request, guest) if guest else redirect("meetings:room", meeting.code)


def _ballot(request: HttpRequest, guest: Guest) -> HttpResponse:
    survey = collection.survey_of(guest.meeting)
    voter = collection.voter_at(guest.meeting, survey, guest.membership)
    if survey is None or voter.standing is not Standing.MAY_ANSWER:
        return _turned_away(request, guest, voter.standing)
    form = BallotForm(asked(survey, in_person=voter.in_person), request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _ballot_page(request, guest, survey, form)
    if not form.is_valid():
        return _ballot_page(request, guest, survey, form, status=422)
    in_session = collection.is_in_session(guest.meeting)
    outcome = collection.answer(survey, guest.membership, form.answers, in_session=in_session, room_seat=guest.seat)
    if outcome is Outcome.STORED:
        return redirect(guest.thanks)
    return _turned_away(request, guest, Standing.CLOSED if outcome is Outcome.CLOSED else outcome)


def _ballot_page(
    request: HttpRequest, guest: Guest, survey: Survey, form: BallotForm, status: int = 200
) -> HttpResponse:
    context = {"guest": guest, "meeting": guest.meeting, "survey": survey, "form": form}
    return render(request, "evaluations/surveys/ballot.html", context, status=status)


def _turned_away(request: HttpRequest, guest: Guest, why: Standing | Outcome) -> HttpResponse:
    """Said in plain words; whoever had written something finds it there, and knows that it was not kept."""
    context = {"guest": guest, "meeting": guest.meeting, "why": why.name}
    if request.method == "POST" and why is not Outcome.ALREADY:
        context["typed"] = [request.POST.get(code, "")[:600] for code in ("R5A", "R5B") if request.POST.get(code)]
    status = REFUSED if request.method == "POST" else 200
    return render(request, "evaluations/surveys/ballot_closed.html", context, status=status)


@require_safe
@for_guest
def thanks(request: HttpRequest, guest: Guest) -> HttpResponse:
    return _thanks(request, guest)


@require_safe
@in_room
def room_thanks(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    guest = phone.guest_of(request, code=meeting.code)
    return _thanks(request, guest) if guest else redirect("meetings:room", meeting.code)


def _thanks(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Something given back: the next date, and what many asked for. Says nothing of whether this person answered."""
    coming = Meeting.objects.next_after(guest.meeting)
    token = links.guest_token(coming, guest.membership) if coming and guest.token else ""
    context = {
        "guest": guest,
        "meeting": guest.meeting,
        "coming": coming,
        "coming_page": reverse("meetings:phone", args=[token]) if token else "",
        "calendar": reverse("meetings:phone_calendar", args=[token]) if token else "",
        "conversation": request_path(guest.membership) if guest.token else "",
        "wishes": results.often_wished(guest.meeting.community),
    }
    return render(request, "evaluations/surveys/thanks.html", context)


# ---------------------------------------------------------------- the counter


@require_safe
def counter(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_survey, pk=pk, may="evaluations.see_counter")
    template = "_screen_counter.html" if "ecran" in request.GET else "_counter.html"
    return render(request, f"evaluations/surveys/{template}", _counted(meeting))


def _counted(meeting: Meeting) -> dict:
    """Never names, never content."""
    survey = getattr(meeting, "survey", None)
    context = {"meeting": meeting, "survey": survey}
    if survey is None:
        timing = timing_of(meeting, list(meeting.agenda.all()))
        eligible = electorate.people_at(meeting).count()
        told = {"eligible": eligible, "heard": results.heard_last_time(meeting), "timing": timing}
        told["opens_by_itself"] = due.is_about_to_open(meeting, timing.current, eligible)
        return {**context, **told, "spoken": getattr(meeting, "spoken_evaluation", None)}
    count, eligible = collection.counts(survey)
    told = {"count": count, "eligible": eligible, "said": results.said(count, eligible)}
    typed = typed_names.Typed(meeting) if survey.is_open else None
    return {**context, **told, "goes_back_to": _goes_back_to(meeting, survey), "typed": typed}


def _goes_back_to(meeting: Meeting, survey: Survey) -> AgendaItem | None:
    """The block that undoing the opening opens again, while the evaluation's is the open one."""
    if survey.opened_from is None or not meeting.is_live or not collection.is_at_evaluation(meeting):
        return None
    return survey.opened_from


@require_POST
def open_survey(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_survey, pk=pk, may="evaluations.open_survey")
    with validation_as_messages(request):
        collection.open_for(meeting, by=request.user, stays=request.POST.get("block") == "stays")
    return _counter_again(request, meeting)


@require_POST
def undo_opening(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_survey, pk=pk, may="evaluations.open_survey")
    survey = getattr(meeting, "survey", None)
    if survey and survey.is_open and not collection.undo_opening(survey):
        messages.info(request, _("Someone has answered: the evaluation stays open."))
    return _counter_again(request, meeting)


@require_POST
def close_survey(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_survey, pk=pk, may="evaluations.close_survey")
    try:
        if survey := getattr(meeting, "survey", None):
            if request.POST.get("typed") == "confirmed" and request.user.has_perm(
                attendance.permission(meeting), meeting
            ):
                typed_names.confirm(meeting, parse_ints(request.POST.getlist("membership")), by=request.user)
            collection.close(survey)
    except OSError:
        messages.error(
            request, _("The evaluation cannot be closed just now. Its answers are kept: try again in a minute.")
        )
    results = reverse("evaluations:survey", args=[pk])
    if request.htmx and request.htmx.current_url_abs_path == results:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return _counter_again(request, meeting)


def _counter_again(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """In the console, with the clock and the agenda, which the press may have changed."""
    fresh = with_survey.get(pk=meeting.pk)
    own_page = reverse("evaluations:survey", args=[meeting.pk])
    page = reverse("meetings:live", args=[meeting.pk]) if fresh.is_live else own_page
    counter = fragment(request, "evaluations/surveys/_counter.html", _counted(fresh), otherwise=page)
    if request.htmx and request.htmx.current_url_abs_path != own_page and request.user.has_perm("meetings.run", fresh):
        counter.write(parts_of(request, with_community.get(pk=meeting.pk), "clock", "agenda", "choice").content)
    return counter


# ---------------------------------------------------------------- the results


@require_safe
def show_survey(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_survey, pk=pk, may="evaluations.see_results")
    survey = getattr(meeting, "survey", None)
    context = {"meeting": meeting, "survey": survey}
    may_count = request.user.has_perm("evaluations.see_counter", meeting)
    context["spoken"] = getattr(meeting, "spoken_evaluation", None)
    if survey is None or survey.is_open:
        context |= {"may_count": may_count, **(_counted(meeting) if may_count else {})}
    else:
        context |= {
            "results": Results(survey),
            "pooled": PooledResults(survey.pool) if survey.pool else None,
            "may_read": request.user.has_perm("evaluations.see_comments", meeting),
            "may_keep": _may_keep(request.user, meeting),
        }
    return render(request, "evaluations/surveys/survey.html", context)


def _may_keep(user, meeting: Meeting) -> bool:
    """The answer to the press shows what people wished for: one may read it, and choose."""
    return user.has_perm("evaluations.see_comments", meeting) and user.has_perm("meetings.choose_topic", meeting)


@require_POST
def keep_topic(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_survey, pk=pk)
    if not _may_keep(request.user, meeting):
        raise PermissionDenied
    survey = getattr(meeting, "survey", None)
    topic = results.keep_topic(survey, request.POST.get("topic", "")) if survey else None
    if topic is None:
        messages.error(request, _("This topic is no longer here."))
    else:
        messages.success(request, _("« %(topic)s » is in the backlog.") % {"topic": topic.title})
    return fragment(
        request,
        "evaluations/surveys/_wished.html",
        {"meeting": meeting, "results": Results(survey) if survey else None, "may_keep": True},
        otherwise=reverse("evaluations:survey", args=[pk]),
    )


@require_safe
def export_results(request: HttpRequest, pk: int) -> HttpResponse:
    """What the page shows and nothing more."""
    meeting = fetch(request, with_survey, pk=pk, may="evaluations.see_results")
    survey = getattr(meeting, "survey", None)
    released = Results(survey) if survey else None
    if released is None or not released.is_released:
        messages.error(request, _("There is nothing to export: these results are not shown."))
        return redirect("evaluations:survey", pk)
    header = [_("Code"), _("Question"), "n", _("Answer"), _("Number"), _("Share (%)")]
    audit.write(Action.EXPORTED, by=request.user, about=meeting, what="results", format="csv")
    return csv_response(f"evaluation-{meeting.local_start:%Y-%m-%d}.csv", header, released.table())
