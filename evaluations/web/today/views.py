"""The page each person lands on."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluations.web.today import Today
from evaluations.web.today.bell import remember, waiting_for


@require_safe
def today(request):
    page = Today(request.user)
    remember(request, waiting_for(page))
    return render(request, "evaluations/today/today.html", {"today": page, "date": timezone.localdate()})
