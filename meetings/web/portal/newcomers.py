"""Arriving in a community, and handing a link to someone else, from one's own space."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl.numbers import parse_int
from cmtl.public_pages import no_store
from cmtl.shortcuts import fetch, validation_as_messages
from communities.domain.recruitment import recruiting, referring
from communities.models import Community, Membership
from communities.web.recruitment.forms import ExpectationForm
from meetings.domain.links.visitors import Visitor, in_language_of
from meetings.domain.portal import asking_expectations, onboarding
from meetings.web.portal.space import for_person, membership_of


@require_safe
@login_not_required
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """From the invitation that was accepted: the same link, which came by mail to the person's own address."""
    invitation = recruiting.invitation_of_join_link(token)
    if invitation is None or invitation.membership.status not in Membership.CURRENT or not invitation.accepted_at:
        return no_store(render(request, "communities/recruitment/door_closed.html", {"why": "over"}, status=410))
    membership = invitation.membership
    with in_language_of(request, Visitor(membership.user, token)):
        context = {"membership": membership, "community": membership.community}
        context["welcome"] = onboarding.Welcome(membership)
        return no_store(render(request, "meetings/portal/welcome.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def arrive(request: HttpRequest, who: Visitor, membership: int) -> HttpResponse:
    """The same from one's own space, where what one expects can be said or changed."""
    mine = membership_of(who, membership)
    if mine.status not in Membership.CURRENT or mine.community.is_archived:
        raise Http404
    page = onboarding.Welcome(mine)
    form = ExpectationForm(request.POST or None, said=page.expectation)
    if request.method == "POST" and form.is_valid():
        recruiting.expect(mine, **form.cleaned_data)
        messages.success(request, _("Your answers are saved."))
        return redirect("meetings:space_welcome", who.token, mine.pk)
    context = {"who": who, "membership": mine, "community": mine.community, "welcome": page, "form": form}
    return render(request, "meetings/portal/welcome.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def refer(request: HttpRequest, who: Visitor, membership: int) -> HttpResponse:
    """One's links: make one, see which were used, withdraw one."""
    mine = membership_of(who, membership)
    if request.method == "POST":
        withdrawn = parse_int(request.POST.get("withdraw", ""))
        with validation_as_messages(request):
            if withdrawn:
                referring.withdraw_referral(mine, withdrawn)
                messages.success(request, _("The link is withdrawn."))
            else:
                referring.make(mine)
                messages.success(request, _("A link is ready: hand it to one person."))
        return redirect("meetings:space_refer", who.token, mine.pk)
    links = list(mine.referrals_made.all()[:20])
    for link in links:
        link.address = referring.referral_address(link)
    context = {"who": who, "membership": mine, "community": mine.community, "links": links}
    context["may_refer"] = referring.may_refer(mine)
    return render(request, "meetings/portal/space_refer.html", context)


@require_POST
def ask_expectations(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, Community, pk=pk, may="meetings.ask_expectations")
    n = asking_expectations.ask(community)
    said = ngettext("%(n)s member is asked.", "%(n)s members are asked.", n) % {"n": n}
    messages.success(request, said if n else _("Everyone has answered, was asked lately, or has no address."))
    return redirect("communities:expectations", community.pk)
