"""Putting members in touch, and the profiles of a group."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cmtl.numbers import parse_int
from cmtl.public_pages import in_language_of, no_store
from cmtl.shortcuts import fetch
from communities.domain.members import diversity, introducing
from communities.models import Community
from communities.web.shared import page
from communities.web.shared_forms import PeopleSelect


class IntroductionForm(forms.Form):
    one = forms.ModelChoiceField(queryset=None, label=gettext_lazy("Someone"), widget=PeopleSelect)
    other = forms.ModelChoiceField(queryset=None, label=gettext_lazy("and someone else"), widget=PeopleSelect)
    why = forms.CharField(
        label=gettext_lazy("Why they should meet"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Both read it. Write nothing said in confidence."),
    )

    def __init__(self, *args, community: Community, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("one", "other"):
            self.fields[name].queryset = introducing.who_can_meet(community)
            self.fields[name].label_from_instance = lambda m: f"{m.user.full_name} ({m.represents})"


@require_http_methods(["GET", "HEAD", "POST"])
def introductions(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="communities.introduce")
    proposed = {name: parse_int(request.GET.get(name, "")) or None for name in ("one", "other")}
    form = IntroductionForm(request.POST or None, community=community, initial=proposed)
    if request.method == "POST" and form.is_valid():
        try:
            introducing.propose_introduction(community, **form.cleaned_data, by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Each is asked by e-mail. Neither gets an address before both say yes."))
            return redirect("communities:introductions", pk)
    related = ("one__user", "other__user", "asked_by")
    return page(
        request,
        "communities/members/introductions.html",
        community,
        "members",
        form=form,
        suggestions=introducing.suggestions(community),
        log=community.introductions.select_related(*related)[:100],
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def introduction(request, token):
    """The link of a mail: a page that changes nothing, and a press that answers."""
    found = introducing.introduction_of_link(token)
    if found is None:
        return no_store(render(request, "communities/members/introduction.html", status=410))
    asked, membership = found
    with in_language_of(request, membership.user.language):
        if request.method == "POST":
            introducing.answer_introduction(asked, membership, request.POST.get("agrees") == "yes")
            return no_store(redirect("communities:introduction", token))
        partner = asked.partner_of(membership)
        context = {"asked": asked, "membership": membership, "partner": partner, "said": asked.answer_of(membership)}
        return no_store(render(request, "communities/members/introduction.html", context))


@require_safe
def profiles_of_group(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="communities.read")
    facets = diversity.facets_of(community)
    return page(request, "communities/members/diversity.html", community, "members", facets=facets)
