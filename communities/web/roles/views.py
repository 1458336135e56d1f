"""Who holds which role in a community."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Action
from cmtl import undoing
from cmtl.numbers import parse_int
from cmtl.shortcuts import fetch, validation_as_messages
from communities.domain.roles import role_assignment
from communities.models import Community
from communities.web.roles.forms import RoleForm
from communities.web.shared import page
from communities.web.undo import say_undoable


@require_http_methods(["GET", "HEAD", "POST"])
def edit_roles(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk)
    assignments, roles = role_assignment.assignments_of(community), role_assignment.grantable(request.user, community)
    if not roles:
        raise PermissionDenied
    manages = request.user.has_perm("communities.grant_roles", community)
    if "withdraw" in request.POST:
        return _withdraw(request, community, get_object_or_404(assignments, pk=parse_int(request.POST["withdraw"])))
    form = RoleForm(request.POST or None, roles=roles)
    if request.method == "POST" and form.is_valid():
        try:
            assignment, is_new = role_assignment.appoint(community, **form.cleaned_data, by=request.user)
        except ValidationError as refused:
            form.add_error("email", refused)
        else:
            said = _("%(person)s: %(role)s.") if is_new else _("%(person)s had this role already: %(role)s.")
            messages.success(request, said % {"person": assignment.user, "role": assignment.get_role_display()})
            return redirect(request.path if manages else community)
    return page(
        request,
        "communities/roles/roles.html",
        community,
        "settings",
        form=form,
        role_assignments=assignments,
        history=role_assignment.history_of(community),
        revocable=role_assignment.revocable(request.user, community),
        manages=manages,
        sees_budget=request.user.has_perm("communities.see_budget", community),
        status=422 if form.is_bound else 200,
    )


def _withdraw(request, community, assignment):
    """Whoever withdraws their own role may not read this page any more."""
    with validation_as_messages(request):
        watched = undoing.Watched(assignment)
        role_assignment.withdraw_role(assignment, community, by=request.user)
        said = _("%(person)s no longer has this role: %(role)s.")
        said %= {"person": assignment.user, "role": assignment.get_role_display()}
        if assignment.user_id == request.user.pk:  # nobody gives a role to themselves
            messages.success(request, said)
        else:
            undo = {"may": role_assignment.may_give(assignment.role), "of": community, "back": request.path}
            say_undoable(request, said, watched, **undo, action=Action.ROLE_GIVEN)
    return redirect("communities:list" if assignment.user_id == request.user.pk else request.path)
