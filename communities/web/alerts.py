"""Setting a warning aside with a reason, and taking it up again."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cmtl import undoing
from cmtl.shortcuts import fetch, validation_as_messages
from cmtl.undoing import say_done
from communities.domain import alerts
from communities.models import Community, DismissedAlert
from communities.web.undo import say_undoable


@require_POST
def dismiss(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.edit")
    ignored = alerts.Alert(
        code=request.POST.get("code", ""),
        sentence=request.POST.get("sentence", ""),
        subject=request.POST.get("subject", ""),
    )
    with validation_as_messages(request):
        aside = alerts.dismiss(community, ignored, request.POST.get("reason", ""), by=request.user)
        said = _("This warning is set aside. It can be taken up again in the settings.")
        say_done(request, said, reverse("communities:restore_alert", args=[aside.pk]), next=_next(request))
    return redirect(_next(request) or community)


def _next(request) -> str:
    """The page it was pressed on, of this site."""
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()) else ""


@require_POST
def restore(request, pk):
    aside = fetch(request, DismissedAlert.objects.select_related("community"), pk=pk)
    community = fetch(request, Community, pk=aside.community_id, may="communities.edit")
    watched, back = undoing.Watched(aside), _next(request) or reverse("communities:settings", args=[community.pk])
    alerts.restore_alert(aside)
    undo = {"may": "communities.edit", "of": community, "back": back}
    say_undoable(request, _("This warning is looked at again."), watched, **undo)
    return redirect(back)
