"""The search that every page leads to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from meetings.domain.searching import search

LONGEST = 100


@require_safe
def search_all(request: HttpRequest) -> HttpResponse:
    text = " ".join(request.GET.get("q", "")[:LONGEST].replace("\0", "").split())
    template = "meetings/search.html" + ("#results" if request.htmx else "")  # type: ignore[attr-defined]
    return render(request, template, {"text": text, "found": search(request.user, text)})
