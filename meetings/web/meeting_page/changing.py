"""Changing a meeting, or calling it off."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cmtl import undoing
from cmtl.shortcuts import fetch, refusal, validation_as_messages
from cmtl.undoing import say_done
from communities.web.undo import say_undoable
from meetings.domain.invitations import emails
from meetings.domain.scheduling import copying, planning, series
from meetings.models import Meeting, TopicEvent
from meetings.web.scheduling.forms import CancelForm, EditForm
from meetings.web.scheduling.planning import organisation_names, topic_titles


class CopyForm(forms.Form):
    key = forms.UUIDField()  # chosen by the page: the same press sent twice makes one copy


asks_and_answers = require_http_methods(["GET", "HEAD", "POST"])


@asks_and_answers
def edit_meeting(request, pk):
    meeting = fetch(request, Meeting.objects.select_related("community"), pk=pk, may="meetings.edit")
    leads = request.user.has_perm("meetings.plan", meeting.community)
    form = EditForm(request.POST or None, instance=meeting, community=meeting.community, leads=leads)
    if request.method != "POST" or not form.is_valid():
        return _edit_page(request, meeting, form, status=422 if request.method == "POST" else 200)
    with validation_as_messages(request):
        own = meeting.community.topics.all()
        watched = undoing.Watched(meeting, own, TopicEvent.objects.filter(topic__in=own))
        sequence, followed = meeting.sequence, _change(meeting, form)
        if followed is None:
            return _conflict(request, meeting.pk)
        has_moved = meeting.sequence != sequence
        if has_moved or followed:  # people are told, or other dates changed too
            _say_changed(request, meeting, has_moved=has_moved, followed=followed)
        else:
            undo = {"may": "meetings.edit", "of": meeting, "back": meeting.get_absolute_url()}
            say_undoable(request, _("The meeting is saved."), watched, **undo)
    return redirect(meeting)


def _change(meeting, form):
    """How many other dates followed; None when somebody saved meanwhile."""
    version, values = form.cleaned_data["version"], form.values()
    if form.is_for_following:
        changed = form.changed_values()
        return series.change_with_following(meeting, changed=changed, version=version, **values)
    return 0 if planning.change(meeting, version=version, **values) else None


def _edit_page(request, meeting, form, status=200, theirs=()):
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "form": form,
        "theirs": theirs,
        "topics": topic_titles(meeting.community),
        "organisations": organisation_names(meeting.community),
    }
    return render(request, "meetings/meeting_page/meeting_form.html", context, status=status)


def _conflict(request, pk):
    """Someone saved first: what they wrote beside what was typed here, field by field; saving again is a choice."""
    meeting = Meeting.objects.select_related("community").get(pk=pk)
    sent = request.POST.copy()
    sent["version"] = meeting.version
    leads = request.user.has_perm("meetings.plan", meeting.community)
    form = EditForm(sent, instance=meeting, community=meeting.community, leads=leads)
    form.is_valid()
    theirs = [(form[name].label, form.kept(name)) for name in form.changed_data if name not in NOT_KEPT]
    return _edit_page(request, meeting, form, status=409, theirs=theirs)


NOT_KEPT = ("version", "extent", "because")  # fields that speak of the change, not of the meeting


def _say_changed(request, meeting, *, has_moved, followed=0):
    messages.success(request, _("The meeting is saved."))
    if followed:
        said = ngettext("%(n)s following date was changed too.", "%(n)s following dates were changed too.", followed)
        messages.success(request, said % {"n": followed})
    if has_moved and meeting.is_open and (warning := planning.past_warning(meeting.starts_at, meeting.zone)):
        messages.warning(request, warning)
    elif has_moved and meeting.invited_at:
        messages.info(request, _("Everyone invited is told of the change by e-mail, with a new calendar file."))


@asks_and_answers
def cancel_meeting(request, pk):
    meeting = fetch(request, Meeting.objects.select_related("community"), pk=pk, may="meetings.cancel")
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with validation_as_messages(request):
            watched, told = undoing.Watched(meeting), meeting.invited_at
            planning.cancel(meeting, form.cleaned_data["because"])
            if told:  # people received a mail that says so
                messages.success(request, _("The meeting is cancelled."))
            else:
                undo = {"may": "meetings.cancel", "of": meeting, "back": meeting.get_absolute_url()}
                say_undoable(request, _("The meeting is cancelled."), watched, **undo)
        return redirect(meeting)
    told = emails.people_to_notify(meeting).count()
    context = {"meeting": meeting, "community": meeting.community, "form": form, "told": told}
    return render(
        request, "meetings/meeting_page/meeting_cancel.html", context, status=422 if request.method == "POST" else 200
    )


# ------------------------------------------------------------ copying


@require_POST
def copy_meeting(request, pk):
    meeting = _led(request, pk)
    form = CopyForm(request.POST)
    with validation_as_messages(request):
        if not form.is_valid():
            raise refusal(form)
        made = copying.copy_meeting(meeting, form.cleaned_data["key"])
        said = _("The meeting is copied to %(day)s. Check the date; nobody is invited yet.") % {"day": made.when}
        undo = reverse("meetings:undo_copy", args=[made.pk])
        say_done(request, said, undo, token=copying.JUST_COPIED.make(made.pk))
        return redirect(made)
    return redirect(meeting)


@require_POST
def undo_copy(request, pk):
    meeting = _led(request, pk)
    with validation_as_messages(request):
        copying.undo_copied_meeting(meeting, request.POST.get("token", ""))
        messages.success(request, _("The copy is taken away."))
        return redirect("meetings:of_community", meeting.community_id)
    return redirect(meeting)


def _led(request, pk):
    meeting = fetch(request, Meeting.objects.select_related("community"), pk=pk)
    if not request.user.has_perm("meetings.plan", meeting.community):
        raise PermissionDenied
    return meeting
