"""Inviting people to a meeting, and reading what they answered."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from cmtl import languages, undoing
from cmtl.shortcuts import fetch, validation_as_messages
from cmtl.undoing import say_done
from communities.web.undo import say_undoable
from meetings.domain.followup import follow_up
from meetings.domain.invitations import emails, invitations, later
from meetings.domain.invitations.calendar import calendar_for
from meetings.models import FollowUp, Invitation, Meeting
from meetings.web.files import download
from meetings.web.invitations.mail_forms import LaterForm, WordsForm
from outbox.domain import post, taking_back


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request, pk):
    """Read the mail, see who gets it, add a few words, send, at once or later. Nothing leaves before a press."""
    meeting = fetch(request, Meeting.objects.select_related("community", "invitation"), pk=pk, may="meetings.invite")
    step = request.POST.get("step", "")
    if step in AT_ONCE:
        return AT_ONCE[step](request, meeting)
    kept = Invitation.of(meeting).words
    form = WordsForm(request.POST or None, meeting=meeting)
    words = form.cleaned_data["words"] if form.is_valid() else kept
    if form.is_valid() and form.tells != Invitation.of(meeting).tells_changes:
        Invitation.write(meeting, tells_changes=form.tells)
    if step == "send" and form.is_valid():
        return _sent(request, meeting, words)
    if step == "keep" and form.is_valid():
        return _words_kept(request, meeting, words)
    hour = _hour_asked(request, meeting, step)
    if hour.is_bound and hour.is_valid() and form.is_valid():
        return _planned(request, meeting, hour.cleaned_data["starts_at"], words)
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "form": form,
        "hour": hour,
        "leaves_at": later.said_of(meeting),
        "proposals": [
            (f"{at.astimezone(meeting.zone):%Y-%m-%d %H:%M}", later.said(at, meeting))
            for at in later.proposals(meeting)
        ],
        "audience": invitations.audience(meeting),
        "may_word": request.user.has_perm("meetings.word_mails", meeting.community),
        "previews": [(label, code, emails.preview(meeting, code, words)) for code, label in settings.LANGUAGES],
    }
    status = 422 if form.errors or hour.errors else 200
    return render(request, "meetings/invitations/invite.html", context, status=status)


def _hour_asked(request, meeting, step):
    """As typed, or as one of the hours proposed."""
    asked, _space, proposed = step.partition(" ")
    if asked != "later":
        return LaterForm(meeting=meeting)
    day, _space, clock = proposed.partition(" ")
    return LaterForm({"day": day, "starts": clock} if proposed else request.POST, meeting=meeting)


def _planned(request, meeting, at, words):
    with validation_as_messages(request):
        later.send_later(meeting, at, words, by=request.user)
        said = _("The invitation will leave on %(when)s.") % {"when": later.said(at, meeting)}
        say_done(request, said, request.path, step="not-later")
    return redirect("meetings:invite", meeting.pk)


def _words_kept(request, meeting, words):
    watched = undoing.Watched(Invitation.objects.filter(pk=meeting.pk)).while_unchanged(meeting, "invited_at")
    Invitation.write(meeting, words=words)
    said, back = (
        _("These words are saved: the invitation will say them."),
        reverse("meetings:invite", args=[meeting.pk]),
    )
    say_undoable(request, said, watched, may="meetings.invite", of=meeting, back=back)
    return redirect(back)


def _sent(request, meeting, words=None):
    with validation_as_messages(request):
        _say_sent(request, invitations.begin(meeting, words))
        return redirect("meetings:replies", meeting.pk)
    return redirect(meeting)


def _not_later(request, meeting):
    """Its words stay, to be sent another day."""
    Invitation.forget_the_hour(meeting)
    messages.success(request, _("The invitation will not leave by itself: nobody is invited yet."))
    return redirect("meetings:invite", meeting.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@xframe_options_sameorigin
def show_mail(request, pk):
    """The mail as its readers will see it, with the words typed so far; for a frame where no script runs."""
    meeting = fetch(request, Meeting.objects.select_related("community"), pk=pk, may="meetings.invite")
    form = WordsForm(request.POST or None, meeting=meeting)
    words = form.cleaned_data["words"] if form.is_valid() else Invitation.of(meeting).words
    code = languages.full(request.GET.get("langue", "")) or languages.active()
    mail = emails.preview(meeting, code, words, tells_changes=form.tells)
    response = HttpResponse(mail["html"])
    response._csp_replace = post.CSP_OF_A_MAIL
    return response


def _taken_back(request, meeting):
    """Their words stay, to be sent again."""
    with validation_as_messages(request):
        invitations.take_back_invitations(meeting)
        messages.success(request, _("Nothing has left: nobody is invited yet."))
        return redirect("meetings:invite", meeting.pk)
    return redirect("meetings:replies", meeting.pk)


# presses that ask for no words: those kept are said
AT_ONCE = {"take-back": _taken_back, "send-now": _sent, "not-later": _not_later}


def _say_sent(request, count):
    if count:
        said = ngettext("%(n)s invitation is on its way.", "%(n)s invitations are on their way.", count)
        messages.success(request, said % {"n": count})
    else:
        messages.info(request, _("Everyone already has this invitation: nothing was sent again."))


@require_safe
def list_replies(request, pk):
    """Asked by htmx, only how many invitations are still to be written; the whole page again once all are."""
    meeting = fetch(request, Meeting.objects.select_related("community"), pk=pk, may="meetings.see_replies")
    to_write = invitations.left_to_write(meeting)
    if request.htmx:
        return _writing(request, meeting, to_write)
    lines = invitations.lines_of(meeting)
    sees_delivery = request.user.has_perm("meetings.see_delivery", meeting)
    chosen = request.GET.get("reponse", "")
    shown = [line for line in lines if line.answer == chosen] if chosen in invitations.ORDER else lines
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "lines": shown,
        "chosen": chosen if shown is not lines else "",
        "turnout": invitations.Turnout.of(meeting),
        "to_write": to_write,
        "leaving": _leaving(request, meeting),
        "sees_delivery": sees_delivery,  # a relay's own words often say the address
        "undelivered": sum(line.delivery == "failed" for line in lines) if sees_delivery else 0,
        "refused": _refused(request, meeting),
        "pressed": sum(line.pressed_at is not None for line in lines),
        "wishes": [line for line in lines if line.reply and line.reply.wish],
    }
    return render(request, "meetings/invitations/replies.html", context)


def _leaving(request, meeting):
    if not request.user.has_perm("meetings.invite", meeting):
        return None
    return taking_back.leaving(invitations.mails_of_invitation(meeting))


def _refused(request, meeting):
    """Mails of the follow-up that were refused, for who may send them again from here."""
    if not (FollowUp.of(meeting).sent_at and request.user.has_perm("meetings.send_again", meeting)):
        return 0
    return sum(mail.state == "failed" for mail in follow_up.deliveries(meeting))


def _writing(request, meeting, to_write):
    if not to_write:
        return HttpResponseClientRefresh()
    return render(request, "meetings/invitations/replies.html#writing", {"meeting": meeting, "to_write": to_write})


@require_safe
def calendar_file(request, pk):
    """One's own file for a member; with the link to join for the team. Whoever only reads, as an evaluator, is given no
    address of the team."""
    meeting = fetch(request, Meeting.objects.select_related("community"), pk=pk)
    membership = meeting.people.invitable().filter(user=request.user).select_related("user").first()
    sees_link = request.user.has_perm("meetings.see_link", meeting)
    organiser = "" if membership or sees_link else settings.PRIVACY_OFFICER
    content = calendar_for(meeting, None if sees_link else membership, with_link=sees_link, organiser=organiser)
    name = slugify(f"{meeting.community.name}-{meeting.local_start:%Y-%m-%d}")
    return download(content, f"{name}.ics", "text/calendar; charset=utf-8")
