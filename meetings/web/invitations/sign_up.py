"""The public page of a training open to all."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cmtl import limits
from cmtl.public_pages import no_store
from cmtl.shortcuts import validation_as_messages
from meetings.domain.invitations import signing_up, waiting_list
from meetings.domain.links import visitors
from meetings.models import Meeting
from meetings.web.invitations.sign_up_forms import SignUpForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def sign_up(request: HttpRequest, token: str) -> HttpResponse:
    meeting = signing_up.meeting_of_sign_up_link(token)
    if meeting is None:
        return no_store(render(request, "meetings/date_vote_ended.html", status=404))
    with timezone.override(meeting.zone):
        return no_store(_answer(request, meeting, token))


def _answer(request: HttpRequest, meeting: Meeting, token: str) -> HttpResponse:
    form = SignUpForm(request.POST or None)
    if meeting.community.is_of_individuals:
        del form.fields["organisation"]
    if request.method == "POST" and signing_up.takes_more(meeting) and form.is_valid():
        if limits.rate_limited(f"sign-up:{limits.address_of(request)}", visitors.TRIES, visitors.TRIES_PER):
            return _page(request, meeting, form, status=429, is_asked_too_often=True)
        with validation_as_messages(request):
            signing_up.sign_up(meeting, **form.cleaned_data)
            return redirect(f"{request.path}?merci=1")
    return _page(request, meeting, form, status=422 if form.is_bound else 200)


def _page(request: HttpRequest, meeting: Meeting, form: SignUpForm, status: int = 200, **extra) -> HttpResponse:
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "form": form,
        "takes_more": signing_up.takes_more(meeting),
        "is_done": "merci" in request.GET,
        "is_full": waiting_list.are_all_taken(meeting),
        **extra,
    }
    return render(request, "meetings/invitations/sign_up.html", context, status=status)
