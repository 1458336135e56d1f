"""The annual evaluation of a community, and what it asks of those who left, for those who prepare, open, close and
read them."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl import undoing
from cmtl.shortcuts import fetch, validation_as_messages
from cmtl.tables import csv_response
from cmtl.undoing import say_done
from communities.models import Community
from communities.web.shared import fetch_part, revise_with
from communities.web.undo import say_undoable
from evaluations.domain import manager_opinions
from evaluations.domain.campaigns import alumni, campaigns
from evaluations.domain.campaigns.results import CampaignResults
from evaluations.domain.surveys import collection, eligible, own_questions, questionnaires
from evaluations.models import Campaign
from evaluations.web.campaigns.forms import CampaignForm

RUNS, ASKS_ALUMNI = "evaluations.run_campaign", "evaluations.ask_alumni"
MARKS_READ = "evaluations.mark_facilitation_read"
with_survey = Campaign.objects.select_related(
    "launched_by", "survey__ballot_box", "survey__questionnaire", "survey__release"
)


def _fetch_to_run(request: HttpRequest, pk: int) -> Campaign:
    campaign = fetch(request, with_survey.select_related("community__programme"), pk=pk)
    if not request.user.has_perm(campaigns.needed(campaign), campaign.community):
        raise PermissionDenied
    return campaign


@require_safe
def list_campaigns(request: HttpRequest, pk: int) -> HttpResponse:
    """This year's, whatever its state, and those that were closed; then those of the people who left."""
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="evaluations.read_figures")
    of_community = list(community.campaigns.select_related("survey__release", "survey__ballot_box"))
    for campaign in of_community:
        campaign.community = community
    annual = [campaign for campaign in of_community if not campaign.is_of_alumni]
    of_alumni = [campaign for campaign in of_community if campaign.is_of_alumni]
    context = {
        "community": community,
        "under_way": [campaign for campaign in annual if not campaign.is_closed],
        "closed": [CampaignResults(campaign) for campaign in annual if campaign.is_closed],
        "next_year": campaigns.fresh(community).year,
        "may_run": request.user.has_perm(RUNS, community),
        "alumni_under_way": [campaign for campaign in of_alumni if not campaign.is_closed],
        "alumni_closed": [CampaignResults(campaign) for campaign in of_alumni if campaign.is_closed],
        "alumni_agreeing": alumni.agreeing(community),
        "alumni_awaited": alumni.awaited(community),
        "counted": manager_opinions.counted(community),
        "may_read_opinions": request.user.has_perm("evaluations.read_manager_opinions", community),
        "may_ask_alumni": request.user.has_perm(ASKS_ALUMNI, community),
    }
    return render(request, "evaluations/campaigns/campaigns.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may=RUNS)
    return _prepare(request, campaigns.fresh(community))


@require_http_methods(["GET", "HEAD", "POST"])
def prepare_alumni(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked of those who left one year and three years ago."""
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may=ASKS_ALUMNI)
    return _prepare(request, alumni.fresh(community))


def _prepare(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    community = campaign.community
    prepared = community.campaigns.filter(kind=campaign.kind, survey=None).first()
    if prepared:
        return redirect(prepared)
    form = CampaignForm(request.POST or None, campaign=campaign)
    if form.is_bound and form.is_valid():
        watched = undoing.Watched(community.campaigns.all())
        kept = campaigns.prepare(community, campaign.year, form.changes(), request.user, campaign.kind)
        _say_undoable(request, _("The evaluation is prepared. Nothing has been sent."), watched, kept)
        return redirect(kept)
    context = {"community": community, "campaign": campaign, "form": form}
    return render(request, "evaluations/campaigns/form.html", context, status=422 if form.is_bound else 200)


def _say_undoable(request: HttpRequest, said: str, watched: undoing.Watched, campaign: Campaign) -> None:
    back = reverse("evaluations:campaigns", args=[campaign.community_id])
    say_undoable(request, said, watched, may=campaigns.needed(campaign), of=campaign.community, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = _fetch_to_run(request, pk)
    if campaign.is_closed:
        messages.info(request, _("This evaluation is closed: nothing of it changes any more."))
        return redirect(campaign)
    form, status, conflict = revise_with(CampaignForm(request.POST or None, campaign=campaign), campaign)
    if status == 302:
        campaigns.follow_closing_day(campaign.pk)
        if campaign.is_prepared:
            form.watched.while_unchanged(campaign, "last_written_at")
            _say_undoable(request, _("The changes are saved."), form.watched, campaign)
        else:  # its members have read its dates
            messages.success(request, _("The changes are saved."))
        return redirect(campaign)
    context = {"community": campaign.community, "campaign": campaign, "form": form, "conflict": conflict}
    return render(request, "evaluations/campaigns/form.html", context, status=status)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = fetch_part(request, with_survey, pk, may="evaluations.read_figures")
    community, user = campaign.community, request.user
    context = {
        "community": community,
        "campaign": campaign,
        "may_run": user.has_perm(campaigns.needed(campaign), community),
    }
    if campaign.is_closed:
        results = CampaignResults(campaign)
        reads_it_first = user.has_perm("evaluations.read_facilitation", community)
        reads_facilitation = results.facilitation_is_told or reads_it_first
        context |= {
            "results": results,
            "themes": results.themes(with_facilitation=reads_facilitation),
            "waits_for_facilitation": not reads_facilitation,
            "may_mark": not results.facilitation_is_told and user.has_perm(MARKS_READ, community),
            "may_read": user.has_perm("evaluations.read_campaign_words", community),
        }
        return render(request, "evaluations/campaigns/results.html", context)
    context["is_ahead"] = campaign.opens_on > timezone.localdate(timezone=campaign.zone)
    context |= {"asked": eligible.asked_in(campaign).count(), "warnings": list(campaigns.warnings_of(campaign))}
    if campaign.is_of_alumni and campaign.is_prepared:
        context["is_refused"] = bool(campaigns.refusal_to_ask_alumni(campaign))
        context["has_enough"] = campaigns.has_enough_alumni(campaign)
    if campaign.is_open:
        context |= {"count": campaign.survey.ballot_box.count, "next_reminder": campaigns.next_reminder(campaign)}
    return render(request, "evaluations/campaigns/campaign.html", context)


@require_POST
def open_to_all(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = _fetch_to_run(request, pk)
    with validation_as_messages(request):
        n = campaigns.open_to_all(campaign, request.user)
        said = ngettext(
            "The evaluation is open: %(n)s person is written to.",
            "The evaluation is open: %(n)s people are written to.",
            n,
        )
        messages.success(request, said % {"n": n})
    return redirect(campaign)


@require_POST
def launch(request: HttpRequest, pk: int) -> HttpResponse:
    """To open by itself on its day."""
    campaign = _fetch_to_run(request, pk)
    with validation_as_messages(request):
        if campaigns.launch(campaign, request.user):
            messages.success(request, _("Its day has come: the evaluation is open, and those it asks are written to."))
        else:
            said = _("It opens by itself on its day, at nine, in your name.")
            say_done(request, said, reverse("evaluations:take_back_launch", args=[pk]))
    return redirect(campaign)


@require_POST
def take_back_launch(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = _fetch_to_run(request, pk)
    if campaigns.take_back_launch(campaign):
        messages.success(request, _("It waits for somebody to open it."))
    else:
        messages.error(request, _("It has opened meanwhile: those it asks were written to."))
    return redirect(campaign)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = _fetch_to_run(request, pk)
    if campaign.is_open:
        try:
            collection.close(campaign.survey)
        except OSError:
            sentence = _("The evaluation cannot be closed just now. Its answers are kept: try again in a minute.")
            messages.error(request, sentence)
    return redirect(campaign)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """While nobody knows of it."""
    campaign = _fetch_to_run(request, pk)
    watched = undoing.Watched(*undoing.hanging_from(campaign))
    if not campaigns.delete(campaign):
        messages.error(request, _("This evaluation was opened: it is closed, and not deleted."))
        return redirect(campaign)
    _say_undoable(request, _("The preparation is deleted."), watched, campaign)
    return redirect("evaluations:campaigns", campaign.community_id)


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions, in the order that members meet them."""
    campaign = fetch_part(request, with_survey, pk, may="evaluations.read_figures")
    if campaign.is_prepared:
        campaign.objectives = campaigns.objectives_of(campaign.community)
        questionnaire = questionnaires.current(campaign.questionnaire_code)
        frozen = own_questions.of_campaign(campaign)
    else:
        questionnaire, frozen = campaign.survey.questionnaire, campaign.survey.own_questions
    core = questionnaires.asked_in_campaign(campaign, questionnaire.pk)
    asked = (*core, *questionnaires.asked_of_its_own(frozen))
    said = _("what this person said on joining")
    questions = [replace(one, wording=one.wording.replace(questionnaires.EXPECTATION, said)) for one in asked]
    context = {"campaign": campaign, "community": campaign.community, "questions": questions}
    return render(request, "evaluations/campaigns/preview.html", context)


@require_POST
def mark_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever facilitates has read what members say of it: the coordination may, from now on."""
    campaign = fetch_part(request, with_survey, pk, may=MARKS_READ)
    Campaign.objects.filter(pk=campaign.pk, facilitation_read_at=None).update(facilitation_read_at=timezone.now())
    messages.success(request, _("The coordination can read it now."))
    return redirect(campaign)


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """What the page shows and nothing more."""
    campaign = fetch_part(request, with_survey, pk, may="evaluations.read_figures")
    results = CampaignResults(campaign) if campaign.is_closed else None
    if results is None or not results.is_released:
        messages.error(request, _("There is nothing to export: these results are not shown."))
        return redirect(campaign)
    told = results.facilitation_is_told or request.user.has_perm("evaluations.read_facilitation", campaign.community)
    header = [_("Code"), _("Question"), "n", _("Answer"), _("Number"), _("Share (%)")]
    audit.write(Action.EXPORTED, by=request.user, about=campaign, what="campaign", format="csv")
    name = f"{slugify(campaign.title)}-{slugify(campaign.community.name)}.csv"
    return csv_response(name, header, results.table(with_facilitation=told))
