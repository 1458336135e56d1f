"""After a meeting: its record completed, one's own two minutes, the minutes, and why one was not there."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl import undoing
from cmtl.numbers import parse_ints
from cmtl.shortcuts import fetch, validation_as_messages
from communities.models import Membership
from communities.web.undo import say_undoable
from meetings.domain.attendance import absences
from meetings.domain.followup import completing, minutes, private_journal
from meetings.domain.links import visitors
from meetings.domain.links.links import Guest
from meetings.models import Absence, Meeting, Minutes, Reflection, Topic
from meetings.web import files
from meetings.web.guests.views import for_guest

with_community = Meeting.objects.select_related("community__programme", "minutes", "follow_up")
asks_and_answers = require_http_methods(["GET", "HEAD", "POST"])


# ---------------------------------------------------------------- the record


class RecordForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Another topic that was discussed"), max_length=200, required=False)
    synthesis = forms.CharField(
        label=gettext_lazy("Synthesis"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


@asks_and_answers
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.complete")
    if request.method != "POST":
        return _record(request, meeting)
    form = RecordForm(request.POST)
    if not form.is_valid():
        return _record(request, meeting, form, status=422)
    ticked, unticked = _pressed(request, meeting)
    with validation_as_messages(request):
        if completing.complete(meeting, ticked=ticked, unticked=unticked, by=request.user, **form.cleaned_data):
            messages.success(request, _("The record is saved."))
            return redirect("meetings:complete", pk)
        kept = Minutes.of(meeting)
        mine = RecordForm({**form.data.dict(), "title": "", "version": kept.version})
        return _record(request, meeting, mine, theirs=kept.synthesis, status=409)
    return redirect("meetings:complete", pk)


def _pressed(request: HttpRequest, meeting: Meeting) -> tuple[list[Topic], list[Topic]]:
    """Only what was changed on this page: what someone else ticked meanwhile stays."""
    now, before = (set(parse_ints(request.POST.getlist(name))) for name in ("topic", "was"))
    known = meeting.community.topics.in_bulk(now ^ before)
    changed = [known[pk] for pk in sorted(known)]
    return [t for t in changed if t.pk in now], [t for t in changed if t.pk in before]


def _record(request: HttpRequest, meeting: Meeting, form: RecordForm | None = None, status: int = 200, **extra):
    may = {
        name: request.user.has_perm(f"meetings.{name}", meeting)
        for name in ("see_attendance", "follow_up", "reflect", "drive")
    }
    kept = Minutes.of(meeting)
    mine = [t for t in meeting.topics.order_by("proposed_on", "pk") if t.state != Topic.State.DROPPED]
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "may": may,
        "missing": completing.missing_items_of(meeting),
        "MissingItem": completing.MissingItem,
        "form": form or RecordForm(initial={"synthesis": kept.synthesis, "version": kept.version}),
        "topics": mine,
        "backlog": list(meeting.community.topics.waiting().filter(meeting=None).order_by("-proposed_on", "-pk")[:60]),
        "present": meeting.attendances.filter(status="present").count() + meeting.guests,
        "has_reflected": meeting.reflections.filter(author=request.user).exists(),
        "level": minutes.level_of(meeting),
        **extra,
    }
    return render(request, "meetings/followup/complete.html", context, status=status)


# ---------------------------------------------------------------- one's own minute


class ReflectionForm(forms.ModelForm):
    class Meta:
        model = Reflection
        fields = ["face", "contributed", "stayed_close", "rules_kept", "words", "plans_follow_up", "follow_up_with"]
        labels = {
            "plans_follow_up": gettext_lazy("An individual follow-up to plan"),
            "follow_up_with": gettext_lazy("With whom, about what"),
        }
        widgets = {"words": forms.Textarea(attrs={"rows": 4, "maxlength": 4000})}


@asks_and_answers
def reflect(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.reflect")
    mine = private_journal.reflection_of(meeting, request.user)
    if not meeting.closed_at:
        messages.info(request, _("The two minutes for yourself come once the meeting is closed."))
        return redirect(meeting)
    form = ReflectionForm(request.POST or None, instance=mine)
    if request.method == "POST" and form.is_valid():
        private_journal.write_journal(meeting, request.user, request.POST.get("prompt", ""), **form.cleaned_data)
        messages.success(request, _("Kept in your journal. Nobody else reads it."))
        if "influence" in request.POST:
            return redirect("evaluations:influences", meeting.community_id)
        return redirect("meetings:journal")
    context = {
        "meeting": meeting,
        "form": form,
        "prompt": mine.prompt,
        "question": private_journal.PROMPTS.get(mine.prompt, ""),
        "faces": [(value, icon, label) for value, (icon, label) in private_journal.FACES.items()],
        "contributed": Reflection.Contributed.choices,
        "agreement": Reflection.Agreement.choices,
        "rules_kept": Reflection.RulesKept.choices,
        "face": str(form["face"].value() or ""),
    }
    return render(request, "meetings/followup/reflect.html", context, status=422 if form.is_bound else 200)


@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    pages = [
        {
            "page": page,
            "face": private_journal.FACES.get(page.face),
            "question": private_journal.PROMPTS.get(page.prompt, ""),
        }
        for page in private_journal.journal(request.user)
    ]
    return render(request, "meetings/followup/journal.html", {"pages": pages})


@require_POST
def say_followed_up(request: HttpRequest, pk: int) -> HttpResponse:
    """The individual follow-up that they noted took place."""
    meeting = fetch(request, with_community, pk=pk, may="meetings.reflect")
    watched, back = undoing.Watched(meeting.reflections.filter(author=request.user)), reverse("meetings:journal")
    private_journal.say_followed_up(meeting, request.user)
    say_undoable(request, _("Done: it is no longer to plan."), watched, may="meetings.reflect", of=meeting, back=back)
    return redirect(back)


# ---------------------------------------------------------------- the minutes


def _readable(request: HttpRequest, pk: int) -> Meeting:
    """What one may not read does not exist."""
    meeting = fetch(request, with_community, pk=pk)
    if not minutes.may_read(request.user, meeting):
        raise Http404
    return meeting


@require_safe
def read_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _readable(request, pk)
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "minutes": minutes.ReadableMinutes(meeting),
        "are_published": minutes.are_published(meeting),
        "may_publish": request.user.has_perm("meetings.publish_minutes", meeting),
        "may_set_policies": request.user.has_perm("communities.edit", meeting.community),
        "level": minutes.level_of(meeting),
        "stays_as_it_was": minutes.stays_as_it_was(meeting),
    }
    return render(request, "meetings/followup/minutes.html", context)


@require_safe
def print_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _readable(request, pk)
    audit.write(Action.EXPORTED, by=request.user, about=meeting, what="minutes", format="pdf")
    return _paper(request, meeting, request.user.pk) or redirect("meetings:minutes", pk)


@require_POST
def publish_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = fetch(request, with_community, pk=pk, may="meetings.publish_minutes")
    with validation_as_messages(request):
        if "withdraw" in request.POST:
            minutes.withdraw_minutes(meeting)
            messages.success(request, _("The minutes are withdrawn: members no longer read them."))
        else:
            minutes.publish(meeting, by=request.user)
            messages.success(request, _("The minutes are published: members read them on their own page."))
    return redirect("meetings:minutes", pk)


def _paper(request: HttpRequest, meeting: Meeting, person: int) -> HttpResponse | None:
    if files.are_too_many(request, person):
        return None
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "minutes": minutes.ReadableMinutes(meeting),
        "language": translation.get_language(),
    }
    name = f"{slugify(_('minutes of the meeting'))}-{meeting.local_start:%Y-%m-%d}.pdf"
    return files.paper(request, "meetings/followup/minutes_pdf.html", context, name)


@require_safe
@for_guest
def minutes_for_guest(request: HttpRequest, guest: Guest) -> HttpResponse:
    if not (guest.token and minutes.are_published(guest.meeting)):
        return redirect(guest.home)
    context = {"guest": guest, "meeting": guest.meeting, "minutes": minutes.ReadableMinutes(guest.meeting)}
    return render(request, "meetings/followup/phone_minutes.html", context)


@require_safe
@for_guest
def minutes_pdf_for_guest(request: HttpRequest, guest: Guest) -> HttpResponse:
    if not (guest.token and minutes.are_published(guest.meeting)):
        return redirect(guest.home)
    return _paper(request, guest.meeting, guest.membership.user_id) or redirect(guest.home)


# ---------------------------------------------------------------- why one was not there


class AbsenceForm(forms.Form):
    reason = forms.ChoiceField(choices=Absence.Reason, error_messages={"required": gettext_lazy("Choose a reason.")})
    is_named = forms.BooleanField(required=False)


@asks_and_answers
@for_guest
def say_why(request: HttpRequest, guest: Guest) -> HttpResponse:
    """The link of a mail only opens this page: a press acts."""
    attendance = absences.attendance_of(guest.meeting, guest.membership) if guest.token else None
    if attendance is None:
        return redirect(guest.home)
    if request.method == "POST" and "undo" in request.POST:
        absences.take_back(guest.meeting, guest.membership)
        messages.success(request, _("Your reason is taken back."))
        return redirect(guest.home)
    if request.method == "POST" and "stay" in request.POST:
        return _stay_or_go(request, guest)
    form = AbsenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with validation_as_messages(request):
            absences.say_why_absent(guest.meeting, guest.membership, **form.cleaned_data)
            messages.success(request, _("Thank you: it helps the group to choose its times and topics."))
        return redirect(request.path + "#stay") if _may_go(guest) else redirect(guest.home)
    said = getattr(attendance, "absence", None)
    context = {
        "guest": guest,
        "meeting": guest.meeting,
        "said": said,
        "reasons": Absence.Reason.choices,
        "proposed": request.GET.get("raison") or (said.reason if said else ""),
        "form": form,
        "may_go": _may_go(guest),
        "is_at_home": request.user == guest.membership.user,
        "facilitators": guest.meeting.community.facilitators(),
    }
    return render(request, "meetings/followup/say_why.html", context, status=422 if form.is_bound else 200)


def _may_go(guest: Guest) -> bool:
    """Asked of members only: whoever is on a pause or has left has said it."""
    return guest.membership.status == Membership.Status.ACTIVE and not guest.meeting.community.is_archived


def _stay_or_go(request: HttpRequest, guest: Guest) -> HttpResponse:
    """The link of a meeting does not make anyone leave: one's own space does, where a press confirms it and can undo
    it. It opens at once for whoever is signed in, and by a link mailed to the person for anyone else."""
    if request.POST["stay"] == "yes" or not _may_go(guest):
        messages.success(request, _("Nothing changes: you remain a member."))
        return redirect(guest.home)
    if request.user == guest.membership.user:
        return redirect(visitors.where_one_goes(visitors.OWN, guest.membership))
    visitors.send_link(guest.membership.user, to_go=guest.membership)
    messages.success(request, _("A link is on its way to your e-mail address: it opens the page where you confirm."))
    return redirect(guest.home)
