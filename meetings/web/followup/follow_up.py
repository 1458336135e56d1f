"""The follow-up of a meeting: edited, read as others will read it, sent by a press, and watched on its way."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cmtl import undoing
from cmtl.numbers import parse_int
from cmtl.shortcuts import fetch, validation_as_messages
from communities.web.undo import say_undoable
from meetings.domain.followup import follow_up, minutes
from meetings.models import FollowUp, Meeting
from outbox.domain import taking_back

with_community = Meeting.objects.select_related("community", "minutes", "follow_up")


class FollowUpForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=gettext_lazy("A line followed by lines that begin with a dash becomes their heading."),
        error_messages={"required": gettext_lazy("Write a few words first.")},
    )
    absent = forms.CharField(
        label=gettext_lazy("First words for those who were not there"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "In place of « You could not be at the meeting… ». Left empty, the usual words are used."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class AudienceForm(forms.Form):
    whom = forms.ChoiceField(
        choices=[(name, name) for name in (follow_up.PRESENT, follow_up.ABSENT, follow_up.EVERYONE)]
    )


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.follow_up")
    if request.method != "POST":
        return _page(request, meeting)
    if request.POST.get("step") == "take-back":
        return _taken_back(request, meeting)
    if "again" in request.POST:
        return _drafted_again(request, meeting)
    watched = _watched(meeting)
    refusal = _saved(request, meeting)
    if refusal is None:
        _say_undoable(request, meeting, watched, _("The follow-up is saved. It has not been sent."))
    return refusal or redirect("meetings:follow_up", pk)


def _taken_back(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    with validation_as_messages(request):
        follow_up.take_back_follow_up(meeting)
        messages.success(request, _("Nothing has left: the follow-up is as it was."))
    return redirect("meetings:follow_up", meeting.pk)


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """What leaves is what was in the field, over the version one had read."""
    meeting = fetch(request, with_community, pk=pk, may="meetings.follow_up")
    chosen = AudienceForm(request.POST)
    if not chosen.is_valid():
        with validation_as_messages(request):
            raise ValidationError(_("Choose who gets it."))
        return _page(request, meeting, FollowUpForm(request.POST), status=422)
    if refusal := _saved(request, meeting):
        return refusal
    with validation_as_messages(request):
        n = follow_up.send(meeting, chosen.cleaned_data["whom"])
        done = ngettext("The follow-up leaves for %(n)s person.", "The follow-up leaves for %(n)s people.", n) % {
            "n": n
        }
        messages.success(request, done if n else _("Everyone you chose already has it: nobody is written to twice."))
    return redirect("meetings:follow_up", pk)


@require_POST
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    """To oneself, over the version one had read: what is tried is what would leave."""
    meeting = fetch(request, with_community, pk=pk, may="meetings.follow_up")
    if refusal := _saved(request, meeting):
        return refusal
    with validation_as_messages(request):
        follow_up.try_out(meeting, request.user, was_there=request.POST.get("whom") != follow_up.ABSENT)
        messages.success(request, _("A test is on its way to your own address. Nobody else gets it."))
    return redirect("meetings:follow_up", pk)


@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.send_again")
    n = follow_up.send_again(meeting)
    messages.success(request, ngettext("%(n)s mail leaves again.", "%(n)s mails leave again.", n) % {"n": n})
    drafts = request.user.has_perm("meetings.follow_up", meeting)
    return redirect("meetings:follow_up" if drafts else "meetings:replies", pk)


def _saved(request: HttpRequest, meeting: Meeting) -> HttpResponse | None:
    """None once it is saved; else the page that says why not, with what was typed."""
    form = FollowUpForm(request.POST)
    if not form.is_valid():
        return _page(request, meeting, form, status=422)
    if follow_up.save(meeting, **form.cleaned_data):
        return None
    kept = FollowUp.of(meeting)
    theirs = "\n\n".join(filter(None, [follow_up.text_of(meeting), kept.words_to_absent]))
    mine = FollowUpForm({**request.POST.dict(), "version": kept.version})
    return _page(request, meeting, mine, theirs=theirs, status=409)


def _watched(meeting: Meeting) -> undoing.Watched:
    return undoing.Watched(FollowUp.objects.filter(pk=meeting.pk))


def _say_undoable(request: HttpRequest, meeting: Meeting, watched: undoing.Watched, said: str) -> None:
    """Until it is sent: whoever is added later gets the words that left."""
    if FollowUp.objects.filter(pk=meeting.pk).exists():
        watched.while_unchanged(FollowUp(pk=meeting.pk), "sent_at")
    back = reverse("meetings:follow_up", args=[meeting.pk])
    say_undoable(request, said, watched, may="meetings.follow_up", of=meeting, back=back)


def _drafted_again(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    watched = _watched(meeting)
    if follow_up.save(meeting, "", parse_int(request.POST.get("version", ""), -1)):
        _say_undoable(request, meeting, watched, _("The text starts again from what was noted."))
    else:
        messages.error(request, _("Someone else has changed the follow-up meanwhile: read it again first."))
    return redirect("meetings:follow_up", meeting.pk)


def _page(request: HttpRequest, meeting: Meeting, form: FollowUpForm | None = None, status: int = 200, **extra):
    words = follow_up.text_of(meeting)
    present, absent = (follow_up.audience(meeting, whom) for whom in (follow_up.PRESENT, follow_up.ABSENT))
    deliveries = follow_up.deliveries(meeting)
    written = {message.recipient_id for message in deliveries if message.state not in ("failed", "dropped")}
    kept = FollowUp.of(meeting)
    first = {"text": words, "absent": kept.words_to_absent, "version": kept.version}
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "form": form or FollowUpForm(initial=first),
        "previews": [
            (name, code, is_there, follow_up.preview(meeting, code, was_there=is_there, words=words))
            for is_there in (True, False)
            for code, name in settings.LANGUAGES
        ],
        "present": present,
        "absent": absent,
        "everyone": [*present, *absent],
        "have_it": {
            name: sum(m.user_id in written for m in people)
            for name, people in (("present", present), ("absent", absent), ("everyone", [*present, *absent]))
        },
        "deliveries": deliveries,
        "leaving": taking_back.leaving(follow_up.mails_of_follow_up(meeting)),
        "may_send_again": request.user.has_perm("meetings.send_again", meeting),
        "is_log_only": minutes.level_of(meeting) == minutes.Level.LOG,
        **extra,
    }
    context["failed"] = sum(line.state == "failed" and line.has_words for line in context["deliveries"])
    context["without_address"] = [m for m in context["everyone"] if not m.user.email]
    return render(request, "meetings/followup/follow_up.html", context, status=status)
