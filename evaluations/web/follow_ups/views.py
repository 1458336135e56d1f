"""The pages of individual follow-ups. Every answer that holds notes is kept by no cache."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl import editing
from cmtl.numbers import parse_ints
from cmtl.shortcuts import fetch
from communities.models import Community
from communities.web.shared import page, save_over
from communities.web.shared_forms import differences
from evaluations.domain.follow_ups import (
    clarifying,
    coverage,
    guide,
    notes,
    offering,
    passing_on,
    requests,
    suggesting,
    times,
)
from evaluations.models import IndividualFollowUp
from evaluations.web.follow_ups.forms import (
    FollowUpForm,
    NewFollowUpForm,
    OpenNotesForm,
    PassOnForm,
    ReaderForm,
    SendAgainForm,
    TimesForm,
)
from meetings.domain.followup import private_journal
from meetings.models import Meeting
from meetings.web.files import paper

KEEP, SEE, OPEN = "evaluations.keep_follow_ups", "evaluations.see_follow_ups", "evaluations.open_follow_ups"
ANSWER = "evaluations.answer_for_follow_ups"  # in an archived community too
State, Reason = IndividualFollowUp.State, IndividualFollowUp.Reason
known = IndividualFollowUp.objects.select_related("community__programme", "membership__user", "author")


# ---------------------------------------------------------------- a community's


@require_safe
@never_cache
def list_follow_ups(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own, those one is named on, whom one could speak with; counts alone for who coordinates."""
    community = fetch(request, Community.objects.select_related("programme", "policies"), pk=pk, may=SEE)
    keeps = request.user.has_perm(KEEP, community)
    visible = known.visible_to(request.user).filter(community=community)
    mine = list(visible.filter(author=request.user))
    offers_to_all = coverage.offers_to_all(community)
    return page(
        request,
        "evaluations/follow_ups/follow_ups.html",
        community,
        "follow_ups",
        keeps=keeps,
        may_open=request.user.has_perm(OPEN, community),
        to_hold=[one for one in mine if one.is_open],
        settled=[one for one in mine if not one.is_open],
        shared=visible.exclude(author=request.user),
        requests=requests.told_to(request.user, community) if keeps else [],
        suggestions=suggesting.suggestions(community, request.user) if keeps else [],
        noted=suggesting.noted_after_meetings(community, request.user) if keeps else [],
        coverage=coverage.coverage_of(community) if offers_to_all else None,
        not_offered=coverage.not_offered_yet(community, request.user) if offers_to_all and keeps else [],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def add_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may=KEEP)
    people = community.memberships.named().exclude(user=request.user).select_related("user", "organisation")
    form = NewFollowUpForm(request.POST or None, people=people, initial={"membership": request.GET.get("membre")})
    if form.is_bound and form.is_valid():
        follow_up = notes.write(form.cleaned_data["membership"], by=request.user, **form.changes())
        messages.success(request, _("The follow-up is noted. You alone read it."))
        return redirect(follow_up)
    status = 422 if form.is_bound else 200
    template = "evaluations/follow_ups/follow_up.html"
    return page(request, template, community, "follow_ups", form=form, questions=guide.QUESTIONS, status=status)


@require_POST
def plan_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """What was suggested, in a press: to hold, or not needed. One noted after a meeting is then no longer to plan."""
    community = fetch(request, Community, pk=pk, may=KEEP)
    people = community.memberships.named().exclude(user=request.user)
    membership = people.filter(pk__in=parse_ints([request.POST.get("membership", "")])).first()
    if membership is None:
        messages.warning(request, _("Choose the person."))
        return redirect("evaluations:follow_ups", pk)
    is_needed = "not_needed" not in request.POST
    reason = request.POST.get("reason", "")
    notes.plan(
        membership,
        by=request.user,
        state=State.PLANNED if is_needed else State.NOT_NEEDED,
        reason=reason if reason in Reason.values else Reason.OTHER,
    )
    for meeting in Meeting.objects.filter(pk__in=parse_ints([request.POST.get("meeting", "")]), community=community):
        private_journal.say_followed_up(meeting, request.user)
    done = _("A follow-up to hold. You alone see it.")
    messages.success(request, done if is_needed else _("Nothing is suggested about this person for six months."))
    return redirect("evaluations:follow_ups", pk)


@require_POST
def answer_request(request: HttpRequest, pk: int) -> HttpResponse:
    """A member asked for a conversation: a press takes it, and leads to the follow-up."""
    community = fetch(request, Community, pk=pk, may=KEEP)
    told = requests.told_to(request.user, community)
    asked = next((one for one in told if str(one.pk) == request.POST.get("request")), None)
    follow_up = requests.answer(asked, by=request.user) if asked else None
    if follow_up is None:
        messages.warning(request, _("This request is no longer waiting: it was taken back, or a colleague answers it."))
        return redirect("evaluations:follow_ups", pk)
    messages.success(request, _("It is yours to hold. The person has not been written to yet."))
    return redirect(follow_up)


