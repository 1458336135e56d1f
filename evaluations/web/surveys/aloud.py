"""Keying what a small meeting said aloud."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cmtl.shortcuts import fetch
from evaluations.domain.surveys import aloud
from evaluations.web.surveys.aloud_forms import SpokenEvaluationForm
from evaluations.web.surveys.surveys import with_survey


@require_http_methods(["GET", "HEAD", "POST"])
def key_aloud(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_survey.select_related("spoken_evaluation"), pk=pk, may="evaluations.open_survey")
    spoken = getattr(meeting, "spoken_evaluation", None)
    if not spoken:
        try:
            aloud.refuse_where_not_offered(meeting)
        except ValidationError as refusal:
            messages.error(request, refusal.message)
            return redirect("evaluations:survey", pk)
    if request.method == "POST" and "forget" in request.POST:
        aloud.forget_count(meeting)
        messages.success(request, _("What was entered is removed."))
        return redirect("evaluations:survey", pk)
    form = SpokenEvaluationForm(request.POST or None, instance=spoken)
    if request.method == "POST" and form.is_valid():
        try:
            aloud.key(meeting, form.cleaned_data, by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("evaluations:survey", pk)
    status = 422 if form.errors else 200
    return render(
        request, "evaluations/surveys/aloud.html", {"meeting": meeting, "form": form, "spoken": spoken}, status=status
    )
