"""What members expect on joining, what the group sees in common, and telling them what it can and cannot do."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl.shortcuts import fetch, validation_as_messages
from communities.domain import revising
from communities.domain.recruitment import common_needs, recruitment_emails
from communities.models import Community
from communities.web.recruitment.forms import CommonNeedsForm
from communities.web.shared import page, revise_with, saved

MAY = "communities.adopt"
with_programme = Community.objects.select_related("programme")


@require_safe
def list_expectations(request, pk):
    """What members said on joining, without names; who said what is on each person's page."""
    community = fetch(request, with_programme, pk=pk, may="communities.see_expectations")
    expectations = common_needs.expectations_of(community)
    return page(request, "communities/recruitment/expectations.html", community, "members", expectations=expectations)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_common_needs(request, pk):
    """Written beside what members expect, then shown as the mail that tells them."""
    community = fetch(request, with_programme, pk=pk, may=MAY)
    form, status, conflict = revise_with(
        CommonNeedsForm(request.POST or None, community=community), community, revising.revise
    )
    if status == 302:
        back = reverse("communities:common_needs", args=[pk])
        return saved(request, form, may=MAY, of=community, back=back)
    told = common_needs.told_to_members(community, request.user)
    return page(
        request,
        "communities/recruitment/common_needs.html",
        community,
        "members",
        form=form,
        conflict=conflict,
        expectations=common_needs.expectations_of(community),
        told=told,
        previews=recruitment_emails.in_both(common_needs.TOLD, told) if common_needs.is_worth_telling(told) else [],
        readers=common_needs.readers(community).count(),
        status=status,
    )


@require_POST
def tell_common_needs(request, pk):
    community = fetch(request, with_programme, pk=pk, may=MAY)
    with validation_as_messages(request):
        n = common_needs.tell_members(community, by=request.user)
        said = ngettext("%(n)s member is written to.", "%(n)s members are written to.", n) % {"n": n}
        messages.success(request, said if n else _("Everyone was already written to today, or has no address."))
    return redirect("communities:common_needs", community.pk)
