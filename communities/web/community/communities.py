"""The list of communities, founding one, its page, and what can be changed of it."""

import zoneinfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cmtl.shortcuts import fetch
from communities.domain import alerts, dates, revising
from communities.domain.charter import operating_rules
from communities.domain.community import policies
from communities.domain.community.founding import found
from communities.domain.community.launch import launch_of
from communities.domain.lifecycle import end_notice
from communities.domain.roles import role_assignment
from communities.models import Community, Draft, Policies, Programme, RecordSheet, profiles
from communities.web.charter.forms import FirstRules
from communities.web.community.forms import NUMBERS, CommunityForm, FoundingForm
from communities.web.shared import page, revise_with, saved
from communities.web.shared_forms import written


@require_safe
def list_communities(request):
    visible = Community.objects.visible_to(request.user).select_related("programme")
    communities = list(visible.with_member_count().annotate(next_starts_at=dates.next_start()))
    unled = set(visible.led_by_nobody().values_list("pk", flat=True)) if request.user.is_staff else set()
    for community in communities:
        community.awaits_a_leader = community.pk in unled and not community.is_archived
        if community.next_starts_at:
            community.next_local = community.next_starts_at.astimezone(zoneinfo.ZoneInfo(community.time_zone))
    archived = [c for c in communities if c.status == Community.Status.ARCHIVED]
    context = {
        "communities": [c for c in communities if c not in archived],
        "archived": archived,
        "programmes": Programme.objects.visible_to(request.user),
        **_may_begin(request.user),
    }
    return render(request, "communities/community/community_list.html", context)


def _may_begin(user):
    """Create a community or, for whoever only facilitates, prepare one."""
    may_create = user.has_perm("communities.create")
    return {"may_create": may_create, "may_prepare": not may_create and user.has_perm("communities.prepare")}


@require_http_methods(["GET", "HEAD", "POST"])
def create_community(request):
    """First the profile, then one form; the form carries a key, so that sent twice it founds once. Whoever facilitates
    prepares one, that a coordinator opens."""
    may = _may_begin(request.user)
    if not any(may.values()):
        raise PermissionDenied
    profile = (request.POST or request.GET).get("profile")
    if profile not in profiles.Profile.values:
        return render(
            request, "communities/community/community_profiles.html", {"presets": profiles.PRESETS.items(), **may}
        )
    profile = profiles.Profile(profile)
    data = request.POST or None
    form = FoundingForm(data, by=request.user, profile=profile, is_draft=may["may_prepare"])
    rules = FirstRules(data, prefix="rules", initial=operating_rules.suggested(get_language()))
    if request.method == "POST" and form.is_valid() & rules.is_valid():
        try:
            community = found(form.plan(kept_rules(rules)), by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            said = _("%(community)s is yours to prepare.") if form.is_draft else _("%(community)s is founded.")
            messages.success(request, said % {"community": community})
            return redirect(community)
    context = {"form": form, "rules": rules, "profile": profile, "preset": profiles.PRESETS[profile], **may}
    if form.is_bound:  # what is folded away opens where something was written or is wrong
        context |= {
            "objectives_said": any(field.value() for field in form.objective_fields),
            "rules_wrong": not rules.is_valid(),
            "numbers_wrong": set(form.errors) & {*NUMBERS, "mode_policy", "anonymity_threshold"},
        }
    status = 422 if form.is_bound else 200
    return render(request, "communities/community/community_create.html", context, status=status)


def kept_rules(rules) -> list[dict]:
    """All seven are kept; those unticked can be switched on later."""
    return [{name: row[name] for name in ("theme", "text", "is_active")} for row in written(rules)]


@require_safe
def show_community(request, pk):
    rows = Community.objects.select_related(
        "programme", "policies", "decline_rule", "record_sheet__anchor", "record_sheet__asked_by"
    )
    rows = rows.prefetch_related("dismissed_alerts")
    community = fetch(request, rows, pk=pk)
    if not request.user.has_perm("communities.read", community):
        return page(request, "communities/community/community_detail.html", community, "detail", outside=True)
    coming = dates.coming(community, 4)
    leads = request.user.has_perm("communities.edit", community)
    started = launch_of(community, request.user) if leads else None
    warned = alerts.standing(community, policies.warnings(community))[0] if leads else []
    return page(
        request,
        "communities/community/community_detail.html",
        community,
        "detail",
        sheet=RecordSheet.of(community),
        policies=Policies.of(community),
        facilitators=[person.full_name for person in community.facilitators()],
        coming=coming[1:],
        team=role_assignment.assignments_of(community),
        partners=community.partners.current().without_logo().select_related("organisation"),
        launch=None if started is None or started.is_over else started,
        warned=warned,
        resource_persons=[person for person in community.resource_persons.all() if person.is_active],
        preset=profiles.PRESETS[profiles.Profile(community.profile)],
        end_sentence=end_notice.sentence(community) if leads else "",
        draft=_draft(request.user, community) if community.is_draft else None,
    )


def _draft(user, community):
    """Who prepares it, what was answered, and what this person may do of it."""
    kept = Draft.of(community)
    return {
        "prepared_by": kept.prepared_by,
        "sent_back_because": kept.sent_back_because,
        "may_open": user.has_perm("communities.open", community),
        "may_delete": user.has_perm("communities.delete_draft", community),
        "may_propose": kept.sent_back_because and user.has_perm("communities.propose_draft", community),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def edit_community(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="communities.edit")
    name = community.name  # the form writes what was typed into its instance, even when it is refused
    form = CommunityForm(request.POST or None, community=community, by=request.user)
    form, status, conflict = revise_with(form, community, revising.revise)
    if status == 302:
        return saved(request, form, may="communities.edit", of=community, back=community.get_absolute_url())
    community.name = name
    return page(
        request,
        "communities/community/community_edit.html",
        community,
        "detail",
        form=form,
        conflict=conflict,
        status=status,
    )
