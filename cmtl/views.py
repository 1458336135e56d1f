"""Pages that belong to no app: privacy, for everyone; and the style page, in the demonstration."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cmtl import retention


@require_safe
@login_not_required
def privacy(request):
    return render(request, "privacy.html", {"periods": retention.PERIODS})


@require_safe
@login_not_required
def style(request):
    """Every component of the look, to compare a change with."""
    if not settings.DEMO:
        raise Http404
    return render(request, "style.html", {"turnouts": [12, 10, 14, 11, 13, 9]})
