"""The question that warms a meeting up, for those who prepare it: asked, read, made a topic."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cmtl.shortcuts import fetch
from communities.web.shared import revise_with, saved
from meetings.domain.invitations import icebreaker
from meetings.models import Meeting
from meetings.web.invitations.mail_forms import WarmUpForm


@require_http_methods(["GET", "HEAD", "POST"])
def edit_question(request, pk):
    meeting = fetch(request, Meeting.objects.select_related("community"), pk=pk, may="meetings.edit")
    form, status, conflict = revise_with(WarmUpForm(request.POST or None, meeting=meeting), meeting)
    if status == 302:
        return saved(request, form, may="meetings.edit", of=meeting, back=request.path)
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "form": form,
        "conflict": conflict,
        "answers": meeting.warm_up_answers.select_related("membership__user", "membership__organisation", "topic"),
        "may_choose": request.user.has_perm("meetings.choose_topic", meeting),
    }
    return render(request, "meetings/invitations/warm_up.html", context, status=status)


@require_POST
def make_topic(request, pk, answer_pk):
    meeting = fetch(request, Meeting.objects.select_related("community"), pk=pk, may="meetings.edit")
    if not request.user.has_perm("meetings.choose_topic", meeting):
        raise PermissionDenied
    icebreaker.make_topic(get_object_or_404(meeting.warm_up_answers, pk=answer_pk))
    messages.success(request, _("It is among the topics, without anyone’s name."))
    return redirect("meetings:icebreaker", meeting.pk)
