"""Requests to destroy what is known of someone, for those who answer them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cmtl.shortcuts import explaining, fetch
from communities.models import DestructionRequest

PER_PAGE = 50


@require_safe
def list_destructions(request):
    """Those that wait, the most urgent first, then those that were answered."""
    if not request.user.has_perm("communities.answer_destruction"):
        raise PermissionDenied
    seen = DestructionRequest.objects.visible_to(request.user).select_related("user", "handled_by", "confirmed_by")
    answered = seen.exclude(pk__in=seen.waiting().values("pk")).order_by("-asked_at")
    context = {
        "waiting": seen.waiting(),
        "people": Paginator(answered, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "communities/destructions.html", context)


@require_POST
def handle_destruction(request, pk):
    asked = fetch(request, DestructionRequest, pk=pk)
    with explaining(request):
        asked.handle(by=request.user)
        messages.success(request, _("It is written down, with your name and the date."))
    return redirect("communities:destructions")
