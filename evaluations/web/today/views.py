"""The page each person lands on."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluations.web.today import Today
from evaluations.web.today.bell import remember, waiting_for
from evaluations.web.today.followed import FollowedCommunities


@require_safe
def today(request):
    page = Today(request.user)
    remember(request, waiting_for(page))
    followed = FollowedCommunities(page) if page.coordinates and page.leads else None
    context = {"today": page, "followed": followed, "date": timezone.localdate()}
    return render(request, "evaluations/today/today.html", context)
