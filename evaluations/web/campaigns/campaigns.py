"""The annual evaluation of a community, for those who prepare, open, close and read it."""

from dataclasses import replace

from django.contrib import messages
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
from evaluations.domain.campaigns import campaigns
from evaluations.domain.campaigns.results import CampaignResults
from evaluations.domain.surveys import collection, eligible, own_questions, questionnaires
from evaluations.models import Campaign, OwnQuestion, Questionnaire
from evaluations.web.campaigns.forms import CampaignForm

MARKS_READ = "evaluations.mark_facilitation_read"
with_survey = Campaign.objects.select_related(
    "launched_by", "survey__ballot_box", "survey__questionnaire", "survey__release"
)


@require_safe
def list_campaigns(request: HttpRequest, pk: int) -> HttpResponse:
    """This year's, whatever its state, and those that were closed."""
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="evaluations.read_figures")
    of_community = list(community.campaigns.select_related("survey__release", "survey__ballot_box"))
    for campaign in of_community:
        campaign.community = community
    context = {
        "community": community,
        "under_way": [campaign for campaign in of_community if not campaign.is_closed],
        "closed": [CampaignResults(campaign) for campaign in of_community if campaign.is_closed],
        "next_year": campaigns.fresh(community).year,
        "may_run": request.user.has_perm("evaluations.run_campaign", community),
    }
    return render(request, "evaluations/campaigns/campaigns.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="evaluations.run_campaign")
    prepared = community.campaigns.filter(survey=None).first()
    if prepared:
        return redirect(prepared)
    campaign = campaigns.fresh(community)
    form = CampaignForm(request.POST or None, campaign=campaign)
    if form.is_bound and form.is_valid():
        watched = undoing.Watched(community.campaigns.all())
        kept = campaigns.prepare(community, campaign.year, form.changes(), request.user)
        _say_undoable(request, _("The evaluation is prepared. Nothing has been sent."), watched, community)
        return redirect(kept)
    context = {"community": community, "campaign": campaign, "form": form}
    return render(request, "evaluations/campaigns/form.html", context, status=422 if form.is_bound else 200)


def _say_undoable(request: HttpRequest, said: str, watched: undoing.Watched, community: Community) -> None:
    back = reverse("evaluations:campaigns", args=[community.pk])
    say_undoable(request, said, watched, may="evaluations.run_campaign", of=community, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = fetch_part(request, with_survey, pk, may="evaluations.run_campaign")
    if campaign.is_closed:
        messages.info(request, _("This evaluation is closed: nothing of it changes any more."))
        return redirect(campaign)
    form, status, conflict = revise_with(CampaignForm(request.POST or None, campaign=campaign), campaign)
    if status == 302:
        campaigns.follow_closing_day(campaign.pk)
        if campaign.is_prepared:
            form.watched.while_unchanged(campaign, "last_written_at")
            _say_undoable(request, _("The changes are saved."), form.watched, campaign.community)
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
        "may_run": user.has_perm("evaluations.run_campaign", community),
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
    context |= {"asked": eligible.members_of(community).count(), "warnings": list(campaigns.warnings_of(campaign))}
    if campaign.is_open:
        context |= {"count": campaign.survey.ballot_box.count, "next_reminder": campaigns.next_reminder(campaign)}
    return render(request, "evaluations/campaigns/campaign.html", context)


@require_POST
def open_to_all(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = fetch_part(request, with_survey, pk, may="evaluations.run_campaign")
    with validation_as_messages(request):
        n = campaigns.open_to_all(campaign, request.user)
        said = ngettext(
            "The evaluation is open: %(n)s member is written to.",
            "The evaluation is open: %(n)s members are written to.",
            n,
        )
        messages.success(request, said % {"n": n})
    return redirect(campaign)


@require_POST
def launch(request: HttpRequest, pk: int) -> HttpResponse:
    """To open by itself on its day."""
    campaign = fetch_part(request, with_survey, pk, may="evaluations.run_campaign")
    with validation_as_messages(request):
        if campaigns.launch(campaign, request.user):
            messages.success(request, _("Its day has come: the evaluation is open, and its members are written to."))
        else:
            said = _("It opens by itself on its day, at nine, in your name.")
            say_done(request, said, reverse("evaluations:take_back_launch", args=[pk]))
    return redirect(campaign)


@require_POST
def take_back_launch(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = fetch_part(request, with_survey, pk, may="evaluations.run_campaign")
    if campaigns.take_back_launch(campaign):
        messages.success(request, _("It waits for somebody to open it."))
    else:
        messages.error(request, _("It has opened meanwhile: its members were written to."))
    return redirect(campaign)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = fetch_part(request, with_survey, pk, may="evaluations.run_campaign")
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
    campaign = fetch_part(request, with_survey, pk, may="evaluations.run_campaign")
    watched = undoing.Watched(*undoing.hanging_from(campaign))
    if not campaigns.delete(campaign):
        messages.error(request, _("This evaluation was opened: it is closed, and not deleted."))
        return redirect(campaign)
    _say_undoable(request, _("The preparation is deleted."), watched, campaign.community)
    return redirect("evaluations:campaigns", campaign.community_id)


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions, in the order that members meet them."""
    campaign = fetch_part(request, with_survey, pk, may="evaluations.read_figures")
    if campaign.is_prepared:
        campaign.objectives = campaigns.objectives_of(campaign.community)
    questionnaire = (
        questionnaires.current(Questionnaire.Code.ANNUAL) if campaign.is_prepared else campaign.survey.questionnaire
    )
    frozen = (
        own_questions.frozen(campaign.community, OwnQuestion.Moment.YEAR)
        if campaign.is_prepared
        else campaign.survey.own_questions
    )
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
    name = f"evaluation-{campaign.year}-{slugify(campaign.community.name)}.csv"
    return csv_response(name, header, results.table(with_facilitation=told))