@require_POST
def say_offered(request: HttpRequest, pk: int) -> HttpResponse:
    """To those ticked, where it is offered to every member."""
    community = fetch(request, Community, pk=pk, may=KEEP)
    people = coverage.not_offered_yet(community, request.user).filter(pk__in=parse_ints(request.POST.getlist("people")))
    for membership in people.exclude(user=request.user):
        notes.write(membership, by=request.user, state=State.OFFERED, reason=Reason.EVERYONE)
    messages.success(request, _("Noted: it was offered to them."))
    return redirect("evaluations:follow_ups", pk)


@require_POST
def offer_to_all(request: HttpRequest, pk: int) -> HttpResponse:
    """By mail, to those ticked who were not invited yet."""
    community = fetch(request, Community, pk=pk, may=KEEP)
    numbers = parse_ints(request.POST.getlist("people")) if coverage.offers_to_all(community) else []
    if community.is_draft:
        messages.warning(request, _("This community is not open yet: nobody is written to."))
        return redirect("evaluations:follow_ups", pk)
    n = offering.offer_by_mail(community, numbers, by=request.user)
    if n:
        told = ngettext("Offered to %(n)s person by mail.", "Offered to %(n)s people by mail.", n) % {"n": n}
        messages.success(request, told)
    else:
        messages.warning(request, _("Nobody was written to: tick those to whom it was not offered yet."))
    return redirect("evaluations:follow_ups", pk)


