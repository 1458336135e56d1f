"""To be written."""

from django.http import HttpResponse


def _stub(request, **kwargs):
    return HttpResponse("stub", status=501)


list_reports = _stub
show_report = _stub
write_report = _stub
publish_report = _stub
report_progress = _stub
report_pdf = _stub
