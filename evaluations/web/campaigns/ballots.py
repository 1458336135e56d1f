"""A campaign for a person without an account: a link, the questions, thanks; and, to those who left, whether they wish
for news, on a page that says who one is."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cmtl.public_pages import in_language_of, no_store
from communities.domain.members import asked_later
from communities.domain.testimonials import links, testimonials
from evaluations.domain.campaigns import alumni, answering
from evaluations.domain.campaigns.links import Respondent, respondent_of
from evaluations.domain.follow_ups.links import request_path
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
    context = {"respondent": respondent, "campaign": respondent.campaign, "why": why}
    context["community"] = respondent.campaign.community
    if request.method == "POST" and why != Outcome.ALREADY.name:
        context["typed"] = [text for code in answering.TEXTS if (text := request.POST.get(code, "")[:600])]
    status = REFUSED if request.method == "POST" else 200
    return render(request, "evaluations/campaigns/ballot_closed.html", context, status=status)


@require_safe
@for_respondent
def thanks(request: HttpRequest, respondent: Respondent) -> HttpResponse:
    """Says nothing of whether this person answered."""
    context = {
        "testimonial_address": _testimonial_address(respondent),
        "conversation": request_path(respondent.membership),
    }
    return _page(request, respondent, "evaluations/campaigns/thanks.html", **context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_respondent
def news(request: HttpRequest, respondent: Respondent) -> HttpResponse:
    """Of those who left: whether they may be written to, and whether they are asked again. By name, whether they
    answered or not."""
    if not respondent.campaign.is_of_alumni:
        raise Http404
    presses = {
        "yes": (alumni.wish_for_news, _("Thank you: those who facilitate may write to you.")),
        "no": (alumni.decline_news, _("Noted: nobody writes to you.")),
        "stop": (asked_later.stop, _("You will not be asked any more.")),
        "again": (asked_later.agree, _("Thank you: you may be asked again.")),
    }
    press = presses.get(request.POST.get("what", "")) if request.method == "POST" else None
    if press:
        act, said = press
        act(respondent.membership)
        messages.success(request, said)
        return redirect(respondent.news)
    context = {"choices": alumni.Choices(respondent.membership)}
    return _page(request, respondent, "evaluations/campaigns/news.html", **context)


def _page(request: HttpRequest, respondent: Respondent, template: str, **more: Any) -> HttpResponse:
    campaign = respondent.campaign
    context = {"respondent": respondent, "campaign": campaign, "community": campaign.community, **more}
    return render(request, template, context)


def _testimonial_address(respondent: Respondent) -> str:
    """Where one gives a testimonial, by the very link of one's own space: what it keeps does not say where one came
    from. Nothing for whoever gave one already."""
    membership = respondent.membership
    if testimonials.refusal_to(membership) or testimonials.kept_by(membership):
        return ""
    return links.giving_path(membership)
