"""Where a community is in its life, handing it over to its members, and those who left it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Action
from cmtl import undoing
from cmtl.public_pages import in_language_of, no_store
from cmtl.shortcuts import fetch, validation_as_messages
from cmtl.undoing import say_done
from communities.domain import dates
from communities.domain.lifecycle import alumni_invitations, drafts, end_notice, handing_over, life
from communities.models import Community, Membership
from communities.web.lifecycle.forms import ComeBackForm, HandOverForm
from communities.web.shared import page
from communities.web.undo import say_undoable

with_programme = Community.objects.select_related("programme")


@require_http_methods(["GET", "HEAD", "POST"])
def show_life(request, pk):
    community = fetch(request, with_programme, pk=pk, may="communities.see_life")
    if request.method == "POST":
        with validation_as_messages(request):
            to, reason = request.POST.get("to", ""), request.POST.get("reason", "")
            may, watched = life.needed(community.status, to), undoing.Watched(community, community.status_changes.all())
            if life.move(community, to, by=request.user, reason=reason):
                said = _("%(community)s is now: %(state)s.")
                said %= {"community": community, "state": community.get_status_display()}
                undo = {"may": may, "of": community, "back": request.path, "action": Action.STATE_CHANGED}
                say_undoable(request, said, watched, **undo)
        return redirect("communities:life", community.pk)
    states = [(state, label, life.MEANINGS[state]) for state, label in Community.Status.choices]
    may_hand_over = request.user.has_perm("communities.hand_over", community)
    may_undo = request.user.has_perm("communities.undo_hand_over", community)
    return page(
        request,
        "communities/lifecycle/life.html",
        community,
        "settings",
        states=states,
        moves=life.moves(community, request.user),
        history=community.status_changes.select_related("by"),
        may_see_reasons=request.user.has_perm("communities.see_reasons", community),
        may_hand_over=may_hand_over and handing_over.may_begin(community),
        to_undo=handing_over.to_undo(community) if may_undo else None,
        end_sentence=end_notice.sentence(community),
        planned=dates.how_many_coming(community),
    )


@require_POST
def open_draft(request, pk):
    """What a facilitator prepared; or send it back to them."""
    community = fetch(request, with_programme, pk=pk, may="communities.open")
    with validation_as_messages(request):
        if request.POST.get("do") == "send-back":
            drafts.send_back(community, request.POST.get("because", ""))
            messages.success(request, _("It is sent back, with your sentence, to the person who prepares it."))
        elif request.POST.get("do") == "take-back":
            drafts.take_back_opening(community, by=request.user)
            messages.success(request, _("Undone: it is as it was before."))
        elif drafts.open_to_all(community, by=request.user):
            said = _("%(community)s is open: its people can be invited.") % {"community": community}
            if drafts.nobody_was_told(community):
                say_done(request, said, request.path, do="take-back")
            else:
                messages.success(request, said)
    return redirect(community)


@require_http_methods(["GET", "HEAD", "POST"])
def delete_draft(request, pk):
    """By whoever prepares it, once what goes with it is read."""
    community = fetch(request, with_programme, pk=pk, may="communities.delete_draft")
    if request.method == "POST" or not community.is_draft:
        with validation_as_messages(request):
            drafts.delete(community, by=request.user)
            messages.success(request, _("%(community)s is deleted.") % {"community": community})
            return redirect("communities:list")
        return redirect(community)
    contents = list(drafts.what_is_in(community))
    return page(request, "communities/lifecycle/delete_draft.html", community, "detail", contents=contents)


@require_POST
def propose_draft(request, pk):
    community = fetch(request, with_programme, pk=pk, may="communities.propose_draft")
    with validation_as_messages(request):
        drafts.propose_again(community)
        messages.success(request, _("The coordination is asked to open it."))
    return redirect(community)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request, pk):
    """First who and until when, then all that will happen, then the press."""
    community = fetch(request, with_programme, pk=pk, may="communities.hand_over")
    if not handing_over.may_begin(community):
        return redirect("communities:life", community.pk)
    form = HandOverForm(request.POST or None, community=community, by=request.user)
    context, status = {}, 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        members = list(form.cleaned_data["members"])
        if "confirm" in request.POST:
            with validation_as_messages(request):
                told = {name: form.cleaned_data[name] for name in ("ends_on", "reason")}
                handing_over.hand_over(community, members, by=request.user, **told)
                messages.success(request, _("The community is in the hands of its members."))
            return redirect("communities:life", community.pk)
        context, status = _all_that_happens(community, members, form), 200
    return page(
        request, "communities/lifecycle/hand_over.html", community, "settings", form=form, status=status, **context
    )


def _all_that_happens(community, members, form) -> dict:
    successors = [m.user_id for m in members]
    return {
        "members": members,
        "leaving": handing_over.leaving(community, successors),
        "ends_on": form.cleaned_data["ends_on"],
        "held": dates.how_many_held(community),
        "planned": dates.how_many_coming(community),
    }


@require_POST
def undo_hand_over(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.undo_hand_over")
    with validation_as_messages(request):
        handing_over.undo_hand_over(community, by=request.user)
        messages.success(request, _("The hand-over is undone: everything is as before."))
    return redirect("communities:life", community.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def invite_alumni(request, pk):
    """Those who left, and who of them agrees to be written to; of an archived community, nobody is invited back."""
    community = fetch(request, with_programme, pk=pk, may="communities.see_alumni")
    may_invite = request.user.has_perm("communities.invite_alumni", community)
    if request.method == "POST" and not may_invite:
        raise PermissionDenied
    everybody = list(alumni_invitations.alumni(community))
    reachable = alumni_invitations.reachable(everybody)
    asked = alumni_invitations.written_to(everybody)
    free = alumni_invitations.alumni(community).filter(pk__in=reachable - asked.keys())
    form = ComeBackForm(request.POST or None, people=free)
    if request.method == "POST" and form.is_valid():
        with validation_as_messages(request):
            chosen = list(form.cleaned_data["people"])
            n = alumni_invitations.invite_alumni(community, chosen, form.cleaned_data["words"], by=request.user)
            said = ngettext("%(n)s person is invited to come back.", "%(n)s people are invited to come back.", n)
            messages.success(request, said % {"n": n})
        return redirect("communities:alumni", community.pk)
    for membership in everybody:
        membership.asked_at = asked.get(membership.pk)
        membership.is_reachable = membership.pk in reachable
    return page(
        request,
        "communities/lifecycle/alumni.html",
        community,
        "members",
        form=form,
        everybody=everybody,
        may_invite=may_invite,
        invitable=len(reachable - asked.keys()),
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def come_back(request, token):
    """The link of a mail: a page that changes nothing, and one press that does."""
    membership = alumni_invitations.member_of_alumni_link(token)
    if membership is None:
        return no_store(render(request, "communities/lifecycle/come_back.html", status=410))
    with in_language_of(request, membership.user.language):
        if request.method == "POST":
            alumni_invitations.rejoin(membership)
            return no_store(redirect(reverse("communities:come_back", args=[token])))
        context = {"membership": membership, "is_back": membership.status in Membership.CURRENT}
        return no_store(render(request, "communities/lifecycle/come_back.html", context))
