"""The directory of organisations, each one's page, and who represents it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl import editing, undoing
from cmtl.shortcuts import fetch
from communities.domain import revising
from communities.domain.organisations import representing
from communities.models import Community, Membership, Organisation, Representation
from communities.web.members.people import PER_PAGE, organisation_names
from communities.web.organisations.forms import (
    OrganisationForm,
    OrganisationSearchForm,
    ReplacementForm,
    RepresentationForm,
    SuccessorForm,
)
from communities.web.shared import page, save_over, saved
from communities.web.undo import say_undoable


def listed_for(user):
    """Memberships of the directories this person reads."""
    readable = set(Community.objects.with_directory_for(user).values_list("pk", flat=True))
    led = set(Community.objects.led_by(user).values_list("pk", flat=True))
    return Membership.objects.of_directories(readable, led)


@require_safe
def list_organisations(request):
    search = OrganisationSearchForm(request.GET)
    found = Organisation.objects.visible_to(request.user).searching(search.value("q"))
    if search.value("kind"):
        found = found.filter(kind=search.value("kind"))
    listed = listed_for(request.user).filter(status__in=Membership.CURRENT)
    found = found.prefetch_related(
        # A community is read once, not with each of its members.
        Prefetch("memberships", listed.select_related("user").prefetch_related("community"), to_attr="representatives")
    )
    organisations = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    for organisation in organisations:
        organisation.places = sorted({m.community for m in organisation.representatives}, key=str)
    return render(
        request,
        "communities/organisations/organisations.html",
        {
            "people": organisations,
            "search": search,
            "is_narrowed": bool(search.value("q") or search.value("kind")),
            "may_merge": Community.objects.manageable_by(request.user).exists(),
        },
    )


@require_safe
def show_organisation(request, pk):
    organisation = fetch(request, Organisation, pk=pk)
    return render(
        request,
        "communities/organisations/organisation.html",
        {
            "organisation": organisation,
            "places": places_of(organisation, request.user),
            "may_correct": request.user.has_perm("communities.edit_organisation", organisation),
        },
    )


def places_of(organisation, user) -> list[dict]:
    """Each community where it is represented: by whom over time, and at how many meetings where one may know."""
    listed = listed_for(user).filter(organisation=organisation).select_related("user", "community")
    led = set(Community.objects.led_by(user).values_list("pk", flat=True))
    past = Representation.objects.filter(organisation=organisation, membership__community__in=led)
    past = list(past.select_related("membership__user", "membership__community"))
    memberships = list(listed)
    communities = {m.community_id: m.community for m in [*memberships, *(p.membership for p in past)]}
    came = representing.meetings_attended(organisation, [pk for pk in communities if pk in led])
    return [
        {
            "community": community,
            "turns": representing.representation_history(
                [m for m in memberships if m.community_id == pk],
                [p for p in past if p.membership.community_id == pk],
                organisation,
            ),
            "came": came.get(pk),
            "leads": pk in led,
            "may_manage": user.has_perm("communities.manage_people", community),
        }
        for pk, community in sorted(communities.items(), key=lambda item: str(item[1]))
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def edit_organisation(request, pk):
    organisation = fetch(request, Organisation, pk=pk, may="communities.edit_organisation")
    shown = editing.seen(organisation, OrganisationForm.FIELDS)
    form = OrganisationForm(request.POST or None, organisation=organisation, shown=shown)
    form, status, conflict = save_over(
        form,
        lambda: revising.revise_part(organisation, form.values(), shown=form.cleaned_data["shown"]),
        lambda theirs: editing.seen(theirs, OrganisationForm.FIELDS),
        watches=[organisation],
    )
    if status == 302:
        back = organisation.get_absolute_url()
        return saved(request, form, may="communities.edit_organisation", of=organisation, back=back)
    context = {"organisation": organisation, "form": form, "conflict": conflict}
    return render(request, "communities/organisations/organisation_form.html", context, status=status)


# ------------------------------------------------------------ who represents it


def managed(request, pk):
    """A membership, for those who manage the people of its community."""
    membership = fetch(request, Membership.objects.select_related("community", "user", "organisation"), pk=pk)
    fetch(request, Community, pk=membership.community_id, may="communities.manage_people")
    return membership


@require_http_methods(["GET", "HEAD", "POST"])
def edit_representation(request, pk):
    membership = managed(request, pk)
    form = RepresentationForm(request.POST or None, membership=membership)
    told = form.cleaned_data if form.is_valid() else {}
    form, status, conflict = save_over(
        form,
        lambda: representing.correct(membership, form.changes(), on=told["on"], seen_before=told["shown"]),
        representing.shown,
        watches=[membership, membership.representations.all()],
    )
    if status == 302:
        back = membership.get_absolute_url()
        return saved(request, form, may="communities.manage_people", of=membership.community, back=back)
    return page(
        request,
        "communities/organisations/representation.html",
        membership.community,
        "members",
        membership=membership,
        form=form,
        conflict=conflict,
        past=membership.representations.select_related("organisation"),
        organisations=organisation_names(request.user),
        status=status,
    )


@require_POST
def forget_representation(request, pk, past):
    membership = managed(request, pk)
    line = get_object_or_404(membership.representations, pk=past)
    watched, back = undoing.Watched(line), reverse("communities:representation", args=[pk])
    representing.forget_representation(line)
    undo = {"may": "communities.manage_people", "of": membership.community, "back": back}
    say_undoable(request, _("The line is off the history."), watched, **undo)
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
def replace_representative(request, pk):
    former = managed(request, pk)
    form = ReplacementForm(request.POST or None, community=former.community, beside=former)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            new = representing.replace(former, form.person(), on=data["on"], stays=data["stays"] == "yes")
        except ValidationError as refused:
            refused_at(form, refused)
        else:
            said = _("%(person)s now represents %(organisation)s. What came before stays in its history.")
            messages.success(request, said % {"person": new.user, "organisation": former.organisation})
            return redirect(former.organisation)
    return representative_page(request, former, form, replaces=True)


@require_http_methods(["GET", "HEAD", "POST"])
def name_substitute(request, pk):
    main = managed(request, pk)
    form = SuccessorForm(request.POST or None, community=main.community, beside=main)
    if request.method == "POST" and form.is_valid():
        try:
            new = representing.name_substitute(main, form.person(), on=form.cleaned_data["on"])
        except ValidationError as refused:
            refused_at(form, refused)
        else:
            said = _("%(person)s may now come for %(organisation)s.")
            messages.success(request, said % {"person": new.user, "organisation": main.organisation})
            return redirect(main.organisation)
    return representative_page(request, main, form, replaces=False)


def representative_page(request, membership, form, *, replaces):
    status = 422 if form.is_bound else 200
    context = {"membership": membership, "form": form, "replaces": replaces}
    return page(
        request,
        "communities/organisations/representative.html",
        membership.community,
        "members",
        status=status,
        **context,
    )


def refused_at(form, refused: ValidationError) -> None:
    """Each sentence at its field; those of fields that this form has not, above it."""
    at = refused.error_dict if hasattr(refused, "error_dict") else {None: refused.error_list}
    for name, errors in at.items():
        form.add_error(name if name in form.fields else None, errors)
