"""Partners of a community and their logos; the external evaluation it foresees."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl import undoing
from cmtl.shortcuts import fetch
from communities.domain.partners import partnering
from communities.models import Community, Partner
from communities.web.members.people import organisation_names
from communities.web.partners.forms import ForeseenEvaluationForm, NewPartnerForm, PartnerForm
from communities.web.shared import fetch_part, page, remove_part, revise_with, saved
from communities.web.undo import say_undoable


@require_safe
def list_partners(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.edit")
    partners = list(community.partners.without_logo().select_related("organisation"))
    return page(
        request,
        "communities/partners/partners.html",
        community,
        "settings",
        partners=[p for p in partners if not p.is_over],
        former=[p for p in partners if p.is_over],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_partner(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.edit")
    form = NewPartnerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        watched = undoing.Watched(community.partners.all())
        partner, is_new = partnering.add_partner(community, **form.new())
        if form.cleaned_data["logo"]:
            partnering.set_logo(partner, form.cleaned_data["logo"])
        said = _("%(organisation)s is now a partner.") if is_new else _("%(organisation)s was a partner already.")
        said, back = said % {"organisation": partner.organisation}, reverse("communities:partners", args=[pk])
        say_undoable(request, said, watched, may="communities.edit", of=community, back=back)
        return redirect(back)
    return page(
        request,
        "communities/partners/partner_form.html",
        community,
        "settings",
        form=form,
        organisations=organisation_names(request.user),
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_partner(request, pk):
    partner = fetch_part(request, Partner.objects.select_related("organisation"), pk, may="communities.edit")
    form = PartnerForm(request.POST or None, request.FILES or None, instance=partner)
    form, status, conflict = revise_with(form, partner)
    if status == 302:
        logo = form.cleaned_data["logo"]
        if logo or form.cleaned_data.get("remove_logo"):
            partnering.set_logo(partner, logo)
        back = reverse("communities:partners", args=[partner.community_id])
        return saved(request, form, may="communities.edit", of=partner.community, back=back)
    return page(
        request,
        "communities/partners/partner_form.html",
        partner.community,
        "settings",
        form=form,
        partner=partner,
        conflict=conflict,
        status=status,
    )


@require_POST
def end_partner(request, pk):
    partner = fetch_part(request, Partner.objects.select_related("organisation"), pk, may="communities.edit")
    watched, back = undoing.Watched(partner), reverse("communities:partners", args=[partner.community_id])
    partner.end()
    said = _("%(organisation)s is a former partner from today.") % {"organisation": partner.organisation}
    say_undoable(request, said, watched, may="communities.edit", of=partner.community, back=back)
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_partner(request, pk):
    partner = fetch_part(request, Partner.objects.select_related("organisation"), pk, may="communities.edit")
    return remove_part(
        request,
        partner,
        title=_("Remove this partner?"),
        warning=_("Remove only what was added by mistake: nothing of it stays. A partnership that is over is ended."),
        done=_("%(organisation)s is removed.") % {"organisation": partner.organisation},
        to="communities:partners",
    )


@require_safe
def show_logo(request, pk):
    partner = fetch_part(request, Partner.objects, pk, may="communities.read")
    if not partner.logo:
        raise Http404
    return HttpResponse(
        bytes(partner.logo), content_type="image/png", headers={"Cache-Control": "private, max-age=600"}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def foresee_evaluation(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="communities.edit")
    form = ForeseenEvaluationForm(request.POST or None, instance=partnering.foreseen(community))
    form, status, conflict = revise_with(form, community, partnering.foresee)
    if status == 302:
        back = reverse("communities:settings", args=[community.pk])
        return saved(request, form, may="communities.edit", of=community, back=back)
    return page(
        request,
        "communities/partners/foreseen_evaluation.html",
        community,
        "settings",
        form=form,
        conflict=conflict,
        status=status,
    )
