"""To be written."""

from django.http import HttpResponse


def _stub(request, **kwargs):
    return HttpResponse("stub", status=501)


show_survey = _stub
open_survey = _stub
counter = _stub
close_survey = _stub
export_results = _stub
ballot = _stub
