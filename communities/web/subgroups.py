"""Sub-groups that last."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cmtl import undoing
from cmtl.shortcuts import fetch
from communities.domain import subgroups
from communities.models import Community, Membership, SubGroup
from communities.web.partners.forms import SubGroupForm
from communities.web.shared import fetch_part, page, remove_part, save_over, saved
from communities.web.shared_forms import differences
from communities.web.undo import say_undoable


@require_http_methods(["GET", "HEAD", "POST"])
def list_groups(request, pk):
    """The sub-groups; posting makes one."""
    community = fetch(request, Community, pk=pk, may="communities.edit")
    form = SubGroupForm(request.POST or None, community=community)
    if form.is_bound and form.is_valid():
        watched, back = undoing.Watched(community.sub_groups.all()), reverse("communities:subgroups", args=[pk])
        group = SubGroup.objects.create(community=community, **form.changes())
        group.members.set(form.cleaned_data["members"])
        said = _("The sub-group « %(name)s » is made. Tick who is in it.") % {"name": group}
        say_undoable(request, said, watched, may="communities.edit", of=community, back=back)
        return redirect(group)
    groups = community.sub_groups.select_related("facilitator").prefetch_related("members__user")
    current = community.memberships.current()
    return page(
        request,
        "communities/subgroups/subgroups.html",
        community,
        "settings",
        form=form,
        groups=groups,
        with_region=current.exclude(region="").count(),
        alone=current.filter(sub_groups=None).count() if groups else 0,
        status=422 if form.is_bound else 200,
    )


@require_POST
def group_by_region(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.edit")
    watched, back = undoing.Watched(community.sub_groups.all()), reverse("communities:subgroups", args=[pk])
    made, placed = subgroups.group_by_region(community)
    if placed or made:
        said = ngettext("%(n)s person is placed by region.", "%(n)s people are placed by region.", placed)
        say_undoable(request, said % {"n": placed}, watched, may="communities.edit", of=community, back=back)
    else:
        messages.info(request, _("Everybody whose region is written is in its sub-group already."))
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_group(request, pk):
    group = fetch_part(request, SubGroup.objects, pk, may="communities.edit")
    form = SubGroupForm(request.POST or None, instance=group, community=group.community)
    told = form.cleaned_data if form.is_valid() else {}
    form, status, conflict = save_over(
        form,
        lambda: subgroups.arrange_subgroup(group, form.changes(), told["members"], shown=told["shown"]),
        subgroups.group_shown,
        lambda theirs: [*differences(form, theirs, subgroups.FIELDS), *others(form, theirs)],
        watches=[group],
    )
    if status == 302:
        back, said = reverse("communities:subgroups", args=[group.community_id]), _("The sub-group is saved.")
        return saved(request, form, may="communities.edit", of=group.community, back=back, sentence=said)
    return page(
        request,
        "communities/subgroups/subgroup.html",
        group.community,
        "settings",
        form=form,
        group=group,
        conflict=conflict,
        status=status,
    )


def others(form, theirs: SubGroup) -> list[dict]:
    """The members, when somebody else saved others."""
    stored, mine = set(theirs.members.select_related("user")), set(form.cleaned_data["members"])

    def names(members: set[Membership]) -> str:
        return ", ".join(sorted(m.user.full_name for m in members)) or "—"

    label = form.fields["members"].label
    return [{"label": label, "theirs": names(stored), "yours": names(mine)}] if stored != mine else []


@require_http_methods(["GET", "HEAD", "POST"])
def remove_group(request, pk):
    group = fetch_part(request, SubGroup.objects, pk, may="communities.edit")
    return remove_part(
        request,
        group,
        title=_("Remove this sub-group?"),
        warning=_("Who was in it is forgotten. The people stay members of the community."),
        done=_("The sub-group is removed; its members stay members."),
        to="communities:subgroups",
    )
