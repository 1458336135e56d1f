"""The record of a community, the people it can turn to, and how links are to form."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cmtl.shortcuts import fetch
from communities.domain import revising
from communities.models import Community, RecordSheet, TeamBuildingStep
from communities.web.community.record_forms import RecordForm, ResourcePersons, TeamBuildingSteps
from communities.web.members.people import organisation_names
from communities.web.shared import edit_rows, page, revise_with, saved


@require_http_methods(["GET", "HEAD", "POST"])
def edit_record(request, pk):
    communities = Community.objects.select_related("programme", "record_sheet__asked_by", "record_sheet__anchor")
    community = fetch(request, communities, pk=pk, may="communities.edit")
    form, status, conflict = revise_with(
        RecordForm(request.POST or None, community=community), community, revising.revise
    )
    if status == 302:
        return saved(request, form, may="communities.edit", of=community, back=community.get_absolute_url())
    return page(
        request,
        "communities/community/record.html",
        community,
        "settings",
        form=form,
        conflict=conflict,
        organisations=organisation_names(request.user),
        models_of_concertation=RecordSheet.objects.names_known_to(request.user),
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_resource_persons(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.edit")
    return edit_rows(
        request,
        community,
        "communities/community/resource_persons.html",
        ResourcePersons,
        rows=community.resource_persons.all,
        fields=revising.RESOURCE_PERSON_FIELDS,
        save=lambda rows, shown: revising.set_rows(
            community, community.resource_persons, rows, revising.RESOURCE_PERSON_FIELDS, shown=shown
        ),
        done=_("The resource persons are saved."),
        watches=[community.resource_persons.all()],
        first=[],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_team_building_steps(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.edit")
    kept = {step.kind for step in community.team_building_steps.all()}
    return edit_rows(
        request,
        community,
        "communities/community/link_steps.html",
        TeamBuildingSteps,
        rows=community.team_building_steps.all,
        fields=revising.TEAM_BUILDING_STEP_FIELDS,
        save=lambda rows, shown: revising.set_rows(
            community, community.team_building_steps, rows, revising.TEAM_BUILDING_STEP_FIELDS, shown=shown
        ),
        done=_("The plan is saved."),
        watches=[community.team_building_steps.all()],
        first=[{"kind": kind, "is_planned": False} for kind in TeamBuildingStep.Kind if kind not in kept],
    )
