"""A call for applications, from its text to its letters."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl import papers
from cmtl.public_pages import in_language_of
from cmtl.shortcuts import fetch, validation_as_messages
from communities.domain.recruitment import recruitment_emails, selecting
from communities.models import Application, Call, Commitment
from communities.web.recruitment.recruitment import about, at_the_door, with_programme
from communities.web.recruitment.selection_forms import ApplicationForm, CallForm, LettersForm, ScoreForm
from communities.web.shared import fetch_part, page
from outbox.domain.post import absolute

MOST_DAYS = 8  # on a poster

with_community = Call.objects.select_related("community__programme")


@require_safe
def list_calls(request, pk):
    community = fetch(request, with_programme, pk=pk, may="communities.select")
    calls = list(community.calls.with_counts())
    commitments = Commitment.objects.of(community).select_related("membership__user")
    return page(
        request, "communities/recruitment/calls.html", community, "members", calls=calls, commitments=commitments
    )


@require_http_methods(["GET", "HEAD", "POST"])
def create_call(request, pk):
    community = fetch(request, with_programme, pk=pk, may="communities.select")
    return _edit(request, community, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_call(request, pk):
    call = fetch_part(request, Call.objects, pk, may="communities.select")
    return _edit(request, call.community, call)


def _edit(request, community, call):
    form = CallForm(request.POST or None, community=community, call=call)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, _("The call is saved."))
        return redirect(saved)
    status = 422 if form.is_bound else 200
    return page(
        request, "communities/recruitment/call_form.html", community, "members", form=form, call=call, status=status
    )


@require_safe
def show_call(request, pk):
    """The table: means once everyone is done, each reader's own progress before."""
    call = fetch(request, with_community, pk=pk)
    readings = selecting.ranked(selecting.readings(call))
    for reading in readings:
        reading.is_mine_done = reading.is_done_by(request.user)
    reads = request.user in call.readers.all()
    return page(
        request,
        "communities/recruitment/call.html",
        call.community,
        "members",
        call=call,
        readings=readings,
        reads=reads,
        may_select=request.user.has_perm("communities.select", call.community),
        to_score=sum(1 for r in readings if not r.is_mine_done) if reads else 0,
        to_tell=selecting.to_tell(call).count(),
        accepted=sum(1 for r in readings if r.application.decision == Application.Decision.ACCEPTED),
        link=_form_of(call),
    )


def _form_of(call):
    """The address of its public form."""
    return absolute(reverse("communities:apply", args=[call.secret]))


@require_safe
def call_poster(request, pk):
    """To hang where people pass: what, for whom, when, where, and the code that opens the form."""
    call = fetch_part(request, Call.objects, pk, may="communities.select")
    address = _form_of(call)
    said = about(call.community)
    days = [day for day in said["dates"] if day > call.closes_on]
    context = {**said, "call": call, "days": days[:MOST_DAYS], "qr": papers.qr_image(address)}
    context["address"] = address.partition("://")[2].rstrip("/")
    template = "communities/recruitment/call_poster_pdf.html"
    return papers.shown(request, template, context, f"{_('poster')}-{call.pk}", back=call.get_absolute_url())


with_call = Application.objects.select_related("call__community__programme", "decided_by", "membership")


@require_safe
def show_application(request, pk):
    """A reader scores; those who decide see the scores once everyone is done."""
    application = fetch(request, with_call, pk=pk)
    reading = selecting.reading_of(application)
    return _application(request, reading, _scores(request, reading))


@require_POST
def score(request, pk):
    application = fetch(request, with_call, pk=pk)
    reading = selecting.reading_of(application)
    form = _scores(request, reading)
    if form is None or application.call.community.is_archived:
        raise PermissionDenied
    if not form.is_valid():
        return _application(request, reading, form, status=422)
    with validation_as_messages(request):
        selecting.score(application, form.values(), by=request.user)
        messages.success(request, _("Your scores are saved."))
    return redirect(_next_to_read(application.call, request.user) or application.call)


def _scores(request, reading):
    """The form of a reader; nobody else has one."""
    if request.user not in reading.readers:
        return None
    mine = reading.by_reader.get(request.user.pk, {})
    return ScoreForm(request.POST or None, criteria=reading.criteria, mine=mine)


def _application(request, reading, form, status=200):
    call = reading.application.call
    return page(
        request,
        "communities/recruitment/application.html",
        call.community,
        "members",
        application=reading.application,
        call=call,
        reading=reading,
        form=form,
        decisions=Application.Decision.choices,
        may_select=request.user.has_perm("communities.select", call.community),
        status=status,
    )


def _next_to_read(call, reader):
    """The next application this reader has not scored."""
    waiting = [r.application for r in selecting.readings(call) if not r.is_done_by(reader)]
    return waiting[0] if waiting else None


@require_POST
def decide(request, pk):
    application = fetch(request, Application.objects.select_related("call__community"), pk=pk)
    if not request.user.has_perm("communities.select", application.call.community):
        raise PermissionDenied
    with validation_as_messages(request):
        selecting.decide_application(application, request.POST.get("decision", ""), by=request.user)
        messages.success(request, _("The decision is recorded. The letter leaves when you send it."))
    return redirect(application)


@require_http_methods(["GET", "HEAD", "POST"])
def letters(request, pk):
    """The letters of those decided, in both languages, then the press."""
    call = fetch_part(request, with_community, pk, may="communities.select")
    form = LettersForm(request.POST or None, call=call)
    if request.method == "POST" and form.is_valid() and request.POST.get("step") == "send":
        n = selecting.send_letters(call, form.cleaned_data, by=request.user)
        messages.success(
            request, ngettext("%(n)s letter is on its way.", "%(n)s letters are on their way.", n) % {"n": n}
        )
        return redirect(call)
    waiting = list(selecting.to_tell(call))
    if form.is_bound and form.is_valid():
        for decision, words in form.cleaned_data.items():
            setattr(call, f"words_{decision}", words)
    return page(
        request,
        "communities/recruitment/letters.html",
        call.community,
        "members",
        call=call,
        form=form,
        groups=[_letters_of(call, decision, label, waiting) for decision, label in Application.Decision.choices],
        waiting=len(waiting),
        status=422 if form.errors else 200,
    )


def _letters_of(call, decision, label, waiting) -> dict:
    people = [a for a in waiting if a.decision == decision]
    previews = []
    if people:
        people[0].call = call
        context = recruitment_emails.decision_context(people[0], decision)
        previews = recruitment_emails.in_both(recruitment_emails.DECIDED, context)
    return {"decision": decision, "label": label, "people": people, "previews": previews}


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_door
def apply(request, secret):
    """The public form of a call."""
    call = get_object_or_404(with_community, secret=secret)
    with in_language_of(request):
        return _apply(request, call)


def _apply(request, call):
    if not call.is_open:
        context = {"call": call, "community": call.community}
        return render(
            request, "communities/recruitment/apply_closed.html", context, status=200 if call.is_coming else 410
        )
    form = ApplicationForm(request.POST or None, community=call.community, language=translation.get_language())
    if form.is_valid():
        with validation_as_messages(request):
            selecting.apply_to_call(call, **form.words())
            return render(
                request, "communities/recruitment/apply_thanks.html", {"call": call, "community": call.community}
            )
    context = {**about(call.community), "call": call, "form": form}
    return render(request, "communities/recruitment/apply.html", context, status=422 if form.errors else 200)
