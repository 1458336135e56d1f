"""Subscribing to a calendar: the page with the addresses, and the addresses themselves."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cmtl.shortcuts import fetch
from communities.models import Community
from meetings.domain import feeds
from meetings.models import CalendarFeed
from outbox.domain.post import absolute


@require_safe
def subscribe(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="meetings.subscribe")
    found = {
        feed.community_id: feed for feed in CalendarFeed.objects.open().filter(Q(user=request.user) | Q(community=pk))
    }
    mine = {
        "whose": "mine",
        "title": _("My calendar"),
        "about": _("All your meetings, in every community, each with your own page for it. For you alone."),
        "may_change": True,
        **addresses(found.get(None)),
    }
    ours = {
        "whose": "community",
        "title": _("The calendar of the community"),
        "about": _("The dates and topics of this community, without the link to join. It may be given to its members."),
        "may_change": request.user.has_perm("meetings.plan", community),
        **addresses(found.get(pk)),
    }
    return render(
        request, "meetings/feeds/feeds.html", {"community": community, "tab": "meetings", "feeds": [mine, ours]}
    )


def addresses(feed: CalendarFeed | None) -> dict[str, str]:
    """As one copies it, and as programs open it (`webcal:`)."""
    address = absolute(feed.get_absolute_url()) if feed else ""
    return {"address": address, "webcal": "webcal:" + address.partition(":")[2]}


@require_POST
def change_feed(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an address, make another one, or stop it: one's own, or the community's for those who plan it."""
    community = fetch(request, Community, pk=pk, may="meetings.subscribe")
    of = {"user": request.user}
    if request.POST.get("whose") == "community":
        if not request.user.has_perm("meetings.plan", community):
            raise PermissionDenied
        of = {"community": community}
    if request.POST.get("stop"):
        feeds.stop_feeds(**of)
        messages.success(request, _("This address opens nothing any more."))
    else:
        feeds.renew(**of)
        messages.success(request, _("The address is ready; an earlier one, if there was one, opens nothing any more."))
    return redirect("meetings:subscribe", pk)


@login_not_required
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What calendars read, without signing in: the secret is the key. Nothing of it is kept by proxies."""
    found = get_object_or_404(CalendarFeed.objects.open().select_related("user", "community"), secret=secret)
    if found.user and not found.user.is_active:
        raise Http404
    headers = {"Cache-Control": "private, max-age=900", "X-Robots-Tag": "noindex"}
    return HttpResponse(feeds.content_of(found), content_type="text/calendar; charset=utf-8", headers=headers)