@require_safe
def print_guide(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions of a conversation, to take along."""
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may=KEEP)
    context = {"community": community, "questions": guide.QUESTIONS, "language": request.user.language}
    made = paper(request, "evaluations/follow_ups/guide_pdf.html", context, "guide-suivi-individuel.pdf")
    return made or redirect("evaluations:follow_ups", pk)


# ---------------------------------------------------------------- one follow-up


def own(may: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Of a follow-up whose author may do this: not seen is a 404, another's a 403."""

    def only_of_its_author(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @never_cache
        def of_its_author(request: HttpRequest, pk: int, **kwargs) -> HttpResponse:
            follow_up = fetch(request, known, pk=pk)
            if follow_up.author_id != request.user.pk or not request.user.has_perm(may, follow_up.community):
                raise PermissionDenied
            return view(request, follow_up, **kwargs)

        return of_its_author

    return only_of_its_author


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def show_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    follow_up = fetch(request, known, pk=pk)
    is_own = follow_up.author_id == request.user.pk and request.user.has_perm(KEEP, follow_up.community)
    if not is_own:
        if request.method == "POST":
            raise PermissionDenied
        notes.note_reading(follow_up, by=request.user)
        return _page_of(request, "follow_up_read.html", follow_up)
    form, status, conflict = _save(request, follow_up)
    if status == 302:
        messages.success(request, _("The changes are saved."))
        return redirect(follow_up)
    return _page_of(request, "follow_up.html", follow_up, form=form, status=status, conflict=conflict)


def _save(request: HttpRequest, follow_up: IndividualFollowUp):
    """Without an « Undo »: what it puts back is kept unencrypted."""
    form = FollowUpForm(request.POST or None, instance=follow_up)
    return save_over(
        form,
        lambda: times.revise(follow_up, form.changes(), shown=form.cleaned_data["shown"]),
        lambda theirs: editing.seen(theirs, form.Meta.fields),
        lambda theirs: differences(form, theirs, form.Meta.fields),
    )


def _page_of(request: HttpRequest, template: str, follow_up: IndividualFollowUp, *, status: int = 200, **context):
    """With what stands beside the notes: who reads them, who did, what may be passed on."""
    shown = {
        "follow_up": follow_up,
        "membership": follow_up.membership,
        "questions": guide.QUESTIONS,
        "asked": follow_up.requests.all(),
        "settled": times.chosen_of(follow_up),
        "offered": follow_up.times.ahead().filter(is_chosen=False),
        "times_form": TimesForm(community=follow_up.community, kept=follow_up.times.last()),
        "readers": follow_up.readers.select_related("user"),
        "readings": follow_up.readings.select_related("reader"),
        "reader_form": ReaderForm(people=notes.possible_readers(follow_up)),
        "pass_on_form": PassOnForm(),
        "send_again_form": SendAgainForm(),
    }
    template = f"evaluations/follow_ups/{template}"
    return page(request, template, follow_up.community, "follow_ups", status=status, **shown | context)


@require_POST
@own(KEEP)
def offer_times(request: HttpRequest, follow_up: IndividualFollowUp) -> HttpResponse:
    """Those offered before are taken back; one that was chosen moves."""
    form = TimesForm(request.POST, community=follow_up.community)
    if form.is_valid():
        try:
            mail = times.offer(follow_up, form.starts, by=request.user, **form.told())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            written = _("The mail leaves in a few seconds. It says neither why nor what you noted.")
            alone = _("Noted. This person has no e-mail address: tell them yourself.")
            messages.success(request, written if mail else alone)
            return redirect(f"{follow_up.get_absolute_url()}#moments")
    shown = FollowUpForm(instance=follow_up)
    return _page_of(request, "follow_up.html", follow_up, form=shown, times_form=form, status=422)


@require_POST
@own(KEEP)
def call_off(request: HttpRequest, follow_up: IndividualFollowUp) -> HttpResponse:
    if times.call_off(follow_up, by=request.user):
        messages.success(request, _("It is called off, and both of you are told."))
    return redirect(f"{follow_up.get_absolute_url()}#moments")


@require_POST
@own(ANSWER)
def name_reader(request: HttpRequest, follow_up: IndividualFollowUp) -> HttpResponse:
    form = ReaderForm(request.POST, people=notes.possible_readers(follow_up))
    if not form.is_valid():
        shown = FollowUpForm(instance=follow_up)
        return _page_of(request, "follow_up.html", follow_up, form=shown, reader_form=form, status=422)
    reader = form.cleaned_data["reader"]
    notes.name_reader(follow_up, reader, by=request.user)
    messages.success(request, _("%(name)s may read this follow-up, and is told so.") % {"name": reader.full_name})
    return redirect(f"{follow_up.get_absolute_url()}#lecture")


@require_POST
@own(ANSWER)
def remove_reader(request: HttpRequest, follow_up: IndividualFollowUp) -> HttpResponse:
    for number in parse_ints([request.POST.get("reader", "")]):
        notes.remove_reader(follow_up, number, by=request.user)
    messages.success(request, _("They read it no more."))
    return redirect(f"{follow_up.get_absolute_url()}#lecture")


@require_POST
@own(KEEP)
def pass_on(request: HttpRequest, follow_up: IndividualFollowUp) -> HttpResponse:
    form = PassOnForm(request.POST)
    if form.is_valid():
        try:
            made = passing_on.pass_on(
                follow_up, form.cleaned_data["words"], form.cleaned_data["becomes"], by=request.user
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Passed on, without a name. Nothing in it points back here."))
            return redirect(made)
    shown = FollowUpForm(instance=follow_up)
    return _page_of(request, "follow_up.html", follow_up, form=shown, pass_on_form=form, status=422)


@require_POST
@own(KEEP)
def send_charter_again(request: HttpRequest, follow_up: IndividualFollowUp) -> HttpResponse:
    form = SendAgainForm(request.POST)
    if not form.is_valid():
        shown = FollowUpForm(instance=follow_up)
        return _page_of(request, "follow_up.html", follow_up, form=shown, send_again_form=form, status=422)
    told = form.cleaned_data
    if clarifying.send_again(follow_up.membership, told["parts"], told["sentence"], by=request.user):
        messages.success(request, _("The mail leaves in a few seconds. It says nothing of your conversation."))
    else:
        messages.warning(request, _("Nothing was sent: this person has no address, or was written to today already."))
    return redirect(follow_up)


@require_POST
@own(KEEP)
def finish_next_step(request: HttpRequest, follow_up: IndividualFollowUp) -> HttpResponse:
    notes.finish_next_step(follow_up, by=request.user)
    messages.success(request, _("Done."))
    return redirect("evaluations:follow_ups", follow_up.community_id)


@require_POST
@own(ANSWER)
def destroy_follow_up(request: HttpRequest, follow_up: IndividualFollowUp) -> HttpResponse:
    times.destroy(follow_up, by=request.user)
    messages.success(request, _("These notes are destroyed."))
    return redirect("evaluations:follow_ups", follow_up.community_id)


# ---------------------------------------------------------------- with a reason, without being named


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def open_notes(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may=OPEN)
    people = community.memberships.named().exclude(user=request.user).select_related("user", "organisation")
    form = OpenNotesForm(request.POST or None, people=people)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            found = notes.open_notes(told["membership"], told["because"], by=request.user)
        except ValidationError as refused:
            form.add_error("because", refused)
        else:
            messages.success(request, _opened(len(found)))
            return redirect("evaluations:follow_ups", pk)
    status = 422 if form.is_bound else 200
    return page(request, "evaluations/follow_ups/open.html", community, "follow_ups", form=form, status=status)


def _opened(n: int) -> str:
    if not n:
        return _("Nobody else has written notes about this person.")
    return _("Open to you for an hour, below. Whoever wrote them is told.")
