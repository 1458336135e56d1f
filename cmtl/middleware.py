"""Health answers before anything else, texts as they were typed, and what htmx needs around every view."""

import re

from django.contrib.messages import get_messages
from django.http import HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse

from cmtl import health as checks


def health(get_response):
    """`/livez` and `/readyz`, ahead of host, HTTPS and sign-in checks: probes come by bare address."""

    def middleware(request):
        if request.path == "/livez":
            return HttpResponse("ok", content_type="text/plain")
        if request.path == "/readyz":
            return checks.readiness()
        return get_response(request)

    return middleware


def plain_lines(get_response):
    """Browsers send each end of line as CRLF (HTML, « constructing the entry list »). It is read as the single
    character that they count and that is stored, so that a text nobody touched is equal to what it was."""

    def middleware(request):
        if request.method == "POST":
            request.POST = with_plain_lines(request.POST)
        return get_response(request)

    return middleware


def with_plain_lines(sent: QueryDict) -> QueryDict:
    if not any("\r" in value for _name, values in sent.lists() for value in values):
        return sent
    read = QueryDict(mutable=True)
    for name, values in sent.lists():
        read.setlist(name, [re.sub(r"\r\n?", "\n", value) for value in values])
    read._mutable = False
    return read


def htmx(get_response):
    """Carry messages out of band, and send an expired sign-in to the sign-in page instead of into a fragment."""

    def middleware(request):
        response = get_response(request)
        if not request.htmx:
            return response
        if response.status_code == 302 and response["Location"].startswith(reverse("account_login")):
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        if response.status_code == 302:
            return response
        is_html = response.get("Content-Type", "").startswith("text/html")
        leaves = "HX-Refresh" in response or "HX-Redirect" in response  # the page that comes says them
        has_room = is_html and response.status_code not in (204, 304) and not (response.streaming or leaves)
        if has_room and (waiting := list(get_messages(request))):
            block = render_to_string("_messages.html", {"messages": waiting, "out_of_band": True}, request)
            response.content += block.encode()
        return response

    return middleware
