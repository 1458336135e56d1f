"""To be written."""

from django.http import HttpResponse


def _stub(request, **kwargs):
    return HttpResponse("stub", status=501)


meeting_page = _stub
reply = _stub
check_in = _stub
follow = _stub
calendar_file = _stub
enter_code = _stub
room = _stub
