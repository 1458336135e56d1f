"""The page each person lands on."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluations.web.today import Today


@require_safe
def today(request):
    return render(request, "evaluations/today/today.html", {"today": Today(request.user), "date": timezone.localdate()})
