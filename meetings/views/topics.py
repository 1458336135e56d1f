"""To be written."""

from django.http import HttpResponse


def _stub(request, **kwargs):
    return HttpResponse("stub", status=501)


list_topics = _stub
propose_topic = _stub
edit_topic = _stub
decide_topic = _stub
