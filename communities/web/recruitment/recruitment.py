"""The pool and the door: inviting people, the page where they answer, a member’s link."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cmtl import limits
from cmtl.numbers import parse_int, parse_ints
from cmtl.public_pages import in_language_of, no_store
from cmtl.shortcuts import fetch, validation_as_messages
from communities.domain import revising
from communities.domain.members import parental
from communities.domain.recruitment import recruiting, recruitment_emails, referring
from communities.domain.testimonials import choosing
from communities.models import Community, ImportedLine, Membership, Objective, Policies, Use
from communities.web.recruitment.forms import InviteForm, JoinForm, RecruitmentForm, ReferredForm
from communities.web.shared import page, revise_with, saved

TRIES, TRIES_PER = 20, 600  # forms sent without an account from one place, in seconds
with_programme = Community.objects.select_related("programme")


# ---------------------------------------------------------------- the pool


@require_http_methods(["GET", "HEAD", "POST"])
def invite_members(request, pk):
    """Whom and which words, then the mail as it will be read, then the press."""
    community = fetch(request, with_programme, pk=pk, may="communities.invite_people")
    everybody = list(recruiting.pool(community))
    recruiting.annotate_invitations(everybody)
    reachable = [m for m in everybody if m.user.email]
    form = InviteForm(request.POST or None, people=recruiting.pool(community).exclude(user__email=None))
    chosen, step = [], request.POST.get("step", "")
    if request.method == "POST" and form.is_valid():
        chosen = list(form.cleaned_data["people"])
        if step == "send":
            n = recruiting.invite(community, chosen, form.cleaned_data["words"], by=request.user)
            said = ngettext("%(n)s invitation is on its way.", "%(n)s invitations are on their way.", n)
            messages.success(request, said % {"n": n})
            return redirect("communities:invite_members", community.pk)
    words = form.data.get("words", "")
    return page(
        request,
        "communities/recruitment/invite_members.html",
        community,
        "members",
        form=form,
        asking=[m for m in everybody if m.is_asking],
        others=[m for m in reachable if not m.is_asking],
        unreachable=[m for m in everybody if not m.user.email],
        chosen=chosen,
        ticked={m.pk for m in chosen} | set(parse_ints(request.POST.getlist("people"))) | of_list(request, community),
        previews=previews_of(community, chosen, words, request.user),
        status=422 if form.errors else 200,
    )


def of_list(request, community) -> set[int]:
    """The people of a list that was just imported, ticked at once."""
    lines = ImportedLine.objects.filter(
        member_import__community=community, member_import=parse_int(request.GET.get("list", ""))
    )
    return set(lines.values_list("membership", flat=True)) if request.method == "GET" else set()


def previews_of(community, chosen, words, by) -> list:
    """The mail that invites, the one that asks a member to sign, or both."""
    kinds = sorted({membership.status == Membership.Status.ACTIVE for membership in chosen})
    return [
        preview
        for asks_to_sign in kinds
        for preview in recruitment_emails.in_both(
            recruitment_emails.JOIN,
            recruitment_emails.join_context(community, words, by, asks_to_sign=asks_to_sign),
        )
    ]


@require_POST
def turn_down(request, pk):
    """Whoever asked to join by a member's link is told no by a person, elsewhere; here they are forgotten."""
    membership = fetch(request, Membership.objects.select_related("community", "user"), pk=pk)
    community = fetch(request, Community, pk=membership.community_id, may="communities.manage_people")
    recruiting.turn_down(membership)
    messages.success(request, _("Done: nothing of this request is kept."))
    return redirect("communities:invite_members", community.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_recruitment(request, pk):
    community = fetch(request, with_programme, pk=pk, may="communities.manage_people")
    form, status, conflict = revise_with(
        RecruitmentForm(request.POST or None, community=community), community, revising.revise
    )
    if status == 302:
        back = reverse("communities:settings", args=[pk])
        return saved(request, form, may="communities.manage_people", of=community, back=back)
    return page(
        request,
        "communities/recruitment/recruitment.html",
        community,
        "settings",
        form=form,
        conflict=conflict,
        status=status,
    )


# ---------------------------------------------------------------- without an account


def at_the_door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page anybody may open: kept by no cache, found by no search engine, and not sent a hundred times."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        door = f"door:{limits.address_of(request)}"
        if request.method == "POST" and limits.rate_limited(door, TRIES, TRIES_PER):
            response = render(request, "communities/recruitment/door_closed.html", {"why": "often"}, status=429)
        else:
            response = view(request, *args, **kwargs)
        return no_store(response)

    return login_not_required(answer)


def about(community: Community) -> dict:
    """What one is told before joining."""
    return {
        "community": community,
        "policies": Policies.of(community),
        "objectives": community.objectives.filter(state=Objective.State.ACTIVE),
        "dates": recruiting.dates_to_come(community),
        "facilitators": community.facilitators(),
        "quotes": choosing.quotes_for(Use.RECRUITMENT, community),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_door
def join(request, token):
    """The page an invitation leads to: accept or decline, by a press."""
    invitation = recruiting.invitation_of_join_link(token)
    if invitation is None:
        return render(request, "communities/recruitment/door_closed.html", {"why": "over"}, status=410)
    with in_language_of(request, invitation.membership.user.language):
        return _join(request, token, invitation)


def _join(request, token, invitation):
    community = invitation.membership.community
    is_declining = "decline" in request.POST
    asks_age = not invitation.asks_to_sign and parental.parental_consent_of(invitation.membership) is None
    data = request.POST if request.method == "POST" and not is_declining else None
    form = JoinForm(data, community=community, asks_age=asks_age)
    if is_declining:
        recruiting.decline(invitation)
        return redirect("communities:join", token)
    if form.is_valid():
        with validation_as_messages(request):
            recruiting.accept(invitation, **form.cleaned_data)
        return redirect("communities:join", token)
    context = {**about(community), "invitation": invitation, "membership": invitation.membership, "form": form}
    context |= {"token": token, "may_accept": invitation.may_be_accepted()}
    context["commitment"] = invitation.membership.commitments.first()
    return render(request, "communities/recruitment/join.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_door
def answer_referral(request, token):
    """The page a member's link leads to: read, then give name and address, or close it and leave no trace."""
    with in_language_of(request):
        return _referral(request, token, referring.referral_of_link(token))


def _referral(request, token, referral):
    if referral is None:
        return render(request, "communities/recruitment/door_closed.html", {"why": "over"}, status=404)
    community = referral.by.community
    if not referring.is_open(referral):
        return render(request, "communities/recruitment/door_closed.html", {"why": "over"}, status=410)
    form = ReferredForm(request.POST or None, initial={"language": translation.get_language()})
    if form.is_valid():
        with validation_as_messages(request):
            referring.answer_link(referral, **form.person())
            return render(request, "communities/recruitment/referral_thanks.html", {"community": community})
    context = {**about(community), "referral": referral, "form": form}
    return render(request, "communities/recruitment/referral.html", context, status=422 if form.errors else 200)
