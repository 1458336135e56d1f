"""The list of communities, founding one, its page, and what can be changed of it."""

import zoneinfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cmtl.shortcuts import explaining, fetch
from communities import appointing, editing, operating_rules, profiles
from communities.forms import (
    CommunityForm,
    FirstRules,
    FoundingForm,
    Objectives,
    RoleForm,
    Rules,
    differences,
    written,
)
from communities.founding import found
from communities.models import Community, Membership, Objective


def page(request, template, community, tab, *, status=200, **context):
    """A page of one community, under its name and tabs."""
    return render(request, f"communities/{template}", {"community": community, "tab": tab, **context}, status=status)


@require_safe
def list_communities(request):
    visible = Community.objects.visible_to(request.user).select_related("programme")
    communities = list(visible.with_member_count().with_next_date())
    for community in communities:
        if community.next_starts_at:
            community.next_local = community.next_starts_at.astimezone(zoneinfo.ZoneInfo(community.time_zone))
    archived = [c for c in communities if c.status == Community.Status.ARCHIVED]
    context = {
        "communities": [c for c in communities if c not in archived],
        "archived": archived,
        "may_create": request.user.has_perm("communities.create"),
    }
    return render(request, "communities/community_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create_community(request):
    """First the profile, then one form; the form carries a key, so that sent twice it founds once."""
    if not request.user.has_perm("communities.create"):
        raise PermissionDenied
    profile = (request.POST or request.GET).get("profile")
    if profile not in profiles.Profile.values:
        return render(request, "communities/community_profiles.html", {"presets": profiles.PRESETS.items()})
    profile = profiles.Profile(profile)
    data = request.POST or None
    form = FoundingForm(data, by=request.user, profile=profile)
    rules = FirstRules(data, prefix="rules", initial=operating_rules.suggested(get_language()))
    if request.method == "POST" and form.is_valid() & rules.is_valid():
        try:
            community = found(form.plan(kept_rules(rules)), by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("%(community)s is founded.") % {"community": community})
            return redirect(community)
    context = {"form": form, "rules": rules, "profile": profile, "preset": profiles.PRESETS[profile]}
    status = 422 if form.is_bound else 200
    return render(request, "communities/community_create.html", context, status=status)


def kept_rules(rules) -> list[dict]:
    """All seven are kept; those unticked can be switched on later."""
    return [{name: row[name] for name in ("theme", "text", "is_active")} for row in written(rules)]


@require_safe
def show_community(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk)
    if not request.user.has_perm("communities.read", community):
        return page(request, "community_detail.html", community, "detail", outside=True)
    objectives = list(community.objectives.all())
    rules = [rule for rule in community.rules.all() if rule.is_active]
    counts = community.memberships.counts_by_status()
    coming = list(community.meetings.upcoming().select_related("community")[:3])
    leads = request.user.has_perm("communities.edit", community)
    missing = launch_hints(request.user, community, counts, objectives, rules, coming) if leads else []
    return page(
        request,
        "community_detail.html",
        community,
        "detail",
        objectives=[o for o in objectives if o.state == Objective.State.ACTIVE],
        reached=[o for o in objectives if o.state == Objective.State.REACHED],
        rules=rules,
        members=counts.get(Membership.Status.ACTIVE, 0),
        pool=counts.get(Membership.Status.ELIGIBLE, 0) + counts.get(Membership.Status.INVITED, 0),
        coming=coming,
        team=appointing.grants_of(community),
        hints=missing if any(not hint["is_done"] for hint in missing) else [],
        preset=profiles.PRESETS[profiles.Profile(community.profile)],
    )


def launch_hints(user, community, counts, objectives, rules, coming) -> list[dict]:
    """What a community needs before its first meeting (guide, p. 8-12). Nothing blocks."""
    steps = [
        (bool(counts), _("List its people"), "communities:members", "communities.manage_people"),
        (bool(objectives), _("Write its objectives"), "communities:objectives", "communities.adopt"),
        (bool(rules), _("Adopt its operating rules"), "communities:rules", "communities.adopt"),
        (bool(community.purpose), _("Say what it is for"), "communities:edit", "communities.edit"),
        (bool(coming), _("Plan its next dates"), "meetings:plan", "meetings.plan"),
    ]
    return [
        {"is_done": done, "label": label, "url_name": url}
        for done, label, url, may in steps
        if user.has_perm(may, community)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def edit_community(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="communities.edit")
    name = community.name  # the form writes what was typed into its instance, even when it is refused
    form = CommunityForm(request.POST or None, community=community, by=request.user)
    status, conflict = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                editing.revise(community, form.changes(), shown=form.cleaned_data["shown"])
            except editing.Conflict as first:
                status, conflict = 409, differences(form, first.theirs, form.Meta.fields)
                form = form.again(editing.seen(first.theirs, form.Meta.fields))
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                messages.success(request, _("The changes are saved."))
                return redirect(community)
    community.name = name
    return page(request, "community_edit.html", community, "detail", form=form, conflict=conflict, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_objectives(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.adopt")
    return edit_rows(
        request,
        community,
        "objectives.html",
        Objectives,
        rows=community.objectives.all,
        fields=editing.OBJECTIVE_FIELDS,
        save=lambda rows, shown: editing.set_objectives(community, rows, shown=shown),
        done=_("The objectives are saved."),
        first=[{"kind": kind, "state": Objective.State.ACTIVE} for kind in Objective.Kind],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_rules(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.adopt")
    each_time = bool(request.POST.get("each_time"))
    return edit_rows(
        request,
        community,
        "rules.html",
        Rules,
        rows=community.rules.all,
        fields=editing.RULE_FIELDS,
        save=lambda rows, shown: editing.set_rules(community, rows, shown=shown, each_time=each_time),
        done=_("The rules are saved."),
        first=[],
        each_time=each_time if request.method == "POST" else community.shows_rules_each_time,
    )


def edit_rows(request, community, template, formset_class, *, rows, fields, save, done, first, **context):
    """A short list edited whole. If somebody saved it in between, both are shown and nothing is written."""
    stored = list(rows())
    shown, status, conflict = editing.seen_rows(stored, fields), 200, None
    if request.method == "POST":
        formset = formset_class(request.POST, prefix="rows")
        status = 422
        if formset.is_valid():
            try:
                save(written(formset), request.POST.get("shown", ""))
            except editing.Conflict as changed:
                status, conflict = 409, changed.theirs
                shown = editing.seen_rows(changed.theirs, fields)
            else:
                messages.success(request, done)
                return redirect(community)
        else:
            shown = request.POST.get("shown", "")
    else:
        initial = [{"pk": row.pk, **{name: getattr(row, name) for name in fields}} for row in stored] or first
        formset = formset_class(prefix="rows", initial=initial)
        if not stored and first:
            formset.extra = 0
    return page(
        request,
        template,
        community,
        "detail",
        formset=formset,
        shown=shown,
        conflict=conflict,
        status=status,
        **context,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_roles(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="communities.grant_roles")
    grants, roles = appointing.grants_of(community), appointing.grantable(request.user, community)
    if "withdraw" in request.POST:
        grant = get_object_or_404(grants, pk=whole_number(request.POST["withdraw"]))
        with explaining(request):
            appointing.withdraw(grant, community, by=request.user)
            messages.success(
                request,
                _("%(person)s no longer has this role: %(role)s.")
                % {"person": grant.user, "role": grant.get_role_display()},
            )
        return redirect("communities:list" if grant.user_id == request.user.pk else request.path)
    form = RoleForm(request.POST or None, roles=roles)
    if request.method == "POST" and form.is_valid():
        try:
            grant, is_new = appointing.appoint(community, **form.cleaned_data, by=request.user)
        except ValidationError as refused:
            form.add_error("email", refused)
        else:
            said = _("%(person)s: %(role)s.") if is_new else _("%(person)s had this role already: %(role)s.")
            messages.success(request, said % {"person": grant.user, "role": grant.get_role_display()})
            return redirect(request.path)
    return page(
        request,
        "roles.html",
        community,
        "detail",
        form=form,
        grants=grants,
        roles=roles,
        status=422 if form.is_bound else 200,
    )


def whole_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
