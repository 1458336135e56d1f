"""Preparing one meeting: what is checked, who co-facilitates, the groups, the room, the papers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl import editing, papers, undoing
from cmtl.numbers import parse_int
from cmtl.shortcuts import fetch, fragment, validation_as_messages
from cmtl.undoing import say_done
from communities.domain import revising
from communities.domain.community import word_templates
from communities.web.shared import revise_with, saved
from communities.web.undo import say_undoable
from meetings.domain.agenda import agenda_models, agendas, methods
from meetings.domain.attendance import check_in_codes, roster
from meetings.domain.preparation import breakouts, co_facilitation, self_checklist
from meetings.models import AgendaModel, Logistics, Meeting, PreparationCheck
from meetings.web.preparation.preparation_forms import (
    GroupsForm,
    LogisticsForm,
    ModelNameForm,
    ProposeForm,
    SharingForm,
)
from meetings.web.preparation.preparation_page import Preparation

with_community = Meeting.objects.select_related("community__programme", "note_taker")
asks_and_answers = require_http_methods(["GET", "HEAD", "POST"])


@require_POST
def tick_check(request, pk):
    """On or off, as the press says: pressed twice it is the same."""
    meeting = fetch(request, with_community, pk=pk, may="meetings.prepare")
    code = request.POST.get("code", "")
    if code in self_checklist.CODES:
        if request.POST.get("done") == "1":
            PreparationCheck.objects.get_or_create(meeting=meeting, code=code, defaults={"by": request.user})
        else:
            meeting.checks.filter(code=code).delete()
    context = {"meeting": meeting, "preparation": Preparation(meeting), "changes": {"prepare": meeting.is_open}}
    return fragment(request, "meetings/preparation/_checks.html", context, otherwise=_back(pk))


def _back(pk):
    return reverse("meetings:prepare", args=[pk]) + "#checks"


def _say_undoable_before_it_ends(request, said, watched, meeting, *, may, to="meetings:prepare", **undo):
    """Once a meeting is over, or is not to be, nothing of its preparation changes any more."""
    watched.while_unchanged(meeting, "closed_at", "cancelled_at")
    say_undoable(request, said, watched, may=may, of=meeting, back=reverse(to, args=[meeting.pk]), **undo)


# ------------------------------------------------------------ members who co-facilitate


@asks_and_answers
def share(request, pk):
    meeting = fetch(request, with_community, pk=pk, may="meetings.share")
    form = SharingForm(request.POST or None, meeting=meeting)
    if request.method == "POST" and form.is_valid():
        members, said = form.cleaned_data["members"], [_("Who co-facilitates is saved.")]
        watched = undoing.Watched(meeting, Meeting.objects.filter(prepares=meeting))
        with validation_as_messages(request):
            co_facilitation.name(meeting, members)
            if members and form.cleaned_data["prepares"] and co_facilitation.may_be_prepared(meeting):
                co_facilitation.plan_preparatory(meeting)
                said.append(_("The preparatory meeting is planned. Check its date, then invite."))
            _say_undoable_before_it_ends(
                request, " ".join(said), watched, meeting, may="meetings.share", action=Action.ROLE_GIVEN
            )
        return redirect("meetings:prepare", meeting.pk)
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "form": form,
        "members": co_facilitation.candidates(meeting),
        "named": set(meeting.co_facilitators.values_list("pk", flat=True)),
        "offered": set(meeting.volunteers.values_list("pk", flat=True)),
        "preparatory_start": co_facilitation.preparatory_start(meeting)
        if co_facilitation.may_be_prepared(meeting)
        else None,
    }
    return render(request, "meetings/preparation/share.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def plan_preparatory(request, pk):
    meeting = fetch(request, with_community, pk=pk)
    if not request.user.has_perm("meetings.plan", meeting.community):
        raise PermissionDenied
    with validation_as_messages(request):
        watched = undoing.Watched(Meeting.objects.filter(prepares=meeting))
        prepared, is_new = co_facilitation.plan_preparatory(meeting)
        if is_new:
            said = _("The preparatory meeting is planned. Check its date, then invite.")
            back = meeting.get_absolute_url()
            say_undoable(request, said, watched, may="meetings.plan", of=meeting.community, back=back)
        return redirect(prepared)
    return redirect("meetings:prepare", meeting.pk)


# ------------------------------------------------------------ sub-groups


@asks_and_answers
def groups(request, pk):
    meeting = fetch(request, with_community, pk=pk, may="meetings.edit")
    if request.method != "POST":
        return _groups_page(request, meeting)
    step = request.POST.get("step", "")
    if step == "propose":
        return _propose_groups(request, meeting)
    if step == "clear":
        watched = undoing.Watched(meeting.groups.all())
        with validation_as_messages(request):
            breakouts.clear(meeting)
            said = _("The groups are removed.")
            _say_undoable_before_it_ends(request, said, watched, meeting, may="meetings.edit", to="meetings:groups")
        return redirect("meetings:groups", meeting.pk)
    form = GroupsForm(request.POST, meeting=meeting)
    if not form.is_valid():
        return _groups_page(request, meeting, form=form, status=422)
    watched = undoing.Watched(meeting.groups.all())
    try:
        with validation_as_messages(request):
            breakouts.arrange_groups(meeting, form.rows(), form.placed(), shown=form.cleaned_data["shown"])
            said = _("The groups are saved.")
            _say_undoable_before_it_ends(request, said, watched, meeting, may="meetings.edit")
    except editing.Conflict as first:
        data = request.POST.copy()
        data["shown"] = breakouts.groups_shown(meeting)
        again = GroupsForm(data, meeting=meeting)
        return _groups_page(request, meeting, form=again, theirs=first.theirs, status=409)
    return redirect("meetings:prepare", meeting.pk)


def _propose_groups(request, meeting):
    form = ProposeForm(request.POST)
    if not form.is_valid():
        return _groups_page(request, meeting, proposal=form, status=422)
    watched = undoing.Watched(meeting.groups.all())
    with validation_as_messages(request):
        breakouts.propose_groups(meeting, form.cleaned_data["way"], form.cleaned_data["number"])
        said = _("The groups are formed.")
        _say_undoable_before_it_ends(request, said, watched, meeting, may="meetings.edit", to="meetings:groups")
    return redirect("meetings:groups", meeting.pk)


def _groups_page(request, meeting, *, form=None, proposal=None, theirs=None, status=200):
    preparation = Preparation(meeting)
    form = form or GroupsForm(meeting=meeting, initial={"shown": breakouts.groups_shown(meeting)})
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "preparation": preparation,
        "form": form,
        "proposal": proposal or ProposeForm(initial={"number": breakouts.number_for(preparation.forecast.likely)}),
        "theirs": theirs,
    }
    return render(request, "meetings/preparation/groups.html", context, status=status)


# ------------------------------------------------------------ the room and its papers


@asks_and_answers
def logistics(request, pk):
    meeting = fetch(request, with_community, pk=pk, may="meetings.edit")
    kept = Logistics.objects.filter(meeting=meeting).first() or Logistics(meeting=meeting)
    shown = editing.seen(kept, Logistics.FIELDS)
    form = LogisticsForm(request.POST or None, instance=kept, initial={"shown": shown})

    def revise(_kept, changes, *, shown):
        if form.has_changed():
            stored, _is_new = Logistics.objects.get_or_create(meeting=meeting)
            revising.revise_part(stored, changes, shown=shown)

    form, status, conflict = revise_with(form, kept, revise, watches=[Logistics.objects.filter(meeting=meeting)])
    if status == 302:
        back = reverse("meetings:prepare", args=[meeting.pk])
        return saved(request, form, may="meetings.edit", of=meeting, back=back, sentence=_("The logistics are saved."))
    sees_needs = request.user.has_perm("meetings.see_needs", meeting)
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "form": form,
        "conflict": conflict,
        "needs": Preparation(meeting).needs if sees_needs else [],
    }
    return render(request, "meetings/preparation/logistics.html", context, status=status)


FIRST_LEAF, OTHER_LEAVES = 20, 26  # lines that a page of the sheet holds
FOR_OTHERS = 3  # empty lines, at least


@require_safe
def sign_in_sheet(request, pk):
    """Everyone expected, one line each, and empty lines to the foot of the last page for the others."""
    meeting = fetch(request, with_community, pk=pk, may="meetings.see_attendance")
    audit.write(Action.EXPORTED, by=request.user, about=meeting, what="sign_in_sheet", format="pdf")
    people = sorted((row.membership for row in roster.roster_of(meeting).rows), key=lambda m: m.user.sort_key)
    lines = [*people, *[None] * (_lines_for(len(people)) - len(people))]
    return _print(request, meeting, "sign_in_sheet_pdf.html", {"lines": lines}, _("sign-in-sheet"))


def _lines_for(people: int) -> int:
    """As many as whole pages hold."""
    beyond = max(0, people + FOR_OTHERS - FIRST_LEAF)
    return FIRST_LEAF + -(-beyond // OTHER_LEAVES) * OTHER_LEAVES


@require_safe
def agenda_paper(request, pk):
    """The blocks by the clock, to hand out or to hang in the room."""
    meeting = fetch(request, with_community, pk=pk, may="meetings.see_attendance")
    return _print(request, meeting, "agenda_pdf.html", {"slots": agendas.slots_of(meeting)}, _("agenda"))


@require_safe
def agenda_in_word(request, pk):
    """The same to be written over, by us or by others."""
    meeting = fetch(request, with_community, pk=pk, may="meetings.see_attendance")
    context = {"slots": agendas.slots_of(meeting), "meeting": meeting, "community": meeting.community}
    name = f"{_('agenda')}-{meeting.local_start:%Y-%m-%d}"
    styles = word_templates.styles_for(meeting.community)
    return papers.word(request, "meetings/preparation/agenda_pdf.html", context, name, styles=styles)


@require_safe
def poster(request, pk):
    """The way in, to be read from the back of a room."""
    meeting = fetch(request, with_community, pk=pk, may="meetings.see_attendance")
    context = {"qr": check_in_codes.qr_image(meeting), "door": check_in_codes.short_address()}
    return _print(request, meeting, "poster_pdf.html", context, _("poster"))


def _print(request, meeting, template, context, name):
    context = {**context, "meeting": meeting, "community": meeting.community}
    back = reverse("meetings:prepare", args=[meeting.pk])
    name = f"{name}-{meeting.local_start:%Y-%m-%d}"
    return papers.shown(request, f"meetings/preparation/{template}", context, name, back=back)


# ------------------------------------------------------------ agendas kept under a name


@require_POST
def keep_agenda(request, pk):
    meeting = fetch(request, with_community.prefetch_related("agenda"), pk=pk)
    if not request.user.has_perm("meetings.plan", meeting.community):
        raise PermissionDenied
    form = ModelNameForm(request.POST)
    with validation_as_messages(request):
        if not form.is_valid():
            raise form.errors["name"].as_data()[0]
        watched = undoing.Watched(meeting.community.agenda_models.all())
        model, is_new = agenda_models.keep(meeting, form.cleaned_data["name"])
        said = _("The model “%(name)s” is kept.") if is_new else _("The model “%(name)s” is replaced by this agenda.")
        back = reverse("meetings:agenda", args=[meeting.pk])
        say_undoable(request, said % {"name": model.name}, watched, may="meetings.plan", of=model.community, back=back)
    return redirect("meetings:agenda", meeting.pk)


@require_POST
def apply_agenda(request, pk):
    """A model of the community, a method of the library, or the agenda of another meeting; undone in a press."""
    meeting = fetch(request, with_community.prefetch_related("agenda"), pk=pk, may="meetings.edit")
    version, earlier = parse_int(request.POST.get("version", ""), -1), agenda_models.before(meeting)
    with validation_as_messages(request):
        if token := request.POST.get("earlier", ""):
            is_done, said = agenda_models.put_back(meeting, token, version=version), _("The agenda is as it was.")
        else:
            name, blocks = _asked_agenda(request, meeting)
            is_done = agenda_models.lay_out(meeting, blocks, version=version)
            said = _("The agenda follows “%(name)s”.") % {"name": name}
        if not is_done:
            messages.error(request, _("Someone else changed this meeting meanwhile: look at it, then choose again."))
        elif token:
            messages.success(request, said)
        else:
            meeting.refresh_from_db(fields=["version"])
            say_done(request, said, request.path, earlier=earlier, version=str(meeting.version))
    return redirect("meetings:agenda", meeting.pk)


def _asked_agenda(request, meeting):
    """Its name and its blocks, of what the person may read."""
    if method := methods.BY_CODE.get(request.POST.get("method", "")):
        return method.name, method.blocks
    if other := agenda_models.to_copy_from(meeting).filter(pk=parse_int(request.POST.get("other", ""))).first():
        return other.heading, agenda_models.blocks_of(other)
    if model := meeting.community.agenda_models.filter(pk=parse_int(request.POST.get("model", ""))).first():
        return model.name, model.blocks
    raise ValidationError(_("Choose a model first."))


@require_POST
def remove_agenda_model(request, pk):
    """The meetings laid out with it keep their agenda."""
    model = fetch(request, AgendaModel.objects.select_related("community"), pk=pk)
    if not request.user.has_perm("meetings.plan", model.community):
        raise PermissionDenied
    watched, said = undoing.Watched(model), _("The model “%(name)s” is removed.") % {"name": model.name}
    model.delete()
    gone = reverse("meetings:of_community", args=[model.community_id])
    meeting = model.community.meetings.filter(pk=parse_int(request.POST.get("meeting", ""))).first()
    back = reverse("meetings:agenda", args=[meeting.pk]) if meeting else gone
    say_undoable(request, said, watched, may="meetings.plan", of=model.community, back=back)
    return redirect(back)
