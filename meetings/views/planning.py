"""To be written."""

from django.http import HttpResponse


def _stub(request, **kwargs):
    return HttpResponse("stub", status=501)


list_meetings = _stub
list_of_community = _stub
plan_meetings = _stub
show_meeting = _stub
edit_meeting = _stub
edit_agenda = _stub
cancel_meeting = _stub
