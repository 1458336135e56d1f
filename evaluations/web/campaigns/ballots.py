"""The annual evaluation for a member without an account: a link, the questions, thanks."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cmtl.public_pages import in_language_of, no_store
from evaluations.domain.campaigns import answering
from evaluations.domain.campaigns.links import Respondent, respondent_of
from evaluations.domain.follow_ups.links import conversation_path
from evaluations.domain.surveys.collection import Outcome
from evaluations.web.surveys.ballots import BallotForm
from evaluations.web.surveys.surveys import REFUSED, never_failing


def for_respondent(view: Callable[[HttpRequest, Respondent], HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that the personal link opens: in the person's language, kept by no cache."""

    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        respondent = respondent_of(token)
        own, zone = (respondent.membership.user.language, respondent.campaign.zone) if respondent else ("", None)
        with in_language_of(request, own, zone):
            return no_store(view(request, respondent) if respondent else _ended(request))

    return login_not_required(answer)


def _ended(request: HttpRequest) -> HttpResponse:
    return render(request, "meetings/member_page/link_ended.html", {"why": "altered", "meeting": None}, status=404)


@never_failing
@require_http_methods(["GET", "HEAD", "POST"])
@for_respondent
def ballot(request: HttpRequest, respondent: Respondent) -> HttpResponse:
    standing = answering.standing_of(respondent)
    if standing is not answering.Standing.MAY_ANSWER:
        return _turned_away(request, respondent, standing.name)
    quoted = answering.expectation_of(respondent.membership)
    questions = answering.asked_of(respondent, quotes=bool(quoted))
    form = BallotForm(questions, request.POST if request.method == "POST" else None, quoted=quoted)
    if not form.is_bound or not form.is_valid():
        context = {
            "respondent": respondent,
            "campaign": respondent.campaign,
            "community": respondent.campaign.community,
            "survey": respondent.campaign.survey,
            "form": form,
        }
        return render(request, "evaluations/campaigns/ballot.html", context, status=422 if form.is_bound else 200)
    outcome = answering.answer(respondent, form.answers)
    if outcome is Outcome.STORED:
        return redirect(respondent.thanks)
    return _turned_away(request, respondent, outcome.name)


def _turned_away(request: HttpRequest, respondent: Respondent, why: str) -> HttpResponse:
    """Whoever had written something finds it there, and knows that it was not kept."""
    context = {"campaign": respondent.campaign, "community": respondent.campaign.community, "why": why}
    if request.method == "POST" and why != Outcome.ALREADY.name:
        context["typed"] = [text for code in answering.TEXTS if (text := request.POST.get(code, "")[:600])]
    status = REFUSED if request.method == "POST" else 200
    return render(request, "evaluations/campaigns/ballot_closed.html", context, status=status)


@require_safe
@for_respondent
def thanks(request: HttpRequest, respondent: Respondent) -> HttpResponse:
    """Says nothing of whether this person answered."""
    context = {
        "campaign": respondent.campaign,
        "community": respondent.campaign.community,
        "conversation": conversation_path(respondent.membership),
    }
    return render(request, "evaluations/campaigns/thanks.html", context)
