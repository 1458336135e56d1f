"""The operating rules for a member without an account: the link of a mail opens a page, one press says they read it."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cmtl.numbers import parse_int
from cmtl.public_pages import in_language_of, no_store
from cmtl.shortcuts import validation_as_messages
from communities.domain.charter import operating_rules, rules_links
from communities.web.charter.views import told_rules


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def read_rules(request, token):
    membership = rules_links.reader_of_rules_link(token)
    with in_language_of(request, membership.user.language if membership else ""):
        return no_store(_answer(request, token, membership))


def _answer(request, token, membership):
    if membership is None:
        return render(request, "meetings/member_page/link_ended.html", {"why": "altered", "meeting": None}, status=404)
    if request.method == "POST":
        with validation_as_messages(request):
            operating_rules.acknowledge(membership, parse_int(request.POST.get("version", "")) or None)
        return redirect("communities:rules_link", token)
    told = told_rules(membership.community, list(membership.community.rules_versions.all()[:1]))
    context = {
        "membership": membership,
        "community": membership.community,
        "read": operating_rules.acknowledged_by(membership, told["version"]),
        **told,
    }
    return render(request, "communities/charter/rules_link.html", context)
