"""What the pages of a community share."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import render

from cmtl.shortcuts import fetch
from communities import editing
from communities.forms.shared import differences


def page(request, template, community, tab, *, status=200, **context):
    """A page of one community, under its name and tabs."""
    return render(request, f"communities/{template}", {"community": community, "tab": tab, **context}, status=status)


def fetch_part(request, things, pk, *, may):
    """Something of a community that one may see (else 404), when one may do this in the community (else 403)."""
    thing = fetch(request, things.select_related("community__programme"), pk=pk)
    if not request.user.has_perm(may, thing.community):
        raise PermissionDenied
    return thing


def revise_with(form, thing, revise=editing.revise_part):
    """Save a valid form over what it was shown. Returns the form, the status, and both texts when somebody else
    saved in between."""
    try:
        with transaction.atomic():  # what the form makes on the way (an organisation) is kept only with the rest
            changes = form.changes()
            revise(thing, changes, shown=form.cleaned_data["shown"])
    except editing.Conflict as first:
        fields = list(changes)
        return form.again(editing.seen(first.theirs, fields)), 409, differences(form, first.theirs, fields)
    return form, 302, []
