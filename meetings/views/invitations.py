"""To be written."""

from django.http import HttpResponse


def _stub(request, **kwargs):
    return HttpResponse("stub", status=501)


invite = _stub
list_replies = _stub
calendar_file = _stub
