"""The policies of a community, one by one or all together by its profile."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cmtl import editing, undoing
from cmtl.shortcuts import fetch
from communities.domain import alerts, revising
from communities.domain.community import policies
from communities.models import Community, profiles
from communities.web.community.policy_forms import PoliciesForm, ProfileForm
from communities.web.shared import page, revise_with, saved
from communities.web.undo import say_undoable


@require_http_methods(["GET", "HEAD", "POST"])
def edit_policies(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="communities.edit")
    warned, _aside = alerts.standing(community, policies.warnings(community))
    form, status, conflict = revise_with(
        PoliciesForm(request.POST or None, community=community), community, revising.revise
    )
    if status == 302:
        return saved(request, form, may="communities.edit", of=community, back=request.path)
    chosen = request.GET.get("profil")
    profile = profiles.Profile(chosen) if chosen in profiles.Profile.values else None
    return page(
        request,
        "communities/community/policies.html",
        community,
        "settings",
        form=form,
        conflict=conflict,
        warned=warned,
        presets=profiles.PRESETS.items(),
        profile=profile,
        changes=policies.changes_of(community, profile) if profile else [],
        seen=editing.seen(community, ["profile", *policies.FIELDS]),
        status=status,
    )


@require_POST
def apply_profile(request, pk):
    """Only what was shown before is applied: a community changed in between is shown again."""
    community = fetch(request, Community, pk=pk, may="communities.edit")
    form = ProfileForm(request.POST)
    if form.is_valid():
        watched, back = undoing.Watched(community), reverse("communities:policies", args=[pk])
        try:
            revising.revise(community, form.changes(), shown=form.cleaned_data["shown"])
        except editing.Conflict:
            messages.error(request, _("Someone else changed the policies in between: look at the list again."))
        else:
            said = _("The profile and what it sets are saved.")
            say_undoable(request, said, watched, may="communities.edit", of=community, back=back)
            return redirect("communities:policies", community.pk)
    return redirect("communities:policies", community.pk)
