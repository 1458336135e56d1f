"""For the privacy officer: anybody whose data is held here, with an address or without. What is held, their file, what
is put right, and their request to destroy it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import audit
from accounts.models import Action, User
from communities.domain.privacy import destructions, serving
from communities.models import Membership, RoleAssignment
from communities.web.privacy.officer_forms import CorrectionForm, EnteredRequestForm, FindForm
from communities.web.shared import revise_with
from meetings.domain.portal import my_data
from meetings.web import files

PER_PAGE = 50


@require_safe
def find_people(request: HttpRequest) -> HttpResponse:
    """By name or address; nobody is listed before somebody is asked for."""
    _need(request)
    form = FindForm(request.GET or None)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    people, applications = None, []
    if text:
        applications = list(serving.applied(text)[:PER_PAGE])
        memberships = Membership.objects.select_related("community")
        role_assignments = RoleAssignment.objects.in_force().select_related("community", "programme")
        searched = serving.found(text).prefetch_related(
            Prefetch("memberships", memberships), Prefetch("role_assignments", role_assignments)
        )
        people = Paginator(searched, PER_PAGE).get_page(request.GET.get("page"))
        audit.write_read(Action.NAMES_READ, by=request.user)
    context = {"form": form, "people": people, "applications": applications}
    return render(request, "meetings/portal/served_people.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def show_person(request: HttpRequest, pk: int) -> HttpResponse:
    """What « My data » shows them; its form puts a name or an address right."""
    person = _person(request, pk)

    def revise(thing, changes, *, shown):
        serving.correct(thing, changes, shown=shown, by=request.user)

    form, status, conflict = revise_with(CorrectionForm(request.POST or None, instance=person), person, revise)
    if status == 302:
        messages.success(request, _("The changes are saved."))
        return redirect("meetings:served_person", pk)
    return _page(request, person, form, conflict=conflict, status=status)


def _page(request: HttpRequest, person: User, form: CorrectionForm, *, status: int, **more) -> HttpResponse:
    audit.write_read(Action.PERSON_READ, by=request.user, about=person)
    held = my_data.held_about(person, for_another=True)
    context = {
        "person": person,
        "held": [one for one in held if one.rows],
        "places": _places(person),
        "form": form,
        "asked": destructions.waiting_for(person),
        "entering": EnteredRequestForm(),
        **more,
    }
    response = render(request, "meetings/portal/served_person.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _places(person: User) -> list[Membership]:
    """Where the rest is put right, with who leads there."""
    places = list(person.memberships.select_related("community", "organisation").order_by("community__name"))
    role_assignments = RoleAssignment.objects.leading_for_good().filter(community__in=[m.community_id for m in places])
    leading: dict[int | None, list[User]] = {}
    for assignment in role_assignments.select_related("user").order_by("user__sort_key"):
        leading.setdefault(assignment.community_id, []).append(assignment.user)
    for membership in places:
        membership.leaders = leading.get(membership.community_id, [])  # type: ignore[attr-defined]
    return places


@require_safe
def give_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that the person would take from « My data »."""
    person = _person(request, pk)
    if files.are_too_many(request, request.user.pk):
        return redirect("meetings:served_person", pk)
    audit.write(Action.OWN_DATA_GIVEN, by=request.user, about=person, format="zip")
    name = f"{slugify(person.full_name)}-{timezone.localdate():%Y-%m-%d}.zip"
    response = files.download(my_data.archive(person, for_another=True), name, "application/zip")
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def enter_request(request: HttpRequest, pk: int) -> HttpResponse:
    """To destroy what is held: asked on paper or aloud, it is answered as if the person had asked here."""
    person = _person(request, pk)
    entering = EnteredRequestForm(request.POST)
    if not entering.is_valid():
        return _page(request, person, CorrectionForm(instance=person), entering=entering, status=422)
    said = entering.cleaned_data
    asked = destructions.enter(person, said["words"], received_on=said["received_on"], by=request.user)
    messages.success(request, _("The request is entered. Those who answer it with you are told by e-mail."))
    return redirect("communities:destruction", asked.pk)


def _need(request: HttpRequest) -> None:
    if not request.user.has_perm("communities.serve_people"):
        raise PermissionDenied


def _person(request: HttpRequest, pk: int) -> User:
    _need(request)
    return get_object_or_404(serving.everybody(), pk=pk)
