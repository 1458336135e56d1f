"""The operating rules for a member without an account: the link of a mail opens a page, one press says they read it."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from cmtl.shortcuts import explaining
from communities import operating_rules, rules_links
from communities.views.frame import told_rules


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def read_rules(request, token):
    membership = rules_links.read(token)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen not in dict(settings.LANGUAGES):
        chosen = membership.user.language if membership else translation.get_language()
    with translation.override(chosen):
        response = _answer(request, token, membership)
        response["Cache-Control"], response["X-Robots-Tag"] = "no-store", "noindex"
        response["Content-Language"] = translation.get_language()
    return response


def _answer(request, token, membership):
    if membership is None:
        return render(request, "meetings/link_ended.html", {"why": "altered", "meeting": None}, status=404)
    if request.method == "POST":
        number = request.POST.get("version", "")
        with explaining(request):
            operating_rules.acknowledge(membership, int(number) if number.isdigit() else None)
        return redirect("communities:rules_link", token)
    told = told_rules(membership.community, list(membership.community.rules_versions.all()[:1]))
    context = {
        "membership": membership,
        "community": membership.community,
        "read": operating_rules.acknowledged_by(membership, told["version"]),
        **told,
    }
    return render(request, "communities/rules_link.html", context)
